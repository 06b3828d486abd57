import { cpuUsage } from "node:process";
import { getHeapStatistics } from "node:v8";
import type { Bytes } from "../../lib/core/bytes.ts";
import { MemoryFile } from "./memory_file.ts";

/** Looks that collect garbage first, at most: each takes some milliseconds. */
const MAX_EXACT_LOOKS = 20;

/** What it cost to read a film. */
export interface FilmCost {
  /** Milliseconds of the processor: what other programs do meanwhile does not count. */
  readonly cpu: number;
  /** Bytes in use at the most while it was being read, beyond those in use before. */
  readonly memory: number;
}

/** A file in memory that calls `look` at every read. */
export class WatchedFile extends MemoryFile {
  constructor(bytes: Bytes, private readonly look: () => void) {
    super(bytes);
  }

  override readInto(target: Bytes, offset: number): Promise<number> {
    this.look();
    return super.readInto(target, offset);
  }
}

/**
 * Measures `read`, which calls the function it is given wherever much memory may be in use. With garbage that was not
 * collected yet: no more memory than that was in use, but perhaps less.
 */
export async function costOf(read: (look: () => void) => Promise<void>): Promise<FilmCost> {
  const before = bytesInUse();
  const begin = cpuUsage();
  let most = before;
  const look = () => {
    most = Math.max(most, bytesInUse());
  };
  await read(look);
  look();
  const { user, system } = cpuUsage(begin);
  return { cpu: (user + system) / 1000, memory: most - before };
}

/** Memory as in `costOf()`, without garbage; slow. */
export async function exactMemoryOf(read: (look: () => void) => Promise<void>): Promise<number> {
  const before = bytesInUseWithoutGarbage();
  let [most, looks] = [before, 0];
  const look = () => {
    if (++looks <= MAX_EXACT_LOOKS) most = Math.max(most, bytesInUseWithoutGarbage());
  };
  await read(look);
  most = Math.max(most, bytesInUseWithoutGarbage());
  return most - before;
}

function bytesInUse(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

function bytesInUseWithoutGarbage(): number {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) {
    throw new Error("Cannot measure memory: start the tests with --v8-flags=--expose-gc, as deno task fuzz does");
  }
  gc();
  return bytesInUse();
}
