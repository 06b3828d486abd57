/** A place in the picture, in pixels from the upper left corner. */
export type Point = readonly [x: number, y: number];

/** How a shape is drawn; what is left out is not drawn. */
export interface Style {
  readonly fill?: string;
  readonly stroke?: string;
  /** Pixels; default 1. */
  readonly width?: number;
  /** From 0, invisible, to 1. */
  readonly alpha?: number;
}

/** One shape from path data. */
export function shape(data: string, { fill, stroke, width = 1, alpha = 1 }: Style): string {
  if (alpha <= 0.005) return "";
  const fade = alpha < 1 ? ` fill-opacity="${round(alpha)}" stroke-opacity="${round(alpha)}"` : "";
  const line = stroke
    ? ` stroke="${stroke}" stroke-width="${round(width)}" stroke-linejoin="round" stroke-linecap="round"`
    : "";
  return `<path d="${data}" fill="${fill ?? "none"}"${line}${fade}/>`;
}

/** Path data of straight lines through the points. */
export function lines(points: readonly Point[], closed = false): string {
  return "M" + points.map(at).join("L") + (closed ? "Z" : "");
}

/** Path data of a smooth line through the points (Catmull-Rom). */
export function curve(points: readonly Point[], closed = false): string {
  const count = points.length;
  const point = (i: number): Point =>
    closed ? points[(i + count) % count]! : points[Math.max(0, Math.min(i, count - 1))]!;
  let data = "M" + at(point(0));
  for (let i = 0; i < (closed ? count : count - 1); i++) {
    const [a, b, c, d] = [point(i - 1), point(i), point(i + 1), point(i + 2)];
    const first: Point = [b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6];
    const second: Point = [c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6];
    data += `C${at(first)} ${at(second)} ${at(c)}`;
  }
  return data + (closed ? "Z" : "");
}

/** Path data of a circle, or of an ellipse when `ry` is given. */
export function circle([x, y]: Point, rx: number, ry = rx): string {
  return `M${at([x - rx, y])}a${round(rx)} ${round(ry)} 0 1 0 ${round(2 * rx)} 0a${round(rx)} ${round(ry)} 0 1 0 ${
    round(-2 * rx)
  } 0Z`;
}

/** Path data of a rectangle. */
export function box(x: number, y: number, width: number, height: number): string {
  return `M${at([x, y])}h${round(width)}v${round(height)}h${round(-width)}Z`;
}

/** Shapes moved, turned (degrees) and scaled around their own origin. */
export function placed(shapes: string, [x, y]: Point, { turn = 0, scale = 1 } = {}): string {
  return `<g transform="translate(${round(x)} ${round(y)}) rotate(${round(turn)}) scale(${
    round(scale)
  })">${shapes}</g>`;
}

/** A soft round light. `id` must be unique in the picture. */
export function glow(id: string, [x, y]: Point, radius: number, color: string, alpha: number): string {
  if (alpha <= 0.01) return "";
  return `<defs><radialGradient id="${id}"><stop offset="0" stop-color="${color}" stop-opacity="${round(alpha)}"/>` +
    `<stop offset="0.35" stop-color="${color}" stop-opacity="${round(alpha * 0.42)}"/>` +
    `<stop offset="0.7" stop-color="${color}" stop-opacity="${round(alpha * 0.1)}"/>` +
    `<stop offset="1" stop-color="${color}" stop-opacity="0"/></radialGradient></defs>` +
    shape(circle([x, y], radius), { fill: `url(#${id})` });
}

/** A rectangle that fades from one colour at its top to others further down. */
export function fade(id: string, data: string, colors: readonly string[]): string {
  const stops = colors.map((color, i) => `<stop offset="${round(i / (colors.length - 1))}" stop-color="${color}"/>`);
  return `<defs><linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1">${stops.join("")}</linearGradient></defs>` +
    shape(data, { fill: `url(#${id})` });
}

function at([x, y]: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
