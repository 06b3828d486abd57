import type { Frame } from "../core/frame.ts";
import { InvalidDataError } from "../core/errors.ts";
import { parseJpeg } from "../jpeg/parse.ts";
import { fitRfc2435 } from "../jpeg/rfc2435.ts";
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

/** RFC 2435. */
export const RTP_FORM: MediaForm = {
  name: "RFC 2435",
  prepare(frame) {
    try {
      const fit = fitRfc2435(parseJpeg(frame.data));
      if (!fit.fits) return { reason: fit.reason };
      return { packets: packetizeJpeg(fit.image), width: fit.image.width, height: fit.image.height };
    } catch (thrown) {
      if (thrown instanceof InvalidDataError || thrown instanceof RangeError) return { reason: thrown.message };
      throw thrown;
    }
  },
};
