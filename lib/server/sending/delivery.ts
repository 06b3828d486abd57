import type { Bytes } from "../../core/bytes.ts";
import type { MediaPackets, RtpNumbers } from "./media_packets.ts";

/** How packets reach one viewer. */
export interface Delivery {
  /** For logs and statistics. */
  readonly kind: "udp" | "tcp" | "lab";
  /** Most packets of a frame taken at once; Infinity: whole frames only. */
  readonly maxBurst: number;
  /** Sends packets `from` to `to` (excluded) of a frame. `numbers` changes afterwards. */
  packets(frame: MediaPackets, from: number, to: number, numbers: RtpNumbers): void;
  /** Sends one compound RTCP packet. */
  report(packet: Bytes): void;
  /** Sends the RTCP packet that ends the stream, behind the media handed in before. */
  goodbye(packet: Bytes): void;
  /** Whether an incoming frame on that channel of the RTSP connection is this viewer's. */
  ownsChannel(channel: number): boolean;
  /** Media handed in and not yet on its way is forgotten: after PAUSE and TEARDOWN nothing old follows. */
  discard(): void;
  /** Frames that did not leave because the viewer was slow. */
  readonly droppedFrames: number;
}
