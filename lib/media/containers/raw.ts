import type { Bytes } from "../../core/bytes.ts";
import { InvalidDataError } from "../../core/errors.ts";
import { findJpegEnd, MAX_FRAME_SIZE, MAX_JUNK } from "../../jpeg/boundary.ts";
import { SOI } from "../../jpeg/markers.ts";
import type { Container, IndexScan } from "./container.ts";

const FIRST_LOOK = 64 * 1024;
/** What a JPEG that begins in vain costs besides its bytes. */
const FAILED_START = 1024;
/** Bytes that may be followed in vain in one file: keeps the time linear when every SOI is a trap. */
const MAX_FAILED_WALK = 32 * 1024 * 1024;

/** JPEGs one after the other, with nothing or with junk between them. */
export const rawContainer: Container = {
  format: "raw",
  frameRate: 25,
  timed: false,
  resumable: true,
  index: indexRaw,
};

async function indexRaw(scan: IndexScan): Promise<number> {
  const search = new Search(scan);
  let wanted = FIRST_LOOK;
  while (true) {
    const bytes = await scan.window.at(search.at, wanted);
    const isLast = bytes.length < wanted;
    const done = search.run(bytes);
    if (isLast) return search.finish();
    wanted = done > 0 ? FIRST_LOOK : Math.min(2 * bytes.length, MAX_FRAME_SIZE);
  }
}

/** The walk from JPEG to JPEG over bytes that lie in memory piece by piece. */
class Search {
  /** Byte of the file at which the next piece must begin. */
  at: number;
  /** End of the last frame: what stands from here to the next one is junk. */
  #junkFrom: number;
  #failed = 0;
  #open: number | undefined;
  #seen = 0;

  constructor(private readonly scan: IndexScan) {
    this.at = this.#junkFrom = scan.from;
  }

  /** Takes the bytes from `at` on and as many frames out of them as they hold; returns how many bytes are done with. */
  run(bytes: Bytes): number {
    const base = this.at;
    let position = 0;
    this.#open = undefined;
    this.#seen = base + bytes.length;
    while (true) {
      const start = findStart(bytes, position);
      this.#checkJunk(base + (start ?? bytes.length));
      if (start === undefined) {
        position = Math.max(position, bytes.length - 2);
        break;
      }
      const end = this.#walk(bytes, start, base);
      if (end === undefined) {
        this.#open = base + start;
        position = start;
        break;
      }
      position = end;
    }
    this.at = base + position;
    return position;
  }

  /** Tells what is left out at the end of the file; returns where to go on when it has grown. */
  finish(): number {
    if (this.#open !== undefined) {
      this.scan.remark(`The last JPEG, at byte ${this.#open}, is cut off and left out`);
    } else if (this.#seen > this.#junkFrom) {
      this.scan.remark(`The end of the file, from byte ${this.#junkFrom} on, holds no whole JPEG and is left out`);
    }
    return this.#junkFrom;
  }

  /** Follows the JPEG at `start` and adds it; returns where to go on, or undefined when its end is not there yet. */
  #walk(bytes: Bytes, start: number, base: number): number | undefined {
    try {
      const end = findJpegEnd(bytes, start);
      if ((end ?? bytes.length) - start >= MAX_FRAME_SIZE) {
        throw new RangeError(`Cannot take a JPEG of over ${MAX_FRAME_SIZE} bytes`);
      }
      if (end !== undefined) this.#add(base + start, base + end);
      return end;
    } catch (error) {
      if (error instanceof RangeError) throw new InvalidDataError(error.message, base + start);
      if (!(error instanceof InvalidDataError)) throw error;
      this.#failed += FAILED_START + (error.offset ?? start) - start;
      if (this.#failed > MAX_FAILED_WALK) {
        throw new InvalidDataError("Cannot find whole JPEGs: too many begin in vain", base + start);
      }
      return start + 2;
    }
  }

  #add(start: number, end: number): void {
    const junk = start - this.#junkFrom;
    if (junk > 0) this.scan.remark(`${junk} bytes at byte ${this.#junkFrom} belong to no JPEG and are left out`);
    this.scan.add(start, end - start);
    this.#junkFrom = end;
  }

  #checkJunk(at: number): void {
    if (at - this.#junkFrom > MAX_JUNK) {
      throw new InvalidDataError(`Cannot find a JPEG: over ${MAX_JUNK} bytes belong to none`, this.#junkFrom);
    }
  }
}

/** Where the next SOI with a marker behind it stands. */
function findStart(bytes: Bytes, from: number): number | undefined {
  for (let d8 = bytes.indexOf(SOI, from + 1); d8 > 0; d8 = bytes.indexOf(SOI, d8 + 1)) {
    if (bytes[d8 - 1] === 0xff && bytes[d8 + 1] === 0xff) return d8 - 1;
  }
  return undefined;
}
