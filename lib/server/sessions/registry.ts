import { type Peer, peerText } from "../../net/peer.ts";
import { RtspError } from "../../rtsp/status.ts";

/** Sessions of one address that were never played and need no hurry; with more the rest must play soon. */
const UNPLAYED_ALLOWED = 16;

/** What the registry needs of a session. */
export interface RegisteredSession {
  readonly id: string;
  readonly ssrc: number;
  /** Address that media goes to. */
  readonly address: string;
  /** Bits a second that it takes while it plays. */
  readonly bitrate: number;
  /** Whether PLAY has ever succeeded. */
  readonly played: boolean;
  /** UDP addresses of the client, for RTP and RTCP; empty over TCP. */
  readonly udpPeers: readonly Peer[];
  end(reason: string): void;
}

/** How many sessions there may be. */
export interface RegistryLimits {
  readonly maxViewers: number;
  readonly maxViewersPerAddress: number;
  /** Bits a second of all together; Infinity: no limit. */
  readonly maxBitrate: number;
}

/** All sessions of the server: by id, by UDP address, and counted by client address. */
export class SessionRegistry<S extends RegisteredSession> {
  readonly #sessions = new Map<string, S>();
  readonly #byPeer = new Map<string, S>();
  readonly #ssrcs = new Set<number>();
  readonly #byAddress = new Map<string, number>();

  constructor(private readonly limits: RegistryLimits) {}

  get size(): number {
    return this.#sessions.size;
  }

  values(): S[] {
    return [...this.#sessions.values()];
  }

  /** The session whose client sends from this UDP address. */
  byPeer(peer: Peer): S | undefined {
    return this.#byPeer.get(peerText(peer));
  }

  /** Bits a second that all sessions take while they play. */
  get bitrate(): number {
    let sum = 0;
    for (const session of this.#sessions.values()) sum += session.bitrate;
    return sum;
  }

  /** Throws RtspError 453 if there is no room for one more session of that address which takes `bitrate` bits a second. */
  checkRoom(address: string, bitrate = 0): void {
    const { maxViewers, maxViewersPerAddress, maxBitrate } = this.limits;
    if (this.#sessions.size >= maxViewers) throw new RtspError(453, `Cannot serve more than ${maxViewers} viewers`);
    if ((this.#byAddress.get(address) ?? 0) >= maxViewersPerAddress) {
      throw new RtspError(453, `Cannot serve more than ${maxViewersPerAddress} viewers at ${address}`);
    }
    if (maxBitrate === Infinity) return;
    const inUse = this.bitrate;
    if (inUse + bitrate <= maxBitrate) return;
    throw new RtspError(
      453,
      `Cannot send more than ${megabits(maxBitrate)}: ${megabits(inUse)} are in use, ${
        megabits(bitrate)
      } more were asked for`,
    );
  }

  /** Whether `address` holds so many sessions that it never played that they must not wait long (robustness T12). */
  isCrowded(address: string): boolean {
    if ((this.#byAddress.get(address) ?? 0) <= UNPLAYED_ALLOWED) return false;
    let unplayed = 0;
    for (const session of this.#sessions.values()) {
      if (session.address === address && !session.played && ++unplayed > UNPLAYED_ALLOWED) return true;
    }
    return false;
  }

  has(id: string): boolean {
    return this.#sessions.has(id);
  }

  hasSsrc(ssrc: number): boolean {
    return this.#ssrcs.has(ssrc);
  }

  add(session: S): void {
    this.#sessions.set(session.id, session);
    this.#ssrcs.add(session.ssrc);
    this.#byAddress.set(session.address, (this.#byAddress.get(session.address) ?? 0) + 1);
    for (const peer of session.udpPeers) this.#byPeer.set(peerText(peer), session);
  }

  remove(session: S): void {
    if (!this.#sessions.delete(session.id)) return;
    this.#ssrcs.delete(session.ssrc);
    const left = (this.#byAddress.get(session.address) ?? 1) - 1;
    if (left > 0) this.#byAddress.set(session.address, left);
    else this.#byAddress.delete(session.address);
    for (const peer of session.udpPeers) {
      if (this.#byPeer.get(peerText(peer)) === session) this.#byPeer.delete(peerText(peer));
    }
  }
}

function megabits(bitrate: number): string {
  return `${Number((bitrate / 1e6).toFixed(1))} Mbit/s`;
}
