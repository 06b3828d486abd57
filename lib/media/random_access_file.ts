import { fstatSync } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import type { Bytes } from "../core/bytes.ts";
import { underWay } from "../core/operations.ts";

/** What tells one state of a file from another. */
export interface FileState {
  /** Bytes. */
  readonly size: number;
  /** Time of the last change, Unix milliseconds. */
  readonly modified: number;
  /** Which file of the disk it is, whatever its name. */
  readonly inode: number;
}

/** Whether both are the same file with equal size and time of change. */
export function sameState(a: FileState, b: FileState): boolean {
  return a.size === b.size && a.modified === b.modified && a.inode === b.inode;
}

/** The state of the file or directory that has this path now. */
export async function stateOf(path: string): Promise<FileState> {
  const { size, mtimeMs, ino } = await stat(path);
  return { size, modified: mtimeMs, inode: ino };
}

/** Bytes that can be read at any position, by many at once. */
export interface RandomAccess {
  /** The file's state now. */
  state(): FileState;
  /** The bytes from `offset`; fewer than `length` only where the file ends. */
  read(offset: number, length: number): Promise<Bytes>;
  /** Fills `target` with the bytes from `offset`; returns how many there were, fewer only where the file ends. */
  readInto(target: Bytes, offset: number): Promise<number>;
  /** Closes the file as soon as the reads that are under way have ended. */
  close(): void;
}

/**
 * A file that is read at positions, by many at once.
 *
 * Every read names its own position, so that no reader moves another one's cursor (`Deno.FsFile` has a single cursor;
 * `node:fs` reads at positions). The file stays the one that was opened when its name later points to another.
 */
export class RandomAccessFile implements RandomAccess {
  readonly #handle: FileHandle;
  /** Of a file that cannot be looked at while it is open: one inside a compiled program, which never changes. */
  readonly #fixedState: FileState | undefined;
  #reading = 0;
  #closed = false;

  private constructor(readonly path: string, handle: FileHandle, fixedState: FileState | undefined) {
    this.#handle = handle;
    this.#fixedState = fixedState;
  }

  /** Opens a regular file for reading. The caller has made sure that it is one: opening a FIFO would wait for ever. */
  static async open(path: string): Promise<RandomAccessFile> {
    const handle = await open(path, "r");
    return new RandomAccessFile(path, handle, canBeLookedAt(handle.fd) ? undefined : await stateOf(path));
  }

  state(): FileState {
    if (this.#closed) throw new Deno.errors.BadResource(`Cannot look at ${this.path}: it is closed`);
    if (this.#fixedState !== undefined) return this.#fixedState;
    const { size, mtimeMs, ino } = fstatSync(this.#handle.fd);
    return { size, modified: mtimeMs, inode: ino };
  }

  async read(offset: number, length: number): Promise<Bytes> {
    const target = new Uint8Array(length);
    return target.subarray(0, await this.readInto(target, offset));
  }

  async readInto(target: Bytes, offset: number): Promise<number> {
    if (this.#closed) throw new Deno.errors.BadResource(`Cannot read ${this.path}: it is closed`);
    this.#reading++;
    try {
      let filled = 0;
      while (filled < target.length) {
        const { bytesRead } = await underWay(
          this.#handle.read(target, filled, target.length - filled, offset + filled),
        );
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled;
    } finally {
      this.#reading--;
      if (this.#closed && this.#reading === 0) await this.#handle.close();
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#reading === 0) this.#handle.close().catch(() => {});
  }
}

function canBeLookedAt(descriptor: number): boolean {
  try {
    fstatSync(descriptor);
    return true;
  } catch {
    return false;
  }
}
