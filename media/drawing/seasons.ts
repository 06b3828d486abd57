import { type Keyframe, mix, type Palette, paletteAt, within } from "./color.ts";
import { bird, cloud } from "./figures.ts";
import { page } from "./page.ts";
import { firTree, grass, house, roundTree } from "./scenery.ts";
import { box, circle, fade, glow, lines, placed, type Point, shape } from "./svg.ts";
import { CHIMNEY, smoke, train } from "./train.ts";
import { boilOf, chance, Ridge, wrapped } from "./world.ts";

/** A train goes through the four seasons: 10 seconds at 25 frames a second, without a seam. */
export const SEASONS = { width: 640, height: 480, frames: 250 } as const;

const { width: WIDTH, height: HEIGHT, frames: FRAMES } = SEASONS;
const RAIL_Y = 372;
const PEAKS = new Ridge(660, 236, [[1, 34, 0.2], [3, 24, 0.6], [7, 7, 0.1]]);
const FAR = new Ridge(760, 276, [[2, 16, 0.7], [3, 9, 0.2]]);
const MIDDLE = new Ridge(1500, 322, [[3, 15, 0.1], [5, 8, 0.6]]);
const TRACK_LENGTH = 2640;
const POLE_DISTANCE = 330;
const TRAIN: Point = [420, RAIL_Y];
const WHEEL_TURNS = 30;
const PUFFS = 50;

type SeasonColor = "top" | "low" | "peak" | "far" | "middle" | "near" | "ground" | "leaves" | "fir" | "smoke";

const COLORS: readonly Keyframe<SeasonColor>[] = [
  keyframe(0, "#8fd0ee #fdf3e4 #a9bfd2 #b3cf9d #9fce7f #86c063 #6ea34d #f3b7c8 #5f9468 #ffffff"),
  keyframe(0.26, "#58b2ea #e2f4f6 #90b4cb #8cc08a #72b360 #5ba34a #4b8a3e #5a9e46 #3f7d55 #ffffff"),
  keyframe(0.51, "#86b6d8 #fce3b4 #a9a9b8 #c9a866 #d09a4c #b98a45 #96703a #d9702f #55784f #fff6ea"),
  keyframe(0.76, "#a9bcd2 #eff0f4 #b5c0d2 #d9e2ec #e8eef4 #f4f7fa #d4dde8 #c7d2de #5c7f7c #f4f2f4"),
];

function keyframe(at: number, text: string): Keyframe<SeasonColor> {
  const names = ["top", "low", "peak", "far", "middle", "near", "ground", "leaves", "fir", "smoke"] as const;
  const colors = text.split(" ");
  return { at, colors: Object.fromEntries(names.map((name, i) => [name, colors[i]!])) as Palette<SeasonColor> };
}

/** How much of each season there is at a moment. */
interface Weather {
  readonly blossom: number;
  readonly falling: number;
  readonly snow: number;
  /** Leaves on the trees. */
  readonly leafage: number;
}

/** One frame of the film as SVG. */
export function drawSeasons(frame: number): string {
  const phase = frame / FRAMES;
  const colors = paletteAt(COLORS, phase);
  const weather: Weather = {
    blossom: within(phase, -0.05, 0.09, 0.08),
    falling: within(phase, 0.49, 0.57, 0.07),
    snow: within(phase, 0.7, 0.84, 0.07),
    leafage: 1 - within(phase, 0.68, 0.86, 0.09),
  };
  const scene = sky(phase, frame, colors, weather) + hills(phase, colors, weather, boilOf(frame)) +
    railway(phase, colors, weather) + meadow(phase, colors, weather) + drifting(phase, colors, weather);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${scene}${
    page(frame, WIDTH, HEIGHT)
  }</svg>`;
}

function sky(phase: number, frame: number, colors: Palette<SeasonColor>, { snow, leafage }: Weather): string {
  const sun: Point = [520, 96];
  const clouds = [0, 1, 2].map((i) => {
    const x = wrapped(i * 290 + chance(i, 8) * 90, phase * 860, 860, -110);
    return cloud([x, 66 + chance(i, 5) * 92], 44 + chance(i, 6) * 30, i, "#ffffff", 0.72);
  }).join("");
  const flock = [[0, 0], [-20, -11], [-22, 12], [-44, -20], [-46, 24]].map(([dx, dy], i) => {
    const part = (phase - 0.3) / 0.34;
    if (part < 0 || part > 1) return "";
    return bird([-60 + part * (WIDTH + 160) + dx!, 120 + dy! - part * 40], frame / 13 + i * 0.21, 11, "#3d4450");
  }).join("");
  return fade("sky", box(0, 0, WIDTH, 320), [colors.top, mix(colors.top, colors.low, 0.55), colors.low]) +
    glow("sunLight", sun, 150, "#fff0b0", 0.85 - snow * 0.5) +
    shape(circle(sun, 27), { fill: mix("#ffe38a", "#fdf3d8", snow), alpha: 0.55 + 0.45 * leafage }) + clouds + flock;
}

function hills(phase: number, colors: Palette<SeasonColor>, weather: Weather, boil: number): string {
  const peaks = shape(PEAKS.area(phase * PEAKS.period, WIDTH, HEIGHT, 16), { fill: colors.peak });
  const far = shape(FAR.area(phase * FAR.period, WIDTH, HEIGHT, 18), { fill: colors.far });
  const scroll = phase * MIDDLE.period;
  const ink = mix(colors.middle, "#2c2a33", 0.72);
  const things = Array.from({ length: 22 }, (_, i) => {
    const world = i * 68 + chance(i, 51) * 34;
    const x = wrapped(world, scroll, MIDDLE.period, -90);
    if (x > WIDTH + 60) return "";
    return placed(planting(i, colors, weather, boil, ink), [x, MIDDLE.y(world) + 3 + chance(i, 53) * 10]);
  });
  const middle = shape(MIDDLE.area(scroll, WIDTH, HEIGHT, 18), {
    fill: colors.middle,
    stroke: mix(colors.middle, "#2c2a33", 0.3),
    width: 1.4,
  });
  return peaks + far + middle + things.join("");
}

function planting(i: number, colors: Palette<SeasonColor>, weather: Weather, boil: number, ink: string): string {
  if (i % 7 === 3) {
    return house(36, "#f4e6cf", mix("#b5563f", "#ffffff", weather.snow * 0.85), ink, 0.25 + weather.snow * 0.7);
  }
  if (i % 3 === 0) {
    const tree = { leaves: mix(colors.fir, "#ffffff", chance(i, 55) * 0.1), trunk: "#6b4a36", ink };
    return firTree(54 + chance(i, 52) * 22, i, boil, tree, weather.snow);
  }
  const own = ["#f7d7de", "#e9a9bd", "#8fbf6a"][i % 3]!;
  const leaves = mix(
    mix(colors.leaves, own, weather.blossom * 0.7),
    ["#e8b23c", "#c9502e"][i % 2]!,
    weather.falling * 0.6,
  );
  return roundTree(52 + chance(i, 52) * 24, i, boil, { leaves, trunk: "#6b4a36", ink }, weather.leafage);
}

/** The embankment with its rails, the poles along it, and the train. */
function railway(phase: number, colors: Palette<SeasonColor>, { snow }: Weather): string {
  const scroll = phase * TRACK_LENGTH;
  const bank = shape(lines([[-10, RAIL_Y + 4], [WIDTH + 10, RAIL_Y + 4], [WIDTH + 10, HEIGHT], [-10, HEIGHT]], true), {
    fill: mix("#a7907a", "#eef2f6", snow * 0.9),
  });
  let sleepers = "";
  for (let i = -1; i < WIDTH / 44 + 1; i++) sleepers += box(i * 44 - (scroll % 44), RAIL_Y + 3, 18, 5);
  let poles = "";
  for (let i = 0; i < TRACK_LENGTH / POLE_DISTANCE; i++) {
    const x = wrapped(i * POLE_DISTANCE, scroll, TRACK_LENGTH, -POLE_DISTANCE * 2);
    if (x > WIDTH + POLE_DISTANCE) continue;
    poles += shape(`M${x} ${RAIL_Y + 4}V${RAIL_Y - 148}M${x - 13} ${RAIL_Y - 138}h26`, { stroke: "#4d3d36", width: 4 });
    for (const side of [-11, 11]) {
      const wire = `M${x + side} ${RAIL_Y - 141}q${POLE_DISTANCE / 2} 30 ${POLE_DISTANCE} 0`;
      poles += shape(wire, { stroke: "#4d4650", width: 1, alpha: 0.75 });
    }
  }
  const turns = phase * WHEEL_TURNS;
  return bank + poles + shape(sleepers, { fill: mix("#5b4638", "#cfd6de", snow * 0.6) }) +
    shape(`M-5 ${RAIL_Y + 1}H${WIDTH + 5}`, { stroke: "#56525c", width: 3 }) +
    smoke(phase, [TRAIN[0] + CHIMNEY[0], TRAIN[1] + CHIMNEY[1]], PUFFS, colors.smoke) +
    placed(train(turns, snow), TRAIN);
}

function meadow(phase: number, colors: Palette<SeasonColor>, { snow }: Weather): string {
  const scroll = phase * TRACK_LENGTH;
  const edge = new Ridge(TRACK_LENGTH, RAIL_Y + 20, [[9, 4, 0.2], [21, 2, 0.7]]);
  let drawn = shape(edge.area(scroll, WIDTH, HEIGHT, 16), {
    fill: colors.near,
    stroke: mix(colors.near, "#2c2a33", 0.35),
    width: 1.4,
  });
  for (let i = 0; i < 44; i++) {
    const world = i * 60 + chance(i, 61) * 40;
    const x = wrapped(world, scroll, TRACK_LENGTH, -30);
    if (x > WIDTH + 30) continue;
    const blades = grass(13 + chance(i, 63) * 9, i, mix(colors.ground, "#b9c6d4", snow * 0.5));
    drawn += placed(blades, [x, edge.y(world) + 6 + chance(i, 62) * 22]);
  }
  return drawn;
}

/** Petals in spring, leaves in autumn, snow in winter. */
function drifting(phase: number, colors: Palette<SeasonColor>, { blossom, falling, snow }: Weather): string {
  let drawn = "";
  for (let i = 0; i < 40; i++) {
    const laps = 2 + (i % 3);
    const y = ((chance(i, 71) + phase * laps) % 1) * 430 - 10;
    const x = wrapped(
      chance(i, 72) * 760 + Math.sin((phase * 6 + chance(i, 73)) * 2 * Math.PI) * 16,
      phase * 760 * 3,
      760,
      -40,
    );
    const turn = (phase * 9 + chance(i, 74)) * 360;
    const leaf = placed(
      shape("M-5 0Q0 -5 5 0Q0 4 -5 0Z", { fill: ["#d9702f", "#c9502e", "#e8b23c"][i % 3]!, alpha: falling }),
      [x, y],
      { turn },
    );
    const petal = placed(shape("M-3.4 0Q0 -3 3.4 0Q0 3 -3.4 0Z", { fill: "#f9cfdc", alpha: blossom }), [x, y], {
      turn,
    });
    const flake = shape(circle([x, y], 1.6 + chance(i, 75) * 1.8), {
      fill: mix("#ffffff", colors.top, 0.05),
      alpha: snow * 0.95,
    });
    drawn += (i % 2 ? leaf + petal : "") + flake;
  }
  return drawn;
}
