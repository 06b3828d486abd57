import { InvalidDataError } from "./errors.ts";

/** Bytes with memory of their own (not shared between threads): what sockets, files and pages accept. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Reads big-endian numbers and runs of bytes from a buffer; never past its end. */
export class ByteReader {
  readonly #bytes: Bytes;
  #position: number;

  /** Starts at `position` of `bytes`; `what` names the data in errors. */
  constructor(bytes: Bytes, private readonly what = "data", position = 0) {
    this.#bytes = bytes;
    this.#position = position;
  }

  /** Bytes from the start of the buffer. */
  get position(): number {
    return this.#position;
  }

  /** Bytes that are left. */
  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  u8(): number {
    return this.#bytes[this.#advance(1)]!;
  }

  u16(): number {
    const at = this.#advance(2);
    return (this.#bytes[at]! << 8) | this.#bytes[at + 1]!;
  }

  u24(): number {
    const at = this.#advance(3);
    return (this.#bytes[at]! << 16) | (this.#bytes[at + 1]! << 8) | this.#bytes[at + 2]!;
  }

  u32(): number {
    const at = this.#advance(4);
    return readUint32(this.#bytes, at);
  }

  /** The next `length` bytes as a view, not a copy. */
  take(length: number): Bytes {
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** All bytes that are left, as a view. */
  rest(): Bytes {
    return this.take(this.remaining);
  }

  skip(length: number): void {
    this.#advance(length);
  }

  #advance(length: number): number {
    if (length < 0 || length > this.remaining) {
      throw new InvalidDataError(
        `Cannot read ${length} bytes of ${this.what}: ${this.remaining} are left`,
        this.#position,
      );
    }
    const at = this.#position;
    this.#position += length;
    return at;
  }
}

/** The unsigned 32-bit big-endian number at `offset`; the caller has checked the length. */
export function readUint32(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!) >>> 0;
}

/** Writes big-endian numbers and runs of bytes into a buffer of a size known beforehand. */
export class ByteWriter {
  readonly bytes: Bytes;
  #position = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  /** Bytes written so far. */
  get position(): number {
    return this.#position;
  }

  u8(value: number): this {
    this.bytes[this.#advance(1)] = value;
    return this;
  }

  u16(value: number): this {
    const at = this.#advance(2);
    this.bytes[at] = value >>> 8;
    this.bytes[at + 1] = value;
    return this;
  }

  u24(value: number): this {
    return this.u8(value >>> 16).u16(value & 0xffff);
  }

  u32(value: number): this {
    const at = this.#advance(4);
    writeUint32(this.bytes, at, value);
    return this;
  }

  put(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#advance(bytes.length));
    return this;
  }

  #advance(length: number): number {
    const at = this.#position;
    if (at + length > this.bytes.length) {
      throw new RangeError(`Cannot write ${length} bytes at ${at} of ${this.bytes.length}`);
    }
    this.#position += length;
    return at;
  }
}

/** Writes the unsigned 32-bit big-endian `value` at `offset`; the caller has checked the length. */
export function writeUint32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}

/** One buffer with all `parts` in order. */
export function concatBytes(parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Whether both hold the same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

const encoder = new TextEncoder();
/** Bytes turned into characters at a time: a call takes only so many arguments. */
const TEXT_PIECE = 1024;

/** UTF-8 bytes of a text. */
export function encodeText(text: string): Bytes {
  return encoder.encode(text);
}

/** Text whose character codes are the bytes: for protocol heads, where every byte must survive. */
export function decodeLatin1(bytes: Uint8Array): string {
  // Not TextDecoder("latin1"): that one means windows-1252, which maps 0x80 to 0x9F elsewhere.
  let text = "";
  for (let at = 0; at < bytes.length; at += TEXT_PIECE) {
    // Not spread: to copy the bytes out of the array one by one takes ten times as long.
    text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(at, at + TEXT_PIECE));
  }
  return text;
}
