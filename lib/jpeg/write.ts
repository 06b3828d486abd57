import { type Bytes, ByteWriter } from "../core/bytes.ts";
import { APP0, DHT, DQT, DRI, EOI, SOF0, SOI, SOS } from "./markers.ts";
import { RESTART_TYPES, type RtpJpeg } from "./rfc2435.ts";
import { type HuffmanTable, STANDARD_HUFFMAN } from "./standard_tables.ts";

const JFIF = [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];
const HUFFMAN_SEGMENT = huffmanSegment();
const HEADER_SIZE = 2 + 18 + 134 + 6 + 19 + HUFFMAN_SEGMENT.length + 14 + 2;

/**
 * Writes a whole baseline JPEG with the standard Huffman tables and EOI (RFC 2435, appendix B).
 *
 * Throws `RangeError` for a type other than 0, 1, 64, 65, a size that is not 1 to 65535, or tables that are not 128
 * bytes.
 */
export function writeJpeg(image: RtpJpeg): Bytes {
  const sampling = samplingByte(image.type);
  if (!isSize(image.width) || !isSize(image.height)) {
    throw new RangeError(`Cannot write a JPEG of ${image.width}x${image.height} pixels`);
  }
  if (image.quantization.length !== 128) {
    throw new RangeError(`Cannot write a JPEG with ${image.quantization.length} bytes of quantization tables`);
  }
  const hasRestarts = image.type >= RESTART_TYPES;
  const writer = new ByteWriter(HEADER_SIZE - (hasRestarts ? 0 : 6) + image.scan.length);
  marker(writer, SOI);
  marker(writer, APP0).u16(16).put(Uint8Array.from(JFIF));
  marker(writer, DQT).u16(132).u8(0).put(image.quantization.subarray(0, 64)).u8(1).put(image.quantization.subarray(64));
  if (hasRestarts) marker(writer, DRI).u16(4).u16(image.restartInterval);
  marker(writer, SOF0).u16(17).u8(8).u16(image.height).u16(image.width).u8(3);
  writer.u8(1).u8(sampling).u8(0).u8(2).u8(0x11).u8(1).u8(3).u8(0x11).u8(1);
  writer.put(HUFFMAN_SEGMENT);
  marker(writer, SOS).u16(12).u8(3).u8(1).u8(0).u8(2).u8(0x11).u8(3).u8(0x11).u8(0).u8(63).u8(0);
  writer.put(image.scan);
  marker(writer, EOI);
  return writer.bytes;
}

/** Sampling factors of luma as the frame header has them: 2x1 for types 0 and 64, 2x2 for 1 and 65. */
function samplingByte(type: number): number {
  if (type !== 0 && type !== 1 && type !== RESTART_TYPES && type !== RESTART_TYPES + 1) {
    throw new RangeError(`Cannot write a JPEG of RTP type ${type}`);
  }
  return type % 2 === 0 ? 0x21 : 0x22;
}

function isSize(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 0xffff;
}

function marker(writer: ByteWriter, code: number): ByteWriter {
  return writer.u8(0xff).u8(code);
}

function huffmanSegment(): Bytes {
  const { dc, ac } = STANDARD_HUFFMAN;
  const tables: [number, HuffmanTable][] = [[0x00, dc[0]], [0x10, ac[0]], [0x01, dc[1]], [0x11, ac[1]]];
  const length = 2 + tables.reduce((sum, [, { symbols }]) => sum + 17 + symbols.length, 0);
  const writer = new ByteWriter(length + 2);
  marker(writer, DHT).u16(length);
  for (const [head, { counts, symbols }] of tables) writer.u8(head).put(counts).put(symbols);
  return writer.bytes;
}
