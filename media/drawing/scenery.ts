import { box, circle, curve, lines, placed, type Point, shape } from "./svg.ts";
import { chance, wobbly } from "./world.ts";

/** Colours of a tree. */
export interface TreeColors {
  readonly leaves: string;
  readonly trunk: string;
  readonly ink: string;
}

/** A round tree; the origin is its foot. `leafage` from 0, bare, to 1. */
export function roundTree(size: number, seed: number, boil: number, colors: TreeColors, leafage = 1): string {
  const { leaves, trunk, ink } = colors;
  const crown: Point[] = [];
  const radius = size * 0.36 * (0.35 + 0.65 * leafage);
  for (let i = 0; i < 9; i++) {
    const angle = i / 9 * 2 * Math.PI;
    const reach = radius * (0.88 + chance(seed, i) * 0.28);
    crown.push([Math.cos(angle) * reach, -size * 0.66 + Math.sin(angle) * reach * 0.92]);
  }
  const wood = shape(lines([[0, 1], [size * 0.01, -size * 0.55]]), { stroke: trunk, width: size * 0.085 });
  return wood + branches(size, seed, trunk, 1 - leafage) +
    shape(curve(wobbly(crown, size * 0.008, seed + boil), true), {
      fill: leaves,
      stroke: ink,
      width: 1.1,
      alpha: Math.min(1, leafage * 3),
    });
}

function branches(size: number, seed: number, color: string, alpha: number): string {
  let data = "";
  for (let i = 0; i < 6; i++) {
    const side = i % 2 ? 1 : -1;
    const foot = -size * (0.36 + 0.05 * i);
    const reach = size * (0.3 - 0.025 * i + chance(seed, i, 9) * 0.06);
    data += `M0 ${foot}Q${side * reach * 0.5} ${foot - reach * 0.35} ${side * reach * 0.85} ${foot - reach * 0.95}`;
  }
  return shape(data, { stroke: color, width: size * 0.035, alpha: Math.min(1, alpha * 2) });
}

/** A slim tree that keeps its colour; the origin is its foot. `snow` from 0 to 1. */
export function firTree(size: number, seed: number, boil: number, colors: TreeColors, snow = 0): string {
  const wood = shape(lines([[0, 1], [0, -size * 0.2]]), { stroke: colors.trunk, width: size * 0.07 });
  const tiers = [0, 1, 2].map((i) => {
    const foot = -size * (0.14 + i * 0.25);
    const half = size * (0.27 - i * 0.065);
    const points = wobbly([[-half, foot], [0, foot - size * 0.38], [half, foot]], size * 0.008, seed + i + boil);
    const cap: Point[] = [[-half * 0.55, foot - size * 0.17], [0, foot - size * 0.38], [
      half * 0.55,
      foot - size * 0.17,
    ]];
    return shape(lines(points, true), { fill: colors.leaves, stroke: colors.ink, width: 1 }) +
      shape(lines(cap, true), { fill: "#ffffff", alpha: snow * 0.9 });
  });
  return wood + tiers.join("");
}

/** A small house; the origin is the middle of its foot. `light` from 0 to 1 shines behind its windows. */
export function house(size: number, wall: string, roof: string, ink: string, light: number): string {
  const pane = (x: number) =>
    shape(box(x * size, -size * 0.42, size * 0.2, size * 0.22), { fill: "#5d6675", stroke: ink, width: 0.8 }) +
    shape(box(x * size, -size * 0.42, size * 0.2, size * 0.22), { fill: "#ffd978", alpha: light });
  return shape(box(size * 0.24, -size * 1.08, size * 0.14, size * 0.3), { fill: roof, stroke: ink, width: 1 }) +
    shape(box(-size * 0.5, -size * 0.6, size, size * 0.62), { fill: wall, stroke: ink, width: 1 }) +
    shape(lines([[-size * 0.62, -size * 0.58], [0, -size * 1.1], [size * 0.62, -size * 0.58]], true), {
      fill: roof,
      stroke: ink,
      width: 1,
    }) + pane(-0.32) + pane(0.1);
}

/** Blades of grass; the origin is their foot. */
export function grass(size: number, seed: number, color: string): string {
  let data = "";
  for (let i = 0; i < 4; i++) {
    const foot = (i - 1.5) * size * 0.22;
    data += `M${foot} 1Q${foot} ${-size * 0.5} ${foot + (chance(seed, i) - 0.4) * size} ${
      -size * (0.6 + chance(seed, i, 3) * 0.5)
    }`;
  }
  return shape(data, { stroke: color, width: 1.2 });
}

/** A flower; the origin is its foot. */
export function flower(size: number, color: string, stem: string): string {
  return shape(lines([[0, 1], [0, -size]]), { stroke: stem, width: 1 }) +
    shape(circle([0, -size], size * 0.3), { fill: color }) + shape(circle([0, -size], size * 0.1), { fill: "#f6d55c" });
}

/** The same drawing put down at many places of a strip of the world. */
export function planted(places: readonly Point[], draw: (index: number) => string): string {
  return places.map((place, i) => placed(draw(i), place)).join("");
}
