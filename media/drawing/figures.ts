import { circle, curve, glow, lines, placed, type Point, shape } from "./svg.ts";
import { chance } from "./world.ts";

const OUTLINE = "#2a2730";
const TURN = 2 * Math.PI;

/** A limb of two parts: where it begins, its angles (0 hangs down, positive is forward), the length of each part. */
function limb([x, y]: Point, upper: number, lower: number, length: number): Point[] {
  const joint: Point = [x + Math.sin(upper) * length, y + Math.cos(upper) * length];
  return [[x, y], joint, [joint[0] + Math.sin(lower) * length, joint[1] + Math.cos(lower) * length]];
}

/** A stroke with a dark rim: an arm, a leg, a scarf. */
function stroke(points: readonly Point[], color: string, width: number): string {
  const data = curve(points);
  return shape(data, { stroke: OUTLINE, width: width + 1.8 }) + shape(data, { stroke: color, width });
}

/** Where the child's raised hand is, seen from the feet. */
export const HAND: Point = [-5.5, -40];

/**
 * A running child, about 46 pixels tall; the origin is the ground below it.
 *
 * `stride` counts double steps; `boil` is which drawing it is; `shade` (0 to 1) darkens it for the night.
 */
export function child(stride: number, color: (day: string) => string): string {
  const angle = stride * TURN;
  const bounce = Math.abs(Math.sin(angle)) * 2.4;
  const hip: Point = [0, -17 - bounce];
  const neck: Point = [3.4, -31 - bounce];
  const leg = (turn: number) => {
    const upper = Math.sin(turn) * 0.85 + 0.12;
    return limb(hip, upper, upper - 0.25 - Math.max(0, Math.cos(turn + 0.6)) * 1.25, 8.6);
  };
  const swing = Math.sin(angle + Math.PI) * 0.9;
  const shoulder: Point = [neck[0] - 0.2, neck[1] + 2.5];
  const far = stroke(leg(angle + Math.PI), color("#39506f"), 3) + foot(leg(angle + Math.PI), color);
  const near = stroke(leg(angle), color("#46648c"), 3.2) + foot(leg(angle), color);
  const arm = stroke(limb(shoulder, swing, swing + 0.9, 6), color("#b8433a"), 2.6);
  const raised = stroke([shoulder, [shoulder[0] - 5, shoulder[1] - 2.5], HAND], color("#d8584b"), 2.6) +
    shape(circle(HAND, 1.8), { fill: color("#f4cfa8"), stroke: OUTLINE, width: 0.9 });
  const body = [[hip[0] - 3.2, hip[1] + 1.5], [neck[0] - 3.6, neck[1] + 1], [neck[0] + 2.6, neck[1] + 0.6], [
    hip[0] + 3.8,
    hip[1] + 1.8,
  ]] as const;
  const coat = shape(curve(body, true), { fill: color("#d8584b"), stroke: OUTLINE, width: 1.1 });
  return far + raised + scarf(stride, neck, color) + near + coat + arm + head(neck, stride, color);
}

function foot(leg: readonly Point[], color: (day: string) => string): string {
  const [x, y] = leg[2]!;
  return shape(lines([[x - 0.6, y], [x + 2.6, y - 0.2]]), { stroke: color("#3a2c28"), width: 3 });
}

function head([x, y]: Point, stride: number, color: (day: string) => string): string {
  const center: Point = [x + 1.6, y - 5.4];
  const lift = Math.sin(stride * TURN * 2) * 0.8;
  const hair: Point[] = [
    [center[0] + 3.4, center[1] - 4.2],
    [center[0] - 1.5, center[1] - 6.2],
    [
      center[0] - 5.6,
      center[1] - 2.4,
    ],
    [center[0] - 8.4, center[1] - 1 - lift],
    [center[0] - 4.6, center[1] + 2.4],
    [center[0] - 2, center[1] - 1.6],
  ];
  return shape(circle(center, 5), { fill: color("#f4cfa8"), stroke: OUTLINE, width: 1.1 }) +
    shape(curve(hair, true), { fill: color("#5b3a26"), stroke: OUTLINE, width: 0.9 }) +
    shape(circle([center[0] + 2.6, center[1] - 0.2], 0.75), { fill: OUTLINE });
}

function scarf(stride: number, [x, y]: Point, color: (day: string) => string): string {
  const points: Point[] = [];
  for (let i = 0; i <= 5; i++) {
    points.push([x - 1 - i * 3.2, y + 0.5 + Math.sin(stride * TURN - i * 1.1) * (0.4 + i * 0.5) - i * 0.3]);
  }
  return stroke(points, color("#f1c04c"), 2.6);
}

/** A running dog, about 16 pixels tall; the origin is the ground below it. */
export function dog(stride: number, color: (day: string) => string): string {
  const angle = stride * TURN;
  const bounce = Math.max(0, Math.sin(angle)) * 3;
  const fur = color("#e9dcc3");
  const leg = (x: number, turn: number) => {
    const swing = Math.sin(turn) * 0.9;
    return stroke(limb([x, -7 - bounce], swing, swing - 0.5 * Math.cos(turn), 4), fur, 1.8);
  };
  const tail: Point[] = [[-8, -9.5 - bounce], [-11, -12 - bounce], [-12.4, -15 - bounce + Math.sin(angle * 2) * 1.4]];
  const body = shape(circle([0, -8.6 - bounce], 8.6, 3.9), { fill: fur, stroke: OUTLINE, width: 1.1 });
  const spot = shape(circle([-2.4, -10 - bounce], 3, 2), { fill: color("#a5714a") });
  const ear = shape(
    curve([[8.2, -15.6 - bounce], [5.6, -15 - bounce], [5.4, -11.6 - bounce + Math.sin(angle) * 0.8], [
      8,
      -12.6 - bounce,
    ]], true),
    { fill: color("#a5714a"), stroke: OUTLINE, width: 0.8 },
  );
  const face = shape(circle([9.6, -12.8 - bounce], 4.2, 3.5), { fill: fur, stroke: OUTLINE, width: 1.1 }) +
    shape(circle([13.4, -12.4 - bounce], 1.1), { fill: OUTLINE }) +
    shape(circle([10.8, -13.8 - bounce], 0.7), { fill: OUTLINE });
  return leg(-5, angle + 2.6) + leg(5.4, angle + 3.6) + stroke(tail, fur, 1.8) + body + spot + leg(-4, angle) +
    leg(6.2, angle + 1) + face + ear;
}

/** A kite with its string from `hand`, its tail, and at night a light of its own. */
export function kite(place: Point, hand: Point, sway: number, light: number): string {
  const [x, y] = place;
  const string = `M${hand[0]} ${hand[1]}Q${(x + hand[0]) / 2 - 6} ${(y + hand[1]) / 2 + 22} ${x} ${y + 4}`;
  const tail: Point[] = [];
  for (let i = 0; i <= 7; i++) {
    tail.push([x - 3 - i * 4.6, y + 18 + i * 3.2 + Math.sin(sway * TURN * 3 - i * 0.9) * (1 + i * 0.55)]);
  }
  const bows = tail.slice(2).filter((_, i) => i % 2 === 0).map(([bx, by]) =>
    shape(`M${bx} ${by}l-3 -2.4v4.8ZM${bx} ${by}l3 -2.4v4.8Z`, { fill: "#f1c04c", stroke: OUTLINE, width: 0.7 })
  );
  const half = (side: number, fill: string) =>
    shape(`M0 -17L${side * 12} -2L0 18Z`, { fill, stroke: OUTLINE, width: 1.1 });
  const sail = half(-1, "#e0574a") + half(1, "#f4efe2") + shape("M-12 -2L12 -2", { stroke: OUTLINE, width: 0.8 });
  return glow("kiteLight", [x, y], 46, "#ffd98a", light * 0.75) +
    shape(string, { stroke: light > 0.5 ? "#c9c4b4" : "#4a4650", width: 0.7 }) +
    shape(curve(tail), { stroke: light > 0.5 ? "#c9c4b4" : "#4a4650", width: 0.8 }) + bows.join("") +
    placed(sail, place, { turn: 14 + Math.sin(sway * TURN * 2) * 9 });
}

/** A bird far away, wings up and down. */
export function bird(place: Point, beat: number, size: number, color: string): string {
  const lift = Math.sin(beat * TURN) * size * 0.55;
  const wing = (side: number): string =>
    `M0 0Q${side * size * 0.5} ${-size * 0.35 - lift} ${side * size} ${size * 0.1 - lift}`;
  return placed(shape(wing(-1) + wing(1), { stroke: color, width: 1.3 }), place);
}

/** A cloud of round puffs on a soft base, `size` pixels to each side. */
export function cloud(place: Point, size: number, seed: number, color: string, alpha: number): string {
  const puffs = [-0.62, -0.2, 0.25, 0.66].map((side, i) => {
    const radius = size * (0.24 + 0.2 * (1 - Math.abs(side)) + chance(seed, i) * 0.1);
    return circle([side * size, -radius * 0.55], radius, radius * 0.8);
  });
  const base = circle([0, -size * 0.1], size * 1.05, size * 0.17);
  return placed(shape(puffs.join("") + base, { fill: color, alpha }), place);
}
