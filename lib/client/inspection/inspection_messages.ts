/**
 * What the engine tells a page whose inspector is open: a `wire` message a few times a second with everything that
 * passed since the last one. This file is also read by the page for its types, so it imports nothing.
 */

/** One message of the control connection. */
export interface WireText {
  /** Counts all that passes, messages and packets together. */
  readonly serial: number;
  /** Unix milliseconds, with fractions. */
  readonly at: number;
  /** Whether the player sent it. */
  readonly sent: boolean;
  /** As it stood on the wire, one character a byte, at most 16 KiB; proofs of a password are taken out. */
  readonly text: string;
  /** Both ends of the connection, the player's first. */
  readonly ends: readonly [string, string];
}

/** The RTP/JPEG headers of a fragment (RFC 2435 section 3.1). */
export interface WireJpeg {
  readonly typeSpecific: number;
  readonly offset: number;
  readonly type: number;
  readonly q: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly restart?: {
    readonly interval: number;
    readonly first: boolean;
    readonly last: boolean;
    readonly count: number;
  };
  /** Bytes of quantization tables and their precision bits. */
  readonly tables?: { readonly precision: number; readonly size: number };
}

/** The headers of one RTP packet. */
export interface WirePacket {
  readonly serial: number;
  readonly at: number;
  /** Bytes with all headers, as RTP. */
  readonly size: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payloadType: number;
  readonly ssrc: number;
  /** Undefined where the payload is none of RFC 2435. */
  readonly jpeg?: WireJpeg;
}

/** One packet of a compound RTCP packet, for a person. */
export interface WireReportPart {
  /** Such as "SR". */
  readonly name: string;
  /** Section of RFC 3550. */
  readonly section: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** One RTCP packet, which is a compound (RFC 3550 section 6.1). */
export interface WireReport {
  readonly serial: number;
  readonly at: number;
  readonly sent: boolean;
  readonly size: number;
  readonly parts: readonly WireReportPart[];
}

/** From the engine, five times a second while something passes and the inspector is open. */
export interface WireMessage {
  readonly type: "wire";
  /** Whether this is all that is remembered, and what came before it shall be forgotten. */
  readonly fresh: boolean;
  readonly texts: readonly WireText[];
  readonly packets: readonly WirePacket[];
  readonly reports: readonly WireReport[];
  /** Packets that are not in here because there were too many. */
  readonly skipped: number;
}
