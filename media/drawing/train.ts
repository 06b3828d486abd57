import { box, circle, curve, lines, placed, type Point, shape } from "./svg.ts";
import { chance } from "./world.ts";

const INK = "#26232b";
const TURN = 2 * Math.PI;
const WHEEL = 14;

/** Where the smoke leaves the engine, seen from the train's origin: the rail below the middle of the engine. */
export const CHIMNEY: Point = [64, -92];

/**
 * A small steam train going to the right; the origin is on the rail below the middle of the engine, in pixels.
 *
 * `turns` counts turns of the wheels.
 */
export function train(turns: number, snow: number): string {
  const rattle = (i: number) => Math.sin((turns * 2 + i * 0.31) * TURN) * 0.7;
  const carriages = [["#3f7f8c", 4], ["#d9a441", 4]] as const;
  const drawn = carriages.map(([color, windows], i) =>
    placed(carriage(color, windows, turns, snow, i), [-148 - i * 132, rattle(i)])
  );
  return drawn.join("") + placed(engine(turns, snow), [0, rattle(5)]);
}

function engine(turns: number, snow: number): string {
  const red = { fill: "#c8473c", stroke: INK, width: 2 };
  const boiler = shape(curve([[-6, -60], [72, -60], [80, -52], [80, -36], [72, -28], [-6, -28]], true), red);
  const bands = [12, 36, 60].map((x) => shape(`M${x} -60V-28`, { stroke: "#efc15a", width: 2.4 })).join("");
  const cabin = shape(box(-50, -84, 50, 58), red) +
    shape(box(-40, -74, 28, 22), { fill: "#fff1c4", stroke: INK, width: 1.6 }) +
    shape(circle([-26, -61], 6), { fill: "#f0c8a0", stroke: INK, width: 1.4 }) +
    shape("M-33 -65q7 -7 14 0l4 1h-18z", { fill: "#33507a", stroke: INK, width: 1.4 });
  const roof = shape(lines([[-57, -84], [-53, -92], [2, -92], [7, -84]], true), {
    fill: "#4b4852",
    stroke: INK,
    width: 2,
  });
  const chimney = shape(lines([[58, -60], [56, -86], [53, -92], [75, -92], [72, -86], [70, -60]], true), {
    fill: "#4b4852",
    stroke: INK,
    width: 2,
  });
  const dome = shape("M22 -60v-6q8 -12 16 0v6z", { fill: "#efc15a", stroke: INK, width: 1.8 });
  const lamp = shape(circle([84, -52], 6), { fill: "#fff4c2", stroke: INK, width: 1.8 });
  const frame = shape(box(-56, -28, 140, 9), { fill: "#4b4852", stroke: INK, width: 1.8 }) +
    shape(lines([[82, -26], [104, -4], [80, -4]], true), { fill: "#efc15a", stroke: INK, width: 1.8 });
  const axles = [-36, -2, 32];
  const pin = (x: number): Point => [x + Math.cos(turns * TURN) * 7, -WHEEL + Math.sin(turns * TURN) * 7];
  const rod = shape(lines(axles.map(pin)), { stroke: INK, width: 5 }) +
    shape(lines(axles.map(pin)), { stroke: "#d8d4cc", width: 2.6 });
  const piston = shape(box(52, -20, 24, 11), { fill: "#8b8790", stroke: INK, width: 1.6 }) +
    shape(lines([pin(32), [56, -14]]), { stroke: INK, width: 3 });
  const caps = shape(lines([[-56, -92], [6, -92]]) + lines([[-2, -61], [52, -61]]), {
    stroke: "#ffffff",
    width: 5,
    alpha: snow * 0.95,
  });
  return frame + boiler + bands + dome + chimney + cabin + roof + lamp + caps +
    axles.map((x) => wheel([x, -WHEEL], WHEEL, turns, "#efc15a")).join("") +
    wheel([66, -9], 9, turns * WHEEL / 9, "#efc15a") + piston + rod;
}

function carriage(color: string, windows: number, turns: number, snow: number, seed: number): string {
  const body = shape(box(-58, -66, 116, 46), { fill: color, stroke: INK, width: 2 }) +
    shape(box(-58, -36, 116, 4), { fill: "#f4e6c2" });
  const width = 104 / windows;
  const panes = Array.from({ length: windows }, (_, i) => {
    const left = -52 + i * width + 3;
    const person = chance(seed, i, 5) > 0.45
      ? shape(circle([left + width / 2 - 3, -45], 5), { fill: ["#f0c8a0", "#b98a64", "#e8b48c"][(seed + i) % 3]! }) +
        shape(`M${left + width / 2 - 8} -46q5 -9 10 0z`, {
          fill: ["#5b3a26", "#d9a441", "#2f2a30", "#a04b3a"][(seed * 2 + i) % 4]!,
        })
      : "";
    const pane = box(left, -58, width - 6, 18);
    return shape(pane, { fill: "#fff1c4" }) + person + shape(pane, { stroke: INK, width: 1.5 });
  });
  const roof = shape("M-62 -66q4 -12 14 -12h96q10 0 14 12z", { fill: "#4b4852", stroke: INK, width: 2 }) +
    shape("M-56 -73q3 -5 9 -5h94q6 0 9 5z", { fill: "#ffffff", alpha: snow * 0.95 });
  const under = shape(box(-56, -20, 112, 6), { fill: "#4b4852", stroke: INK, width: 1.6 }) +
    shape(lines([[58, -17], [90, -17]]), { stroke: INK, width: 4 });
  const wheels = [-36, 36].map((x) => wheel([x, -9], 9, turns * WHEEL / 9 + seed * 0.13, "#c9c3b6"));
  return under + body + panes.join("") + roof + wheels.join("");
}

function wheel([x, y]: Point, radius: number, turns: number, color: string): string {
  let spokes = "";
  for (let i = 0; i < 3; i++) {
    const angle = (turns + i / 6) * TURN;
    const [dx, dy] = [Math.cos(angle) * radius, Math.sin(angle) * radius];
    spokes += `M${x - dx} ${y - dy}L${x + dx} ${y + dy}`;
  }
  return shape(circle([x, y], radius - 1), { fill: "#57525c", stroke: INK, width: 2 }) +
    shape(spokes, { stroke: color, width: 1.5 }) +
    shape(circle([x, y], radius - 2.6), { stroke: color, width: 1.5 }) + shape(circle([x, y], 2.2), { fill: color });
}

/** Puffs that rise from `mouth` and stay behind; `phase` runs once through the film, `rhythm` puffs come in it. */
export function smoke(phase: number, mouth: Point, rhythm: number, color: string): string {
  const life = 0.16;
  let drawn = "";
  for (let i = 0; i < rhythm; i++) {
    const age = ((phase - i / rhythm + 1) % 1) / life;
    if (age > 1) continue;
    const side = chance(i, 41) - 0.5;
    const place: Point = [
      mouth[0] - age * 300 + Math.sqrt(age) * 18,
      mouth[1] - 10 - Math.sqrt(age) * 62 + side * 26 * age,
    ];
    const radius = 6 + Math.sqrt(age) * 22;
    const alpha = 0.92 * (1 - age) ** 0.8;
    drawn += shape(circle(place, radius) + circle([place[0] - radius * 0.7, place[1] + radius * 0.3], radius * 0.7), {
      fill: color,
      alpha,
    });
  }
  return drawn;
}
