import { type Keyframe, mix, type Palette, paletteAt, within } from "./color.ts";
import { bird, child, cloud, dog, HAND, kite } from "./figures.ts";
import { page } from "./page.ts";
import { firTree, flower, grass, house, roundTree } from "./scenery.ts";
import { box, circle, fade, glow, placed, type Point, shape } from "./svg.ts";
import { boilOf, chance, Ridge, wrapped } from "./world.ts";

/** A day passes over the hills while a child runs with a kite: 25 seconds at 20 frames a second, without a seam. */
export const DAY = { width: 384, height: 288, frames: 500 } as const;

const { width: WIDTH, height: HEIGHT, frames: FRAMES } = DAY;
const HORIZON = 170;
const FAR = new Ridge(420, 158, [[1, 13, 0.1], [3, 8, 0.55], [5, 3, 0.2]]);
const MIDDLE = new Ridge(840, 186, [[2, 12, 0.3], [3, 8, 0.75], [7, 2.4, 0.1]]);
const NEAR = new Ridge(1680, 222, [[3, 9, 0], [7, 3.2, 0.4]]);
const CLOUD_STRIP = 560;
const CHILD_X = 196;
const DOG_X = 246;
/** Double steps of the child in the whole film. */
const STRIDES = 42;

type DayColor = "top" | "low" | "far" | "middle" | "near" | "ground" | "ink" | "cloud" | "shade";

const COLORS: readonly Keyframe<DayColor>[] = [
  keyframe(0, "#8ec5e8 #fdeccb #a9c3c4 #9cbf86 #86b264 #6f9a50 #3a4438 #ffffff #ffffff"),
  keyframe(0.2, "#63b1e6 #d8effa #9dc3cf #93c583 #7dba5c #689f4a #34423a #ffffff #ffffff"),
  keyframe(0.38, "#7fb4dd #f8e9bf #b0bdb5 #aebd72 #98ad55 #7f9244 #3d3f34 #fff8e8 #fff1d8"),
  keyframe(0.5, "#6a6fae #fba65f #9a7f95 #8f7a62 #77744d #625f3f #352c33 #ffd3a8 #e6b49a"),
  keyframe(0.58, "#39407a #c9748a #5d5884 #4f5470 #414c57 #374048 #231f31 #a9799c #8a7f9e"),
  keyframe(0.68, "#141c3f #2f4674 #27355c #22304d #1d2b42 #18243a #0e1326 #3a4b78 #5d6a94"),
  keyframe(0.84, "#131b3d #34497a #28375f #233250 #1e2d45 #19263c #0e1326 #3c4e7c #5d6a94"),
  keyframe(0.93, "#52619f #f2aa95 #7d80a2 #6d8279 #5d755f #4d634c #2a2c36 #f0bfb2 #b5aebb"),
];

function keyframe(at: number, text: string): Keyframe<DayColor> {
  const [top, low, far, middle, near, ground, ink, cloudy, shade] = text.split(" ") as [
    ...[string, string, string, string, string, string, string, string, string],
  ];
  return { at, colors: { top, low, far, middle, near, ground, ink, cloud: cloudy, shade } };
}

/** One frame of the film as SVG. */
export function drawDay(frame: number): string {
  const phase = frame / FRAMES;
  const colors = paletteAt(COLORS, phase);
  const night = within(phase, 0.62, 0.88, 0.06);
  const boil = boilOf(frame);
  const scene = sky(phase, colors, night) + heaven(phase, night) + clouds(phase, colors) + birds(frame, phase, colors) +
    hills(phase, colors, night, boil) + runners(phase, colors, night) + foreground(phase, colors, night);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${scene}${
    page(frame, WIDTH, HEIGHT)
  }</svg>`;
}

function sky(phase: number, colors: Palette<DayColor>, night: number): string {
  let stars = "";
  for (let i = 0; i < 46; i++) {
    const bright = night * (0.55 + 0.45 * Math.sin((phase * 40 + chance(i, 3)) * 2 * Math.PI));
    const place: Point = [chance(i, 1) * WIDTH, chance(i, 2) * HORIZON * 0.85];
    stars += shape(circle(place, 0.6 + chance(i, 4) * 0.7), { fill: "#fff6d8", alpha: bright });
  }
  return fade("sky", box(0, 0, WIDTH, HORIZON + 30), [colors.top, mix(colors.top, colors.low, 0.55), colors.low]) +
    stars;
}

/** Sun and moon on their arcs. */
function heaven(phase: number, night: number): string {
  const arc = (from: number, span: number): Point => {
    const part = ((phase - from + 1) % 1) / span;
    return [WIDTH * (-0.05 + 1.1 * part), HORIZON + 20 - Math.sin(Math.PI * Math.min(1, part)) * 150];
  };
  const sun = arc(0.91, 0.64);
  const low = Math.max(0, Math.min(1, (sun[1] - 40) / 110));
  const color = mix("#fff3b8", "#ff8a4c", low);
  const moon = arc(0.57, 0.36);
  return glow("sunLight", sun, 120, color, 0.9) +
    shape(circle(sun, 15 + low * 4), { fill: mix("#ffe27a", "#ff7446", low) }) +
    glow("moonLight", moon, 70, "#cfd9ff", 0.75 * night) +
    shape(circle(moon, 12), { fill: "#f5efd6", alpha: night }) +
    shape(circle([moon[0] - 3.5, moon[1] - 2], 2.6) + circle([moon[0] + 4, moon[1] + 3.5], 1.9), {
      fill: "#ddd5b8",
      alpha: night,
    });
}

function clouds(phase: number, colors: Palette<DayColor>): string {
  return [0, 1, 2, 3].map((i) => {
    const x = wrapped(i * 150 + chance(i, 8) * 60, phase * CLOUD_STRIP, CLOUD_STRIP, -80);
    return cloud([x, 44 + chance(i, 5) * 62], 26 + chance(i, 6) * 20, i, colors.cloud, 0.82);
  }).join("");
}

/** A flock that crosses the sky at noon and another one in the evening. */
function birds(frame: number, phase: number, colors: Palette<DayColor>): string {
  const flock = (from: number, size: number, y: number) =>
    [[0, 0], [-11, -6], [-12, 7], [-23, -11], [-25, 13]].map(([dx, dy], i) => {
      const part = (phase - from) / 0.17;
      if (part < 0 || part > 1) return "";
      const x = -30 + part * (WIDTH + 80);
      const place: Point = [x + dx! * size / 6, y + dy! * size / 6 + Math.sin(part * 9 + i) * 3];
      return bird(place, frame / 11 + i * 0.23, size, colors.ink);
    }).join("");
  return flock(0.16, 7, 62) + flock(0.44, 5, 92);
}

function hills(phase: number, colors: Palette<DayColor>, night: number, boil: number): string {
  const far = shape(FAR.area(phase * 420, WIDTH, HEIGHT, 14), { fill: colors.far });
  const scroll = phase * MIDDLE.period;
  const things = Array.from({ length: 15 }, (_, i) => {
    const world = i * 56 + chance(i, 11) * 26;
    const x = wrapped(world, scroll, MIDDLE.period, -60);
    if (x > WIDTH + 40) return "";
    const tree = {
      leaves: mix(colors.middle, colors.ink, 0.22),
      trunk: colors.ink,
      ink: mix(colors.middle, colors.ink, 0.6),
    };
    const kind = i % 5;
    const drawn = kind === 2
      ? house(20, mix("#f2e3cb", colors.shade, 0.2), mix("#b5563f", colors.ink, night * 0.6), colors.ink, night)
      : kind === 4
      ? firTree(26 + chance(i, 12) * 10, i, boil, tree)
      : roundTree(24 + chance(i, 12) * 12, i, boil, tree);
    const shaded = kind === 2 ? houseAtNight(drawn, night) : drawn;
    return placed(shaded, [x, MIDDLE.y(world) + 2]);
  });
  return far + shape(MIDDLE.area(scroll, WIDTH, HEIGHT, 14), {
    fill: colors.middle,
    stroke: mix(colors.middle, colors.ink, 0.35),
    width: 1,
  }) + things.join("");
}

/** At night the walls go dark and the windows stay bright: a dark veil between them would cover both. */
function houseAtNight(drawn: string, night: number): string {
  return night === 0
    ? drawn
    : drawn.replaceAll(/fill="#(f|e)[0-9a-f]{5}" stroke/g, (fill) =>
      fill.replace(/#[0-9a-f]{6}/, (color) => mix(color, "#39446b", night * 0.85)));
}

function runners(phase: number, colors: Palette<DayColor>, night: number): string {
  const scroll = phase * NEAR.period;
  const dusk = (color: string) => mix(color, colors.ink, night * 0.22);
  const childY = NEAR.y(CHILD_X + scroll);
  const dogX = DOG_X + Math.sin(phase * 2 * Math.PI * 5) * 14;
  const hand: Point = [CHILD_X + HAND[0], childY + HAND[1] + 1];
  const sway = phase * 9;
  const place: Point = [
    92 + Math.sin(phase * 2 * Math.PI * 3) * 16,
    78 + Math.sin(phase * 2 * Math.PI * 5 + 1) * 12 + (childY - NEAR.base) * 0.5,
  ];
  const ground = shape(NEAR.area(scroll, WIDTH, HEIGHT, 12), { fill: colors.near, stroke: colors.ink, width: 1.2 });
  return kite(place, hand, sway, night) + ground +
    placed(child(phase * STRIDES, dusk), [CHILD_X, childY + 1], { turn: NEAR.slope(CHILD_X + scroll) * 0.4 }) +
    placed(dog(phase * STRIDES * 1.5, dusk), [dogX, NEAR.y(dogX + scroll) + 1], {
      turn: NEAR.slope(dogX + scroll) * 0.8,
    });
}

/** Grass and flowers along the path, fireflies at night. */
function foreground(phase: number, colors: Palette<DayColor>, night: number): string {
  const scroll = phase * NEAR.period;
  let drawn = "";
  for (let i = 0; i < 70; i++) {
    const world = i * 24 + chance(i, 21) * 18;
    const x = wrapped(world, scroll, NEAR.period, -20);
    if (x > WIDTH + 20) continue;
    const depth = 4 + chance(i, 22) * 26;
    const plant = i % 4 === 0
      ? flower(9, mix(["#f7f3e8", "#f2a7b5", "#f4c95d"][i % 3]!, colors.ink, night * 0.6), colors.ground)
      : grass(8 + chance(i, 23) * 5, i, colors.ground);
    drawn += placed(plant, [x, NEAR.y(world) + depth]);
  }
  for (let i = 0; i < 12; i++) {
    const x = wrapped(i * 140 + chance(i, 31) * 90, scroll * 1, NEAR.period, -20);
    const bright = night * Math.max(0, Math.sin((phase * 25 + chance(i, 32)) * 2 * Math.PI));
    const y = 205 + chance(i, 33) * 34 + Math.sin((phase * 10 + chance(i, 34)) * 2 * Math.PI) * 7;
    drawn += glow(`firefly${i}`, [x, y], 6, "#e8ff9a", bright) +
      shape(circle([x, y], 1), { fill: "#f6ffc4", alpha: bright });
  }
  return drawn;
}
