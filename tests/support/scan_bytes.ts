import { ByteWindow } from "../../lib/media/byte_window.ts";
import type { Container, Resume } from "../../lib/media/containers/container.ts";
import { MemoryFile } from "./memory_file.ts";

/** What a container's reader found in a file. */
export interface ScanResult {
  readonly frames: readonly { readonly offset: number; readonly length: number; readonly time: number | undefined }[];
  readonly remarks: readonly string[];
  readonly rate: number | undefined;
  /** Time at which the last frame ends. */
  readonly duration: number | undefined;
  /** How it would go on. */
  readonly resume: Resume | undefined;
}

/** Runs a container's reader over bytes. */
export async function scanBytes(container: Container, bytes: Uint8Array, from?: Resume): Promise<ScanResult> {
  const frames: { offset: number; length: number; time: number | undefined }[] = [];
  const remarks: string[] = [];
  let [rate, duration]: [number | undefined, number | undefined] = [undefined, undefined];
  const resume = await container.index({
    window: new ByteWindow(new MemoryFile(bytes)),
    size: bytes.length,
    resume: from,
    add: (offset, length, time) => frames.push({ offset, length, time }),
    rate: (framesPerSecond) => rate = framesPerSecond,
    end: (seconds) => duration = seconds,
    remark: (text) => remarks.push(text),
  });
  return { frames, remarks, rate, duration, resume };
}

/** The bytes of the frames that were found. */
export function cutFrames(film: Uint8Array, { frames }: ScanResult): Uint8Array[] {
  return frames.map(({ offset, length }) => film.slice(offset, offset + length));
}
