import type { Bytes } from "../../core/bytes.ts";
import type { Peer } from "../../net/peer.ts";
import type { UdpSocket } from "../../net/udp.ts";
import { RTP_HEADER_SIZE } from "../../rtp/packet.ts";
import type { Delivery } from "../delivery.ts";

/** The assignment's clients drop every number that does not rise: before it would wrap, sending stops. */
const LAST_FRAME = 65_535;

/** One frame in one datagram, numbered from 1 (no RTCP). */
export class LabDelivery implements Delivery {
  readonly kind = "lab";
  readonly maxBurst = Infinity;
  #sent = 0;
  #droppedFrames = 0;

  constructor(private readonly socket: UdpSocket, private readonly peer: Peer) {}

  get droppedFrames(): number {
    return this.#droppedFrames;
  }

  packets(headers: Bytes, payloads: readonly Bytes[], first: number, count: number): void {
    if (this.#sent >= LAST_FRAME) {
      this.#droppedFrames++;
      return;
    }
    this.#sent++;
    this.socket.queue({ to: this.peer, headers, headerSize: RTP_HEADER_SIZE, payloads, first, count });
  }

  report(): void {}

  goodbye(): void {}

  ownsChannel(): boolean {
    return false;
  }

  discard(): void {}
}
