import { type Bytes, concatBytes, equalBytes } from "../core/bytes.ts";
import { isRestart, MARKER_PREFIX, RST0 } from "../jpeg/markers.ts";
import { RESTART_TYPES } from "../jpeg/rfc2435.ts";
import { walkEntropy } from "../jpeg/segments.ts";

/** Restart markers are numbered round by eight (T.81 B.1.1.3). */
const RESTART_NUMBERS = 8;

/** What of a frame matters for its strips; all but `scan` must be equal for two frames to share strips. */
export interface StripFrame {
  /** RFC 2435 section 3.1.3. */
  readonly type: number;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** Minimum coded units (MCU) in a strip. */
  readonly interval: number;
  /** Quantization tables. */
  readonly tables: Bytes;
  /** Entropy-coded bytes from 0 to the last one that has come; holes hold anything. */
  readonly scan: Bytes;
}

/** A run of bytes that have come; `end` is exclusive. */
export interface ScanPiece {
  readonly start: number;
  readonly end: number;
}

/**
 * Puts the strips of a damaged frame that have come over the last picture. A strip is what lies between two restart
 * markers (RFC 2435 section 3.1.7), and can be decoded alone. Only strips whose places are certain are taken: those from
 * the start to the first hole, and those from the last hole to the end. Pure.
 */
export class StripRepair {
  #last: { readonly frame: StripFrame; readonly strips: readonly Bytes[] } | undefined;

  /** Takes a whole frame to lie under the next ones. Its scan is copied. */
  remember(frame: StripFrame): void {
    const scan = frame.scan.slice();
    const strips = splitScan(scan, countStrips(frame));
    this.#last = strips && { frame: { ...frame, scan }, strips };
  }

  forget(): void {
    this.#last = undefined;
  }

  /**
   * The whole scan of a damaged frame, or undefined if nothing can be done. `pieces` are in order and begin at 0;
   * `endIsKnown` says that the last one reaches the end of the scan.
   */
  repair(frame: StripFrame, pieces: readonly ScanPiece[], endIsKnown: boolean): Bytes | undefined {
    const last = this.#last;
    const first = pieces[0];
    if (last === undefined || first?.start !== 0 || !isAlike(frame, last.frame)) return undefined;
    const strips = [...last.strips];
    const head = stripsFromStart(frame.scan.subarray(0, first.end), strips.length);
    if (head === undefined) return undefined;
    head.forEach((strip, index) => strips[index] = strip.slice());
    const end = pieces.length > 1 && endIsKnown ? pieces.at(-1)! : undefined;
    const tail = end ? stripsToEnd(frame.scan.subarray(end.start, end.end), strips.length) : [];
    if (tail === undefined) return undefined;
    tail.forEach((strip, index) => strips[strips.length - tail.length + index] = strip.slice());
    if (head.length + tail.length === 0) return undefined;
    const scan = joinStrips(strips);
    this.#last = { frame: { ...frame, scan }, strips };
    return scan;
  }
}

function isAlike(a: StripFrame, b: StripFrame): boolean {
  return a.type === b.type && a.width === b.width && a.height === b.height && a.interval === b.interval &&
    equalBytes(a.tables, b.tables);
}

/** Strips of a frame: an MCU is 16 pixels wide, and 8 (4:2:2) or 16 (4:2:0) high. 0 without restart markers. */
function countStrips({ type, width, height, interval }: StripFrame): number {
  if (type < RESTART_TYPES || interval === 0) return 0;
  return Math.ceil(Math.ceil(width / 16) * Math.ceil(height / (type % 2 === 0 ? 8 : 16)) / interval);
}

/** All strips of a whole scan; undefined if there are not as many as there should be. */
function splitScan(scan: Bytes, count: number): Bytes[] | undefined {
  const whole = scan.subarray(0, walkEntropy(scan, 0).end ?? scan.length);
  const markers = restartsIn(whole);
  if (count === 0 || markers.length !== count - 1) return undefined;
  if (markers.some(({ number }, index) => number !== index % RESTART_NUMBERS)) return undefined;
  return [0, ...markers.map(({ at }) => at + 2)].map((start, index) =>
    whole.subarray(start, markers[index]?.at ?? whole.length)
  );
}

/** The strips that are complete at the start of a scan; undefined if they cannot be what they seem. */
function stripsFromStart(bytes: Bytes, count: number): Bytes[] | undefined {
  const markers = restartsIn(bytes);
  const isOff = markers.some(({ number }, index) => number !== index % RESTART_NUMBERS);
  if (isOff || markers.length >= count) return undefined;
  return markers.map(({ at }, index) => bytes.subarray(index === 0 ? 0 : markers[index - 1]!.at + 2, at));
}

/** The strips that are complete at the end of a scan; undefined if they cannot be what they seem. */
function stripsToEnd(bytes: Bytes, count: number): Bytes[] | undefined {
  const whole = bytes.subarray(0, walkEntropy(bytes, 0).end ?? bytes.length);
  const markers = restartsIn(whole);
  const first = count - markers.length;
  // The marker in front of strip n has the number n - 1.
  const isOff = markers.some(({ number }, index) => number !== (first + index - 1) % RESTART_NUMBERS);
  if (isOff || first < 1) return undefined;
  return markers.map(({ at }, index) => whole.subarray(at + 2, markers[index + 1]?.at ?? whole.length));
}

function restartsIn(bytes: Bytes): { readonly at: number; readonly number: number }[] {
  const found: { at: number; number: number }[] = [];
  for (let at = bytes.indexOf(MARKER_PREFIX); at >= 0; at = bytes.indexOf(MARKER_PREFIX, at + 1)) {
    const code = bytes[at + 1];
    if (code !== undefined && isRestart(code)) found.push({ at, number: code - RST0 });
  }
  return found;
}

function joinStrips(strips: readonly Bytes[]): Bytes {
  return concatBytes(
    strips.flatMap((strip, index) =>
      index === 0 ? [strip] : [Uint8Array.of(MARKER_PREFIX, RST0 + (index - 1) % RESTART_NUMBERS), strip]
    ),
  );
}
