import { RTP_HEADER_SIZE } from "../../rtp/packet.ts";
import type { MediaPackets } from "../sending/media_packets.ts";

/** The newest frame has at least this share in the mean: a stream that changes is followed within some seconds. */
const LEAST_SHARE = 1 / 256;

/** What a stream takes on the wire, from the mean size of the frames that were made ready for it. */
export class BitrateMeter {
  #frames = 0;
  #meanBytes = 0;

  /** Counts one frame. */
  note({ payloads }: MediaPackets): void {
    let bytes = payloads.length * RTP_HEADER_SIZE;
    for (const payload of payloads) bytes += payload.length;
    const share = Math.max(1 / ++this.#frames, LEAST_SHARE);
    this.#meanBytes += (bytes - this.#meanBytes) * share;
  }

  /** Bits a second of RTP packets at so many frames a second; 0 while no frame is known. */
  at(frameRate: number): number {
    return 8 * this.#meanBytes * frameRate;
  }
}
