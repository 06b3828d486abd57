import type { RecordProgress } from "./recorder.ts";

const WIDTH = 24;
const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** One line about a recording; with a bar where its length is known. `span` is in seconds. */
export function describeProgress({ frames, bytes, seconds, dropped }: RecordProgress, span?: number): string {
  const bar = span === undefined ? "" : `${drawBar(Math.min(1, seconds / span))} `;
  const left = dropped > 0 ? `, ${dropped} left out: the disk is too slow` : "";
  const length = span === undefined ? clockTime(seconds) : `${clockTime(seconds)} of ${clockTime(span)}`;
  return `${bar}${length}, ${frames} pictures, ${describeBytes(bytes)}${left}`;
}

function drawBar(part: number): string {
  const filled = Math.round(part * WIDTH);
  return `[${"#".repeat(filled)}${"-".repeat(WIDTH - filled)}] ${String(Math.floor(part * 100)).padStart(3)} %`;
}

function clockTime(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** A count of bytes for a person: three digits that count. */
export function describeBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toPrecision(value >= 9.995 ? 3 : 2)} ${
    UNITS[unit]
  }`;
}
