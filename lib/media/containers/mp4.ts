import type { Container, IndexScan, Resume } from "./container.ts";
import { InvalidDataError } from "../../core/errors.ts";
import { readBoxHead } from "./mp4_boxes.ts";
import { Mp4Film } from "./mp4_film.ts";
import { rawContainer } from "./raw.ts";

const FRAME_RATE = 25;
/** Boxes at the top of a file among which the tables of a recording that was closed are looked for. */
const MAX_TOP_BOXES = 64;

/**
 * QuickTime and MP4 (ISO/IEC 14496-12) with JPEG samples, whole or in fragments. Frames have their true times.
 *
 * A film in fragments can be read while it is being written, and so, without times, can one whose tables come last.
 */
export const mp4Container: Container = { format: "mp4", frameRate: FRAME_RATE, timed: true, index: indexMp4 };

async function indexMp4(scan: IndexScan): Promise<Resume | undefined> {
  if (scan.resume?.recovered !== undefined) return await goOnRecovering(scan, scan.resume);
  const film = new Mp4Film(scan);
  await film.walk();
  if (film.hasTrack) return film.finish();
  if (film.media === undefined) {
    throw new InvalidDataError("Cannot read MP4: it holds neither tables (moov) nor media (mdat)");
  }
  scan.remark(
    "It has no tables (moov) yet: it is still being recorded, or was broken off. Its frames are looked for one by one, " +
      "and their times are lost; a film recorded in fragments keeps them",
  );
  return await recover(scan, { at: film.media, count: 0 });
}

/** Finds JPEGs by their bytes where there are media but no tables. */
async function recover(scan: IndexScan, { at, count = 0 }: Resume): Promise<Resume | undefined> {
  let frames = count;
  const add = (offset: number, length: number) => scan.add(offset, length, frames++ / FRAME_RATE);
  const next = await rawContainer.index({ ...scan, resume: { at }, add, remark: () => {} });
  scan.end(frames / FRAME_RATE);
  return next && { at: next.at, count: frames, recovered: 1 };
}

/** Once the tables are there, the film has frames and times that it had not before: it must be opened anew. */
async function goOnRecovering(scan: IndexScan, resume: Resume): Promise<Resume | undefined> {
  try {
    const next = await recover(scan, resume);
    return await hasTables(scan) ? undefined : next;
  } catch (error) {
    // Large tables are so much that is no JPEG.
    if (error instanceof InvalidDataError && await hasTables(scan)) return undefined;
    throw error;
  }
}

async function hasTables({ window, size }: IndexScan): Promise<boolean> {
  for (let at = 0, i = 0; i < MAX_TOP_BOXES; i++) {
    const box = await readBoxHead(window, at, size);
    if (box === undefined) return false;
    if (box.type === "moov") return true;
    at = box.end;
  }
  return false;
}
