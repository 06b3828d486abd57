import type { Frame } from "../core/frame.ts";
import { InvalidDataError } from "../core/errors.ts";
import { toRtpJpeg } from "../jpeg/transcode.ts";
import { packetizeJpeg } from "../rtp/jpeg_packetizer.ts";
import type { MediaPackets } from "./rtp_sender.ts";

/** A picture made ready to be sent, or why it cannot be (words that follow "because"). */
export type Prepared =
  | {
    readonly packets: MediaPackets;
    /** Pixels; 0 where the form does not look. */
    readonly width: number;
    readonly height: number;
    /** What was done to the picture so that it fits, for the log; undefined if it is untouched. */
    readonly change?: string;
  }
  | { readonly reason: string };

/** One way of carrying pictures in RTP. */
export interface MediaForm {
  /** For logs. */
  readonly name: string;
  prepare(frame: Frame): Prepared | Promise<Prepared>;
}

/** RFC 2435; what it cannot carry as it is, is re-coded. */
export const RTP_FORM: MediaForm = {
  name: "RFC 2435",
  prepare(frame) {
    try {
      const { image, changes } = toRtpJpeg(frame.data);
      const { width, height } = image;
      const change = changes.length === 0 ? {} : { change: changes.join(", ") };
      return { packets: packetizeJpeg(image), width, height, ...change };
    } catch (thrown) {
      if (thrown instanceof InvalidDataError || thrown instanceof RangeError) return { reason: thrown.message };
      throw thrown;
    }
  },
};
