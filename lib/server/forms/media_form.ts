import type { Bytes } from "../../core/bytes.ts";
import type { Frame } from "../../core/frame.ts";
import { InvalidDataError } from "../../core/errors.ts";
import type { JpegImage } from "../../jpeg/parse.ts";
import { JpegReader } from "../../jpeg/repeated_heads.ts";
import { describeSampling, fitRfc2435 } from "../../jpeg/rfc2435.ts";
import type { Shrunk } from "../../media/shrink.ts";
import { untouchedPackets } from "./onvif_form.ts";
import { estimateWork, packetsFor, type PictureTask, unpack, workOn } from "./picture_work.ts";
import type { MediaPackets } from "../sending/media_packets.ts";
import type { TranscodePool } from "./transcode_pool.ts";

/** Work of more milliseconds goes to another thread. */
const MAX_INLINE_MS = 1;
/** Any size: what the header cannot say is said elsewhere. */
const ANY_SIZE = 65535;

/** A picture made ready to be sent, or why it cannot be (words that follow "because"). */
export type Prepared =
  | {
    readonly packets: MediaPackets;
    /** Pixels; 0 where the form does not look. */
    readonly width: number;
    readonly height: number;
    /** What was done to the picture so that it fits, for the log; undefined if it is untouched. */
    readonly change?: string;
    /** It took so much work that those after it should be asked for early. */
    readonly heavy?: boolean;
  }
  | { readonly reason: string };

/** One way of carrying pictures in RTP. */
export interface MediaForm {
  /** For logs. */
  readonly name: string;
  /** `urgent`: somebody waits for it. */
  prepare(frame: Frame, urgent?: boolean): Prepared | Promise<Prepared>;
  /** The threads that do heavy work; without them all of it is done at once. */
  readonly pool?: TranscodePool;
}

/** How pictures are brought into RFC 2435's form. */
export interface RtpFormOptions {
  /** Does what would keep the event loop from its work. */
  readonly pool?: TranscodePool;
  /** Scales pictures down to at most this width and height, pixels. */
  readonly fit?: number;
  /**
   * Sends pictures whose sampling RFC 2435 has no type for with every coefficient as it is, by ONVIF's header extension:
   * only receivers that know it show them.
   */
  readonly onvifExtension?: boolean;
}

/** RFC 2435; what it cannot carry as it is, is re-coded. */
export function rtpForm({ pool, fit, onvifExtension = false }: RtpFormOptions = {}): MediaForm {
  const transcode = async (task: PictureTask, heavy: boolean, urgent: boolean): Promise<Prepared> => {
    const result = await (pool && heavy ? pool.run(task, urgent) : workOn(task));
    if (result.kind === "refused") return { reason: result.reason };
    if (result.kind === "jpeg") throw new TypeError("Cannot send a JPEG in RFC 2435 form without packets");
    const { width, height, change } = result;
    return { packets: unpack(result), width, height, heavy, ...(change === "" ? {} : { change }) };
  };
  const reader = new JpegReader();
  const prepare = (data: Bytes, urgent: boolean): Prepared | Promise<Prepared> => {
    const jpeg = reader.parse(data);
    const { width, height } = jpeg;
    if (fit !== undefined && (width > fit || height > fit)) {
      return transcode({ kind: "packets", data, fit }, true, urgent);
    }
    const fitting = fitRfc2435(jpeg, ANY_SIZE);
    if (fitting.fits) return { packets: packetsFor(fitting.image), width, height };
    const exact = onvifExtension && losesChroma(jpeg);
    const untouched = exact ? untouchedPackets(jpeg) : undefined;
    if (untouched) return { packets: untouched, width, height };
    return transcode({ kind: "packets", data, exact }, estimateWork(jpeg) > MAX_INLINE_MS, urgent);
  };
  return {
    name: fit === undefined ? "RFC 2435" : `RFC 2435 (at most ${fit} pixels)`,
    ...(pool ? { pool } : {}),
    prepare({ data }, urgent = true) {
      try {
        return prepare(data, urgent);
      } catch (thrown) {
        if (thrown instanceof InvalidDataError || thrown instanceof RangeError) return { reason: thrown.message };
        throw thrown;
      }
    },
  };
}

/** Whether RFC 2435 has no type for the picture's sampling, so that its chroma would have to be resampled. */
function losesChroma(jpeg: JpegImage): boolean {
  return jpeg.colorModel === "YCbCr" && !["4:2:0", "4:2:2"].includes(describeSampling(jpeg));
}

/** `shrinkJpeg()` in another thread. Rejects with InvalidDataError if the picture cannot be made small enough. */
export function shrinkIn(pool: TranscodePool): (data: Bytes, maxBytes: number) => Promise<Shrunk> {
  return async (data, maxBytes) => {
    const result = await pool.run({ kind: "shrink", data, maxBytes });
    if (result.kind === "refused") throw new InvalidDataError(result.reason);
    if (result.kind !== "jpeg") throw new TypeError("Cannot shrink a JPEG to packets");
    return result;
  };
}
