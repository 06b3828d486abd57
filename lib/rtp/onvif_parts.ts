import type { Bytes } from "../core/bytes.ts";
import { ONVIF_FIRST, ONVIF_FURTHER } from "./jpeg_onvif.ts";
import type { RtpPacket } from "./packet.ts";
import { sequenceDistance } from "./sequence.ts";

/** Bytes of header extensions that are kept for one frame: they may hold a scan of their own, but hardly ever do. */
const MAX_EXTENSIONS = 1024 * 1024;

/** What one packet of a frame brought. */
export interface OnvifPart {
  /** RTP sequence number. */
  readonly sequence: number;
  /** Whole 32-bit words of the header extension; empty where the packet has none. */
  readonly extension: Bytes;
  /** Where the packet's piece of scan lies in the scan; undefined where it has no RTP/JPEG header. */
  readonly offset: number | undefined;
  /** Bytes of that piece. */
  readonly length: number;
}

/** Whether the packet has the header extension with which ONVIF sends JPEG. */
export function isOnvif({ extension }: RtpPacket): boolean {
  return extension?.profile === ONVIF_FIRST || extension?.profile === ONVIF_FURTHER;
}

/**
 * The header extensions of one frame, from its packets in any order. They count by sequence, not by offset: so it must
 * be known that every packet has come.
 */
export class OnvifParts {
  readonly #parts = new Map<number, OnvifPart>();
  readonly #before: number;
  #first: { readonly sequence: number; readonly profile: number | undefined } | undefined;
  #size = 0;

  /** `before`: packets of the frame that came before the first one with an extension. */
  constructor(before: number) {
    this.#before = before;
  }

  /** Takes a packet of the frame. Returns why the frame cannot be used, if so. */
  take(packet: RtpPacket, offset: number | undefined, length: number): "header extension too long" | undefined {
    const { sequence } = packet;
    if (this.#parts.has(sequence)) return undefined;
    const extension = isOnvif(packet) ? packet.extension!.data.slice() : new Uint8Array(0);
    this.#size += extension.length;
    if (this.#size > MAX_EXTENSIONS) return "header extension too long";
    this.#parts.set(sequence, { sequence, extension, offset, length });
    if (this.#first === undefined || sequenceDistance(this.#first.sequence, sequence) < 0) {
      this.#first = { sequence, profile: packet.extension?.profile };
    }
    return undefined;
  }

  /** Whether the frame begins with a packet that says: the extensions tell how to read it. */
  get begins(): boolean {
    return this.#first?.profile === ONVIF_FIRST;
  }

  /** Whether the first packet that has come says that it is not the first of its frame. */
  get isCut(): boolean {
    return this.#first?.profile === ONVIF_FURTHER && this.#before === 0;
  }

  /** The first packet's sequence number. */
  get first(): number {
    return this.#first?.sequence ?? 0;
  }

  /** Whether every packet up to this one has come. */
  isWhole(last: number): boolean {
    if (this.isCut) return false;
    const span = sequenceDistance(this.first, last) + 1;
    return this.#parts.size + this.#before >= span;
  }

  /** What the packets brought, in the order in which they were sent. */
  inOrder(): OnvifPart[] {
    return [...this.#parts.values()].sort((a, b) => sequenceDistance(b.sequence, a.sequence));
  }
}
