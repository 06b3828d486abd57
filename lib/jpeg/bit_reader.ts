import type { Bytes } from "../core/bytes.ts";
import { InvalidDataError } from "../core/errors.ts";
import { MARKER_PREFIX } from "./markers.ts";
import type { JpegScan } from "./parse.ts";
import { Workspace } from "./workspace.ts";

/**
 * Zero bytes behind the bits, so that decoders have to look for the end once a unit only: it has at most 64 blocks (4
 * components of 4x4), each of at most 64 symbols of 16 bits with 15 more.
 */
const PADDING = 64 * 64 * 4;

/** Entropy-coded data made ready for reading: stuffed zeros and restart markers are gone. */
export interface EntropyBits {
  /** The bits. Read 25 of them at bit position `p` with `view.getUint32(p >>> 3) << (p & 7)`. */
  readonly view: DataView<ArrayBuffer>;
  /** First bit position of each restart interval. */
  readonly starts: readonly number[];
  /** Position behind the last bit of each restart interval. */
  readonly ends: readonly number[];
}

/**
 * Takes the stuffed zeros out of a scan and cuts it at its restart markers (T.81, B.1.1.5 and F.1.2.3).
 *
 * `intervals` says how many runs must be there; the bits lie in `workspace`. Throws `InvalidDataError` when the restart
 * markers are not those, or when other markers stand in the scan.
 */
export function unstuff(scan: JpegScan, intervals: number, workspace: Workspace = new Workspace()): EntropyBits {
  if (scan.strayMarker !== undefined) {
    throw new InvalidDataError("Cannot decode JPEG: a marker stands inside a scan", scan.strayMarker);
  }
  if (scan.restartMarkers !== intervals - 1 || !scan.restartsInOrder) {
    throw new InvalidDataError(
      `Cannot decode JPEG: ${scan.restartMarkers} restart markers stand where ${intervals - 1} belong in order`,
      scan.offset,
    );
  }
  const { data } = scan;
  const bits = workspace.bytes(data.length + PADDING);
  const starts: number[] = [];
  const ends: number[] = [];
  let from = 0;
  let to = 0;
  for (let interval = 0; interval < intervals; interval++) {
    starts.push(to * 8);
    [from, to] = copyInterval(data, from, bits, to);
    ends.push(to * 8);
  }
  bits.fill(0, to);
  return { view: new DataView(bits.buffer, bits.byteOffset, bits.length), starts, ends };
}

/** Copies up to the next restart marker; returns where to go on reading and writing. */
function copyInterval(data: Bytes, from: number, bits: Bytes, to: number): [number, number] {
  while (true) {
    const at = data.indexOf(MARKER_PREFIX, from);
    const end = at < 0 ? data.length : at;
    bits.set(data.subarray(from, end), to);
    to += end - from;
    if (at < 0 || at + 1 >= data.length) return [data.length, to];
    const code = data[at + 1]!;
    if (code === MARKER_PREFIX) {
      from = at + 1;
      continue;
    }
    from = at + 2;
    if (code !== 0) return [from, to];
    bits[to++] = MARKER_PREFIX;
  }
}
