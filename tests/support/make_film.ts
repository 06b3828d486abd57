import { type Bytes, concatBytes, encodeText } from "../../lib/core/bytes.ts";
import { type HuffmanTable, quantizationForQuality, STANDARD_HUFFMAN } from "../../lib/jpeg/standard_tables.ts";
import { writeJpeg } from "../../lib/jpeg/write.ts";

/** Codes of the standard Huffman tables: symbol to [code, bits]. */
const DC = STANDARD_HUFFMAN.dc.map(codesOf);
const AC = STANDARD_HUFFMAN.ac.map(codesOf);
const END_OF_BLOCK = 0;
const QUALITY = 50;

/** Size of a made picture in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

const SMALL: PictureSize = { width: 64, height: 48 };

/**
 * A valid baseline JPEG, 4:2:0 with standard tables, of flat 8x8 blocks that differ from number to number.
 *
 * The same arguments give the same bytes. RFC 2435 carries it as it is.
 */
export function makeJpeg(number: number, { width, height }: PictureSize = SMALL): Bytes {
  const bits = new BitWriter();
  const columns = Math.ceil(width / 16);
  const previous = [0, 0, 0];
  for (let mcu = 0; mcu < columns * Math.ceil(height / 16); mcu++) {
    for (let block = 0; block < 6; block++) {
      const component = Math.max(0, block - 3);
      const level = (number * 37 + mcu * 11 + block * 23) % 101 - 50;
      writeFlatBlock(bits, component === 0 ? 0 : 1, level - previous[component]!);
      previous[component] = level;
    }
  }
  const quantization = quantizationForQuality(QUALITY);
  return writeJpeg({ type: 1, width, height, restartInterval: 0, quantization, scan: bits.finish() });
}

/** Different JPEGs with the numbers from 0 to `count` - 1. */
export function makeJpegs(count: number, size?: PictureSize): Bytes[] {
  return Array.from({ length: count }, (_, number) => makeJpeg(number, size));
}

/** A film in the assignment's format. */
export function makeLabFilm(frames: readonly Uint8Array[], digits = 5): Bytes {
  return concatBytes(frames.flatMap((frame) => [encodeText(String(frame.length).padStart(digits, "0")), frame]));
}

/** A film of JPEGs one after the other. */
export function makeRawFilm(frames: readonly Uint8Array[]): Bytes {
  return concatBytes(frames);
}

/** What an HTTP camera sends, saved to a file; `stamps` are the times of the frames in seconds. */
export function makeMultipart(frames: readonly Uint8Array[], stamps: readonly (number | undefined)[] = []): Bytes {
  const parts = frames.flatMap((frame, i) => {
    const stamp = stamps[i] === undefined ? "" : `X-Timestamp: ${stamps[i]}\r\n`;
    const head = `--frame\r\nContent-Type: image/jpeg\r\n${stamp}Content-Length: ${frame.length}\r\n\r\n`;
    return [encodeText(head), frame, encodeText("\r\n")];
  });
  return concatBytes(parts);
}

/** Runs a test's body with a directory of these files (path with "/" to content), and removes it afterwards. */
export async function withMedia(
  files: Readonly<Record<string, Uint8Array>>,
  body: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "flipbook-media-" });
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = `${directory}/${name}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      await Deno.writeFile(path, content);
    }
    await body(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** A block that has nothing but its DC coefficient, as the difference from the one before. */
function writeFlatBlock(bits: BitWriter, table: 0 | 1, difference: number): void {
  const size = 32 - Math.clz32(Math.abs(difference));
  bits.code(DC[table]!, size);
  bits.put(difference < 0 ? difference + (1 << size) - 1 : difference, size);
  bits.code(AC[table]!, END_OF_BLOCK);
}

class BitWriter {
  readonly #bytes: number[] = [];
  #held = 0;
  #count = 0;

  put(value: number, size: number): void {
    for (let bit = size - 1; bit >= 0; bit--) {
      this.#held = (this.#held << 1) | ((value >> bit) & 1);
      if (++this.#count === 8) this.#flush();
    }
  }

  code(codes: ReadonlyMap<number, readonly [number, number]>, symbol: number): void {
    const [code, size] = codes.get(symbol)!;
    this.put(code, size);
  }

  finish(): Bytes {
    while (this.#count > 0) this.put(1, 1);
    return Uint8Array.from(this.#bytes);
  }

  #flush(): void {
    this.#bytes.push(this.#held);
    if (this.#held === 0xff) this.#bytes.push(0);
    this.#held = this.#count = 0;
  }
}

function codesOf({ counts, symbols }: HuffmanTable): ReadonlyMap<number, readonly [number, number]> {
  const codes = new Map<number, readonly [number, number]>();
  let code = 0;
  let next = 0;
  for (let size = 1; size <= 16; size++) {
    for (let i = 0; i < counts[size - 1]!; i++) codes.set(symbols[next++]!, [code++, size]);
    code <<= 1;
  }
  return codes;
}
