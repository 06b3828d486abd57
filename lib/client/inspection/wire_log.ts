import { type Bytes, decodeLatin1, encodeText } from "../../core/bytes.ts";
import type { Clock } from "../../core/clock.ts";
import type { Peer } from "../../net/peer.ts";

/** RTSP messages that are remembered, and bytes of one that are; they are few, so they are kept before anybody looks. */
export const MAX_MESSAGES = 300;
const MAX_MESSAGE_SIZE = 16 * 1024;
/** Packets that are remembered while somebody looks, and their bytes together. */
export const MAX_PACKETS = 32_768;
export const MAX_PACKET_BYTES = 32 * 1024 * 1024;
/** Packets that leave together when there are too many. */
const LEAVING = 1024;

const HIDDEN = "(hidden)";

/** What a record is about: a message of the control connection, or a packet beside it. */
export type WireKind = "rtsp" | "rtp" | "rtcp";

/** Who talked to whom. */
export interface WireEnds {
  readonly local: Peer;
  readonly remote: Peer;
  /** Channel of the control connection that the packet came on (RFC 2326 section 10.12); undefined with UDP. */
  readonly channel?: number;
}

/** One message or packet as it passed. */
export interface WireRecord extends WireEnds {
  /** Counts everything that was recorded, from 1. */
  readonly serial: number;
  readonly kind: WireKind;
  /** Whether we sent it. */
  readonly sent: boolean;
  /** Unix milliseconds, with fractions; never runs backwards. */
  readonly at: number;
  /** A message without what proves a password, or a whole packet. */
  readonly data: Bytes;
}

/**
 * What passed between the player and its server, within bounds. Messages are always remembered; packets only while
 * somebody listens, so that a player whose inspector is closed pays one comparison for each.
 */
export class WireLog {
  /** Hears of every record while packets are remembered. May not throw. */
  onRecord: ((record: WireRecord) => void) | undefined;
  readonly #clock: Clock;
  /** Unix time at clock time 0, so that the records' times keep the clock's exactness. */
  readonly #origin: number;
  #messages: WireRecord[] = [];
  #packets: WireRecord[] = [];
  #packetBytes = 0;
  #serial = 0;
  #listening = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#origin = clock.wallTime() - clock.now();
  }

  get listening(): boolean {
    return this.#listening;
  }

  /** Begins or ends remembering packets; at the end those that were remembered are forgotten. */
  listen(on: boolean): void {
    this.#listening = on;
    if (on) return;
    this.#packets = [];
    this.#packetBytes = 0;
  }

  /** A message of the control connection in either dialect; proofs of a password are taken out. */
  message(sent: boolean, ends: WireEnds, data: Uint8Array): void {
    const { local, remote } = ends;
    const record = this.#record("rtsp", sent, { local, remote }, withoutSecrets(data.subarray(0, MAX_MESSAGE_SIZE)));
    this.#messages.push(record);
    if (this.#messages.length > MAX_MESSAGES) this.#messages.shift();
    if (this.#listening) this.onRecord?.(record);
  }

  /** An RTP or RTCP packet. Nobody may write into `data` afterwards. */
  packet(kind: "rtp" | "rtcp", sent: boolean, ends: WireEnds, data: Bytes): void {
    if (!this.#listening) return;
    const record = this.#record(kind, sent, ends, data);
    this.#packets.push(record);
    this.#packetBytes += data.length;
    if (this.#packets.length > MAX_PACKETS || this.#packetBytes > MAX_PACKET_BYTES) this.#shorten();
    this.onRecord?.(record);
  }

  /** Everything that is remembered, oldest first. */
  records(): WireRecord[] {
    return [...this.#messages, ...this.#packets].sort((a, b) => a.serial - b.serial);
  }

  #record(kind: WireKind, sent: boolean, ends: WireEnds, data: Bytes): WireRecord {
    return { serial: ++this.#serial, kind, sent, at: this.#origin + this.#clock.now(), data, ...ends };
  }

  #shorten(): void {
    for (const { data } of this.#packets.splice(0, LEAVING)) this.#packetBytes -= data.length;
  }
}

/**
 * A message whose proofs and challenges of a password cannot be used by whoever sees it: what Authorization says is gone,
 * and the nonce of WWW-Authenticate is.
 */
function withoutSecrets(data: Uint8Array): Bytes {
  const text = decodeLatin1(data);
  if (!/authori[sz]ation|authenticate/i.test(text)) return data.slice();
  const hidden = text
    .replace(
      /^((?:proxy-)?authorization:[ \t]*)(\w+)?[^\r\n]*/gim,
      (_, name, scheme = "") => `${name}${scheme} ${HIDDEN}`,
    )
    .replace(/^(www-authenticate:.*?nonce=)("[^"\r\n]*"?|[^,\s]*)/gim, `$1"${HIDDEN}"`);
  return encodeText(hidden);
}
