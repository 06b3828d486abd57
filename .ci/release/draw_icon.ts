/** Draws the programs' picture: the little train on the top page of a flipbook. */
import { Image } from "imagescript";
import { join } from "@std/path";
import { box, circle, curve, lines, placed, type Point, shape } from "../../media/drawing/svg.ts";
import { train } from "../../media/drawing/train.ts";
import { type IconPicture, writeIcns, writeIco } from "./icon_files.ts";

/** Sides of the pictures, in pixels. */
const ICO_SIZES = [16, 32, 48, 64, 128, 256];
const ICNS_SIZES = [32, 64, 128, 256, 512, 1024];
const PNG_SIZE = 512;
/** Up to this size the train would be a spot: the page shows a play mark instead. */
const SIMPLE_SIZE = 32;
const SIDE = 512;
const BLUE = "#1558d6";
const INK = "#26232b";

/** The picture as SVG, for a side of so many pixels. */
export function drawIcon(size: number): string {
  const ground = `<rect width="${SIDE}" height="${SIDE}" rx="112" fill="${BLUE}"/>`;
  const content = size <= SIMPLE_SIZE ? playMark() : scene();
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}" viewBox="0 0 ${SIDE} ${SIDE}">` +
    `${ground}${pages(size)}${content}</svg>`;
}

/** Sheets that lie askew below the top one. */
function pages(size: number): string {
  const sheet = shape(box(-168, -150, 336, 300), { fill: "#fffdf6" });
  const below = [[-12, "#9dbcf2"], [-6, "#cfdff9"]] as const;
  const turned = below.map(([turn, fill]) => placed(shape(box(-168, -150, 336, 300), { fill }), [256, 262], { turn }));
  return (size <= SIMPLE_SIZE ? turned.slice(0, 1) : turned).join("") + placed(sheet, [256, 262]);
}

function playMark(): string {
  return shape(lines([[200, 172], [200, 352], [344, 262]], true), { fill: BLUE });
}

function scene(): string {
  const hills: Point[] = [[88, 330], [150, 296], [230, 318], [320, 280], [424, 312]];
  const meadow = `${curve(hills)}L424 412L88 412Z`;
  return shape(box(88, 112, 336, 200), { fill: "#bfe3f2" }) +
    shape(circle([360, 170], 30), { fill: "#ffd76a" }) +
    shape(meadow, { fill: "#8fc26b" }) +
    [[300, 150, 20], [262, 138, 26], [216, 148, 18]].map(([x, y, r]) =>
      shape(circle([x!, y!], r!), { fill: "#ffffff", alpha: 0.95 })
    ).join("") +
    shape(box(88, 366, 336, 7), { fill: INK }) +
    placed(train(0.1, 0), [222, 366], { scale: 2 }).replace(/^/, `<g clip-path="url(#page)">`) + "</g>" +
    `<defs><clipPath id="page"><rect x="88" y="112" width="336" height="300"/></clipPath></defs>` +
    shape(box(88, 112, 336, 300), { stroke: INK, width: 6 });
}

async function render(size: number): Promise<IconPicture> {
  const picture = await Image.renderSVG(drawIcon(size), size, Image.SVG_MODE_WIDTH);
  return { size, png: new Uint8Array(await picture.encode()) };
}

/** Draws flipbook.png, flipbook.ico and flipbook.icns into a folder; returns the path of the .ico file. */
export async function drawIcons(folder: string): Promise<string> {
  await Deno.mkdir(folder, { recursive: true });
  const sizes = [...new Set([...ICO_SIZES, ...ICNS_SIZES])];
  const pictures = await Promise.all(sizes.map(render));
  const of = (wanted: readonly number[]) => pictures.filter(({ size }) => wanted.includes(size));
  const ico = join(folder, "flipbook.ico");
  await Deno.writeFile(ico, writeIco(of(ICO_SIZES)));
  await Deno.writeFile(join(folder, "flipbook.icns"), writeIcns(of(ICNS_SIZES)));
  await Deno.writeFile(join(folder, "flipbook.png"), of([PNG_SIZE])[0]!.png);
  return ico;
}
