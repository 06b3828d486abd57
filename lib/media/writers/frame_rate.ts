/** A number of pictures a second as a fraction. */
export interface FrameRate {
  readonly rate: number;
  readonly scale: number;
}

/** Pictures a second before two pictures have told it. */
const DEFAULT_RATE: FrameRate = { rate: 25, scale: 1 };
/** The rates of television, which a whole number misses. */
const NTSC = [24, 30, 60, 120].map((rate) => ({ rate: rate * 1000, scale: 1001 }));
/** A measured rate this close to a usual one is meant to be it. */
const TOLERANCE = 0.0004;
const MILLI = 1000;
const LOWEST = 0.001;
const HIGHEST = 1000;

/** The rate of `frames` pictures of which the last begins `seconds` after the first. */
export function frameRateOf(frames: number, seconds: number): FrameRate {
  if (frames < 2 || !(seconds > 0)) return DEFAULT_RATE;
  const measured = Math.min(HIGHEST, Math.max(LOWEST, (frames - 1) / seconds));
  const usual = [{ rate: Math.round(measured), scale: 1 }, ...NTSC]
    .map((fraction) => ({ fraction, error: Math.abs(fraction.rate / fraction.scale / measured - 1) }))
    .filter(({ error }) => error <= TOLERANCE)
    .sort((a, b) => a.error - b.error)[0];
  return usual?.fraction ?? { rate: Math.max(1, Math.round(measured * MILLI)), scale: MILLI };
}
