import { assert } from "@std/assert";
import type { Bytes } from "../../lib/core/bytes.ts";
import { printTable } from "../bench/table.ts";
import { costOf, exactMemoryOf } from "./film_cost.ts";

/** Milliseconds of the processor that a megabyte of a film may take until it has been searched and frames were read. */
const MAX_CPU_PER_MEGABYTE = 50;
/** A smaller file counts as one of so many bytes: to open any film takes a while. */
const LEAST_SIZE = 256 * 1024;
/** Bytes that reading takes besides twice the largest frame: windows on the file, tables of the film, its index. */
const MEMORY_OVERHEAD = 16 * 1024 * 1024;
/** How often a film that seems slower than those before it is measured again: the least of all counts. */
const SECOND_LOOKS = 5;
const MEGABYTE = 1e6;
const MEBIBYTE = 1024 * 1024;

/** What a film turned out to be. */
export interface ReadFilm {
  /** Name of the container; "none" for a file that is no film. */
  readonly format: string;
  readonly frames: number;
  /** Bytes of the largest frame that was read. */
  readonly largest: number;
  /** Whether the search for frames ended before the file did. */
  readonly refused: boolean;
}

interface Row {
  films: number;
  frames: number;
  refused: number;
  cpu: number;
  memory: number;
  slowest: string;
}

/** Whether films stay inside the limits, and how near they come: a row for each container. */
export class FilmReport {
  readonly #rows = new Map<string, Row>();
  #again = 0;

  /** Reads a film and measures what that costs; throws with `name` when reading fails, or costs too much. */
  async judge(bytes: Bytes, read: (look: () => void) => Promise<ReadFilm>, name: string): Promise<void> {
    let film: ReadFilm | undefined;
    const body = async (look: () => void) => {
      film = await read(look);
    };
    try {
      let { cpu, memory } = await costOf(body);
      const megabytes = Math.max(bytes.length, LEAST_SIZE) / MEGABYTE;
      const maxCpu = MAX_CPU_PER_MEGABYTE * megabytes;
      const maxMemory = 2 * film!.largest + MEMORY_OVERHEAD;
      const slowest = (this.#rows.get(film!.format)?.cpu ?? 0) * megabytes;
      if (cpu > slowest || memory > maxMemory) this.#again++;
      for (let i = 0; i < SECOND_LOOKS && cpu > slowest; i++) cpu = Math.min(cpu, (await costOf(body)).cpu);
      if (memory > maxMemory) memory = await exactMemoryOf(body);
      assert(cpu <= maxCpu, `${cpu.toFixed(1)} ms for ${bytes.length} bytes`);
      assert(memory <= maxMemory, `${memory} bytes of memory for ${film!.largest} bytes of frame`);
      this.#note(film!, cpu / megabytes, memory, name);
    } catch (cause) {
      throw new Error(`${name}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  }

  /** Prints what was noted. */
  print(title: string): void {
    const rows = [...this.#rows].map(([format, { films, frames, refused, cpu, memory, slowest }]) =>
      [format, films, frames, refused, cpu, memory / MEBIBYTE, slowest] as const
    );
    const total = rows.reduce((sum, [, films]) => sum + films, 0);
    printTable(
      `${title}: ${total} files, at most ${MAX_CPU_PER_MEGABYTE} ms/MB (a file counts as ${LEAST_SIZE / 1024} KiB at ` +
        `least) and ${MEMORY_OVERHEAD / MEBIBYTE} MiB besides twice the largest frame; ${this.#again} measured again`,
      ["container", "files", "frames", "ended early", "slowest ms/MB", "peak MiB", "slowest file"],
      rows,
    );
  }

  #note({ format, frames, refused }: ReadFilm, cpu: number, memory: number, name: string): void {
    const row = this.#rows.get(format) ?? { films: 0, frames: 0, refused: 0, cpu: 0, memory: 0, slowest: "" };
    this.#rows.set(format, row);
    row.films++;
    row.frames += frames;
    if (refused) row.refused++;
    row.memory = Math.max(row.memory, memory);
    if (cpu <= row.cpu) return;
    row.cpu = cpu;
    row.slowest = name;
  }
}
