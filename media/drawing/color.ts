/** Colours with names, each as "#rrggbb". */
export type Palette<Name extends string> = Readonly<Record<Name, string>>;

/** A palette at a moment of a cycle that runs from 0 to 1. */
export interface Keyframe<Name extends string> {
  readonly at: number;
  readonly colors: Palette<Name>;
}

/** The colour at `part` (0 to 1) of the way from one to the other. */
export function mix(from: string, to: string, part: number): string {
  const channel = (start: number) => {
    const [a, b] = [parseInt(from.slice(start, start + 2), 16), parseInt(to.slice(start, start + 2), 16)];
    return Math.round(a + (b - a) * part).toString(16).padStart(2, "0");
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}

/** The palette at `phase` of a cycle; the first keyframe follows the last one. */
export function paletteAt<Name extends string>(frames: readonly Keyframe<Name>[], phase: number): Palette<Name> {
  const next = frames.findIndex((frame) => frame.at > phase);
  const to = next < 0 ? frames[0]! : frames[next]!;
  const from = next < 0 ? frames.at(-1)! : frames[next - 1]!;
  const span = next < 0 ? 1 + to.at - from.at : to.at - from.at;
  const part = smooth((phase - from.at) / span);
  const names = Object.keys(from.colors) as Name[];
  const mixed = names.map((name) => [name, mix(from.colors[name], to.colors[name], part)]);
  return Object.fromEntries(mixed) as Palette<Name>;
}

/** From 0 to 1 with a soft start and end; 0 before, 1 behind. */
export function smooth(part: number): number {
  const t = Math.max(0, Math.min(1, part));
  return t * t * (3 - 2 * t);
}

/** 1 while `phase` is inside the span, falling to 0 over `soft` at both ends; the cycle is closed. */
export function within(phase: number, from: number, to: number, soft: number): number {
  const middle = (from + to) / 2;
  const distance = Math.abs(((phase - middle + 1.5) % 1) - 0.5);
  return smooth(((to - from) / 2 - distance) / soft + 1);
}
