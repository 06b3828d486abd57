import { readBlockRow } from "./block_row.ts";
import { ClientProcess } from "./client_process.ts";
import { type Display, type Pixels, until } from "./display.ts";

/** Where the buttons are in a window of 880 x 736 pixels, from its lower left corner. */
const BUTTONS = {
  setup: [45, 52],
  play: [133, 52],
  pause: [218, 52],
  teardown: [318, 52],
  back: [447, 52],
  forward: [490, 52],
  speed: [529, 52],
  loop: [574, 52],
  snapshot: [611, 52],
  record: [648, 52],
  more: [816, 52],
  fullscreen: [855, 52],
  inspector: [828, 14],
  loss: [325, 14],
  export: [859, 675],
} as const;

/** Where the items of the menus are while these are open. */
const ITEMS = {
  "speed -2": [529, 168],
  "speed 1": [529, 280],
  "speed 4": [529, 336],
  keys: [740, 103],
  tcp: [740, 168],
  udp: [740, 196],
} as const;

/** Where the seek bar is in it, and a place in the middle of the picture, from the upper edge. */
export const SEEK_BAR = 660;
const PICTURE = 300;

/** The colours of the states and marks where the system is light, as in variables.css. */
const COLOURS = { live: 0x12703a, accent: 0x1558d6, late: 0x855300, loss: 0xb3261e } as const;
export type Colour = keyof typeof COLOURS;
/** By how much a channel may be off: the edges of letters are blurred. */
const TOLERANCE = 40;

/** A part of the window: left, top, right, bottom. */
export type Box = readonly [number, number, number, number];
/** The button Play, and how many of its pixels are blue where it is the one to press next. */
const PLAY_BOX: Box = [90, 668, 175, 700];
const PLAY_BLUE = 1000;
/** Where the status line has the mark of the state: from the left edge, and from the lower one. */
const STATE_MARK = { left: 8, right: 24, above: 24, below: 4 } as const;
const STATE_PIXELS = 30;

/** A picture that has not changed for so long stands, ms: a page that is kept from painting may seem to for a moment. */
const STANDS = 500;

/** A person before the player's window. */
export class Viewer {
  constructor(readonly display: Display, readonly window: string) {}

  click(name: keyof typeof BUTTONS | keyof typeof ITEMS): Promise<void> {
    const [left, bottom] = { ...BUTTONS, ...ITEMS }[name];
    return this.display.click(this.window, left, 736 - bottom);
  }

  /**
   * Clicks on the seek bar so many pixels from the left, and takes the hand away: what the bar tells of the place lies over
   * the film's row, which then shows another number.
   */
  async seek(x: number): Promise<void> {
    await this.display.click(this.window, x, SEEK_BAR);
    await this.display.point(this.window, x, PICTURE);
  }

  number(): Promise<number | undefined> {
    return this.display.frameNumber(this.window);
  }

  /** Pixels of this colour in a part of the window. */
  async count(colour: Colour, box: Box): Promise<number> {
    const image = await this.display.pixels(this.window);
    return image === undefined ? 0 : countOf(image, colour, box);
  }

  /** Waits until the stream is set up and Play is what to press next. */
  ready(): Promise<void> {
    return until("Play to be possible", async () => await this.count("accent", PLAY_BOX) > PLAY_BLUE);
  }

  /** Waits until exactly this picture is seen. */
  sees(number: number): Promise<void> {
    let seen: number | undefined;
    return until(() => `picture ${number}, saw ${seen}`, async () => (seen = await this.number()) === number);
  }

  /** Waits until the picture moves, and returns the number that is then seen. */
  async moving(): Promise<number> {
    let first: number | undefined;
    let latest: number | undefined;
    await until(() => `pictures that move on from ${first}, saw ${latest}`, async () => {
      latest = await this.number();
      first ??= latest;
      return latest !== undefined && first !== undefined && latest > first;
    });
    return latest!;
  }

  /** Waits until the film no longer plays and the picture stands, and returns its number. */
  async standing(): Promise<number> {
    let number: number | undefined;
    let since = NaN;
    await until(() => `a picture that stands, saw ${number}`, async () => {
      const before = number;
      const image = await this.display.pixels(this.window);
      number = image && readBlockRow(image.bitmap, image.width, image.height);
      if (number === undefined || number !== before || plays(image!)) since = performance.now();
      return performance.now() - since >= STANDS;
    });
    return number!;
  }

  /** The first numbers that are seen of a film that moves, so many different ones, in their order. */
  async watched(count: number): Promise<number[]> {
    const seen: number[] = [];
    await until(() => `${count} pictures of a film that moves, saw ${seen}`, async () => {
      const number = await this.number();
      if (number !== undefined && number !== seen.at(-1)) seen.push(number);
      return seen.length >= count;
    });
    return seen;
  }
}

/** Whether the status line says that the film plays. */
function plays(image: Pixels): boolean {
  const { left, right, above, below } = STATE_MARK;
  return countOf(image, "live", [left, image.height - above, right, image.height - below]) > STATE_PIXELS;
}

function countOf(image: Pixels, colour: Colour, [left, top, right, bottom]: Box): number {
  let count = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = 4 * (y * image.width + x);
      const isNear = [16, 8, 0].every((shift, channel) => {
        return Math.abs(image.bitmap[at + channel]! - (COLOURS[colour] >> shift & 0xff)) <= TOLERANCE;
      });
      if (isNear) count++;
    }
  }
  return count;
}

/** Starts the player in a window of `display` that takes keys. */
export async function watch(
  display: Display,
  source: string | readonly string[],
  environment: Record<string, string> = {},
  ...words: string[]
) {
  const client = new ClientProcess([...words, ...[source].flat()], { DISPLAY: display.name, ...environment });
  const viewer = new Viewer(display, await display.window("Flipbook"));
  await display.active(viewer.window);
  return { client, viewer };
}
