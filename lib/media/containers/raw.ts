import type { Bytes } from "../../core/bytes.ts";
import { InvalidDataError } from "../../core/errors.ts";
import { FrameWalk, MAX_FRAME_SIZE, MAX_JUNK } from "../../jpeg/boundary.ts";
import { SOI } from "../../jpeg/markers.ts";
import { isWholeJpeg } from "../../jpeg/whole.ts";
import type { Container, IndexScan, Resume } from "./container.ts";

/** Bytes that are asked for at once: more than the longest segment. */
const LOOK = 128 * 1024;
/** What a JPEG that begins in vain costs besides its bytes. */
const FAILED_START = 1024;
/** Bytes that may be followed in vain besides as many as the file has: keeps the time linear when SOIs are traps. */
const MAX_FAILED_WALK = 64 * 1024;

/** JPEGs one after the other, with nothing or with junk between them. */
export const rawContainer: Container = {
  format: "raw",
  frameRate: 25,
  timed: false,
  index: indexRaw,
};

async function indexRaw(scan: IndexScan): Promise<Resume> {
  const search = new Search(scan);
  while (true) {
    const bytes = await scan.window.at(search.at, LOOK);
    if (!search.run(bytes) || bytes.length < LOOK) return { at: await search.finish() };
  }
}

/** The walk from JPEG to JPEG over bytes that lie in memory piece by piece, however large the JPEGs are. */
class Search {
  /** Byte of the file at which the next piece must begin. */
  at: number;
  /** End of the last frame: what stands from here to the next one is junk. */
  #junkFrom: number;
  #failed = 0;
  /** The JPEG that is being followed: where it begins in the file, and how far it has come. */
  #open: { readonly start: number; readonly walk: FrameWalk } | undefined;
  #seen = 0;

  constructor(private readonly scan: IndexScan) {
    this.at = this.#junkFrom = scan.resume?.at ?? 0;
  }

  /** Takes the bytes from `at` on and as many frames out of them as they hold; false when there can be no more. */
  run(bytes: Bytes): boolean {
    const base = this.at;
    let position = 0;
    this.#seen = base + bytes.length;
    while (true) {
      if (this.#open === undefined) {
        const start = findStart(bytes, position);
        this.#checkJunk(base + (start ?? bytes.length));
        if (start === undefined) {
          position = Math.max(position, bytes.length - 2);
          break;
        }
        this.#open = { start: base + start, walk: new FrameWalk(start) };
      }
      const next = this.#follow(bytes, base);
      if (next === undefined) {
        position = this.#open.walk.position;
        this.#open.walk.shift(position);
        break;
      }
      position = next;
    }
    this.at = base + position;
    return position > 0;
  }

  /** Takes a last JPEG whose EOI alone is missing, or tells what is left out; returns where to go on in a grown file. */
  async finish(): Promise<number> {
    if (this.#open?.walk.hasScan && await this.#isWholeFrom(this.#open.start)) {
      this.#add(this.#open.start, this.#seen);
    } else if (this.#open !== undefined) {
      this.scan.remark(`The last JPEG, at byte ${this.#open.start}, is cut off and left out`);
    } else if (this.#seen > this.#junkFrom) {
      this.scan.remark(`The end of the file, from byte ${this.#junkFrom} on, holds no whole JPEG and is left out`);
    }
    return this.#junkFrom;
  }

  async #isWholeFrom(start: number): Promise<boolean> {
    return isWholeJpeg(await this.scan.window.copy(start, this.#seen - start));
  }

  /** Follows the open JPEG; returns where to go on in `bytes`, or undefined when it does not end in them. */
  #follow(bytes: Bytes, base: number): number | undefined {
    const { start, walk } = this.#open!;
    const before = walk.position;
    const end = this.#advance(walk, bytes);
    if (base + (end ?? bytes.length) - start >= MAX_FRAME_SIZE) {
      throw new InvalidDataError(`Cannot take a JPEG of over ${MAX_FRAME_SIZE} bytes`, start);
    }
    // No segment is as long as a look: without a step forward there is nothing but fill bytes.
    const isStuck = end === undefined && walk.position === before && bytes.length - before >= LOOK;
    if (end === undefined && !isStuck) return undefined;
    this.#open = undefined;
    if (end !== undefined && walk.hasScan && end > before) {
      this.#add(start, base + end);
      return end;
    }
    return this.#fail(start, base, walk.position);
  }

  /** The end of the JPEG, undefined for "not yet", -1 when it is none. */
  #advance(walk: FrameWalk, bytes: Bytes): number | undefined {
    try {
      return walk.advance(bytes);
    } catch (error) {
      if (!(error instanceof InvalidDataError)) throw error;
      return -1;
    }
  }

  /** Counts what was followed in vain; returns where to look for the next SOI. */
  #fail(start: number, base: number, stopped: number): number {
    this.#failed += FAILED_START + Math.max(0, base + stopped - start);
    if (this.#failed > MAX_FAILED_WALK + this.scan.size) {
      throw new InvalidDataError("Cannot find whole JPEGs: too many begin in vain", start);
    }
    // Bytes that have already gone from memory are not looked at again.
    return Math.max(0, start + 2 - base);
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
