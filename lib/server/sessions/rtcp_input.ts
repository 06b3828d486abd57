import type { Bytes } from "../../core/bytes.ts";
import type { Peer } from "../../net/peer.ts";
import type { UdpPair } from "../../net/udp.ts";
import type { SessionRegistry } from "./registry.ts";
import type { Session } from "./session.ts";

/**
 * Takes what comes in on the server's RTP and RTCP ports. A packet counts for the session whose client sends from that
 * very address and is a sign of its life; all else is dropped. Nothing is ever answered and no address ever relearned,
 * so nobody can be flooded by help of this server.
 */
export class RtcpInput {
  #accepted = 0;
  #strangers = 0;

  constructor(udp: UdpPair, private readonly registry: SessionRegistry<Session>) {
    udp.rtp.onPacket = (_data, from) => this.#take(from);
    udp.rtcp.onPacket = (data, from) => this.#takeReport(data, from);
  }

  /** Packets of sessions, and of nobody we know. */
  get counts(): { readonly accepted: number; readonly strangers: number } {
    return { accepted: this.#accepted, strangers: this.#strangers };
  }

  #take(from: Peer): Session | undefined {
    const session = this.registry.byPeer(from);
    if (session) this.#accepted++;
    else this.#strangers++;
    session?.heard();
    return session;
  }

  #takeReport(data: Bytes, from: Peer): void {
    this.#take(from)?.reported(data);
  }
}
