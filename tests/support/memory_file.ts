import type { Bytes } from "../../lib/core/bytes.ts";
import type { FileState, RandomAccess } from "../../lib/media/random_access_file.ts";

/** A file that exists in memory only. */
export class MemoryFile implements RandomAccess {
  modified = 0;
  /** Bytes that were read so far. */
  bytesRead = 0;
  closed = false;

  constructor(public bytes: Uint8Array) {}

  state(): FileState {
    return { size: this.bytes.length, modified: this.modified, inode: 1 };
  }

  async read(offset: number, length: number): Promise<Bytes> {
    const target = new Uint8Array(length);
    return target.subarray(0, await this.readInto(target, offset));
  }

  readInto(target: Bytes, offset: number): Promise<number> {
    const part = this.bytes.subarray(Math.min(offset, this.bytes.length), offset + target.length);
    target.set(part);
    this.bytesRead += part.length;
    return Promise.resolve(part.length);
  }

  close(): void {
    this.closed = true;
  }
}
