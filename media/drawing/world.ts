import { curve, lines, type Point } from "./svg.ts";

/** Frames for which a drawn line keeps its shape, and how many shapes take turns: both films are a multiple of 25. */
const BOIL_FRAMES = 5;
const BOIL_SHAPES = 5;

/** A number from 0 to 1 that looks random and is always the same for the same arguments. */
export function chance(...seeds: number[]): number {
  let state = 0x9e3779b9;
  for (const seed of seeds) {
    state = Math.imul(state ^ Math.round(seed * 1000), 0x85ebca6b);
    state = (state ^ (state >>> 13)) >>> 0;
    state = Math.imul(state, 0xc2b2ae35);
    state = (state ^ (state >>> 16)) >>> 0;
  }
  return state / 2 ** 32;
}

/** Which drawing of a line is on this frame: lines that were drawn by hand never sit quite still. */
export function boilOf(frame: number): number {
  return Math.floor(frame / BOIL_FRAMES) % BOIL_SHAPES;
}

/** The points as a hand puts them: each off by at most `amount` pixels. */
export function wobbly(points: readonly Point[], amount: number, seed: number): Point[] {
  return points.map(([x, y], i) => [
    x + (chance(seed, i, 1) - 0.5) * 2 * amount,
    y + (chance(seed, i, 2) - 0.5) * 2 * amount,
  ]);
}

/** Where x lies on a strip of the world of length `period` that has been scrolled by `scroll`, seen from `left` on. */
export function wrapped(x: number, scroll: number, period: number, left: number): number {
  return ((((x - scroll - left) % period) + period) % period) + left;
}

/** The sine waves that make a hill: how many of them in one period, how high, where they begin (0 to 1). */
export type Wave = readonly [count: number, height: number, start: number];

/** A line of hills that repeats after `period` pixels. */
export class Ridge {
  constructor(readonly period: number, readonly base: number, readonly waves: readonly Wave[]) {}

  /** The y of the line at a place of the world. */
  y(x: number): number {
    const turn = 2 * Math.PI;
    return this.waves.reduce(
      (y, [count, height, start]) => y - height * Math.sin(turn * (count * x / this.period + start)),
      this.base,
    );
  }

  /** How steep the line is at a place of the world, in degrees; going down is positive. */
  slope(x: number): number {
    return Math.atan2(this.y(x + 4) - this.y(x - 4), 8) * 180 / Math.PI;
  }

  /** The line's points as they are seen after scrolling, from the left edge to the right. */
  line(scroll: number, width: number, step: number): Point[] {
    const points: Point[] = [];
    for (let x = -step - (((scroll % step) + step) % step); x <= width + 2 * step; x += step) {
      points.push([x, this.y(x + scroll)]);
    }
    return points;
  }

  /** Path data of the hill itself, down to `bottom`. */
  area(scroll: number, width: number, bottom: number, step: number): string {
    const points = this.line(scroll, width, step);
    const right: Point = [points.at(-1)![0], bottom];
    return `${curve(points)}${lines([right, [points[0]![0], bottom]]).replace("M", "L")}Z`;
  }
}
