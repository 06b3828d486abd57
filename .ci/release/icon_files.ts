import { type Bytes, concatBytes, encodeText } from "../../lib/core/bytes.ts";

/** A square picture as a PNG file. */
export interface IconPicture {
  /** Pixels of a side. */
  readonly size: number;
  readonly png: Bytes;
}

const ICO_HEADER = 6;
const ICO_ENTRY = 16;
/** Sides that an .icns file has a name for. */
const ICNS_TYPES: Readonly<Record<number, string>> = {
  32: "ic11",
  64: "ic12",
  128: "ic07",
  256: "ic08",
  512: "ic09",
  1024: "ic10",
};

/** An icon of Windows: a directory of little-endian entries, then the pictures. Sides of at most 256 pixels. */
export function writeIco(pictures: readonly IconPicture[]): Bytes {
  const head = new DataView(new ArrayBuffer(ICO_HEADER + ICO_ENTRY * pictures.length));
  head.setUint16(2, 1, true);
  head.setUint16(4, pictures.length, true);
  let offset = head.byteLength;
  pictures.forEach(({ size, png }, index) => {
    if (size > 256) throw new RangeError(`Cannot write ${size} pixels: an .ico file holds at most 256`);
    const at = ICO_HEADER + ICO_ENTRY * index;
    // 0 means 256.
    head.setUint8(at, size % 256);
    head.setUint8(at + 1, size % 256);
    head.setUint16(at + 4, 1, true);
    head.setUint16(at + 6, 32, true);
    head.setUint32(at + 8, png.length, true);
    head.setUint32(at + 12, offset, true);
    offset += png.length;
  });
  return concatBytes([new Uint8Array(head.buffer), ...pictures.map(({ png }) => png)]);
}

/** An icon of macOS: big-endian chunks of a name, a length and a picture. */
export function writeIcns(pictures: readonly IconPicture[]): Bytes {
  const chunks = pictures.flatMap(({ size, png }) => {
    const type = ICNS_TYPES[size];
    if (type === undefined) throw new RangeError(`Cannot write ${size} pixels: an .icns file has no name for them`);
    return [encodeText(type), uint32(8 + png.length), png];
  });
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 8);
  return concatBytes([encodeText("icns"), uint32(length), ...chunks]);
}

function uint32(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
