import { RtspError } from "../../rtsp/status.ts";
import type { Pace, PlayOrder } from "./stream.ts";

/** Fastest way through a film, forward or backward. */
const MAX_SCALE = 8;
const MIN_SCALE = 1 / 16;
/** How much faster or slower than they are shown packets may leave. */
const MAX_SPEED = 4;
const MIN_SPEED = 0.5;
/** Headers carry so many decimals: what is granted is exactly what the answer says. */
const DECIMALS = 3;

/** The nearest pace that a film can be played at. */
export function grantPace({ scale = 1, speed = 1 }: PlayOrder): Pace {
  const size = Math.min(MAX_SCALE, Math.max(MIN_SCALE, Math.abs(scale)));
  return {
    scale: Number((Math.sign(scale) * size).toFixed(DECIMALS)),
    speed: Number(Math.min(MAX_SPEED, Math.max(MIN_SPEED, speed)).toFixed(DECIMALS)),
  };
}

/** Reads Scale (RFC 2326 section 12.34): any number but 0. Throws RtspError 400. */
export function parseScale(value: string): number {
  const scale = readDecimal(value);
  if (scale === undefined || scale === 0) throw new RtspError(400, `Cannot play at Scale ${JSON.stringify(value)}`);
  return scale;
}

/** Reads Speed (RFC 2326 section 12.35): a number above 0. Throws RtspError 400. */
export function parseSpeed(value: string): number {
  const speed = readDecimal(value);
  if (speed === undefined || speed <= 0) throw new RtspError(400, `Cannot send at Speed ${JSON.stringify(value)}`);
  return speed;
}

/** Writes either. */
export function formatPace(value: number): string {
  return value.toFixed(DECIMALS);
}

function readDecimal(value: string): number | undefined {
  return /^[+-]?\d{1,6}(?:\.\d{0,9})?$/.test(value.trim()) ? Number(value) : undefined;
}
