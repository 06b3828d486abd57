import { ClientProcess } from "./client_process.ts";
import { type Display, until } from "./display.ts";

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

/** Where the seek bar is in it, from the upper edge. */
export const SEEK_BAR = 660;

/** A person before the player's window. */
export class Viewer {
  constructor(readonly display: Display, readonly window: string) {}

  click(name: keyof typeof BUTTONS | keyof typeof ITEMS): Promise<void> {
    const [left, bottom] = { ...BUTTONS, ...ITEMS }[name];
    return this.display.click(this.window, left, 736 - bottom);
  }

  number(): Promise<number | undefined> {
    return this.display.frameNumber(this.window);
  }

  /** Waits until exactly this picture is seen. */
  async sees(number: number): Promise<void> {
    let seen: number | undefined;
    try {
      await until(`picture ${number}`, async () => (seen = await this.number()) === number);
    } catch {
      throw new Error(`Waited in vain for picture ${number}, saw ${seen}`);
    }
  }

  /** Pictures of the film a second, by their numbers, over a little less than a second. */
  async pace(): Promise<number> {
    const look = async () => {
      const at = performance.now();
      return { number: await this.number() ?? NaN, at };
    };
    const first = await look();
    await new Promise((resolve) => setTimeout(resolve, 800));
    const last = await look();
    return (last.number - first.number) / (last.at - first.at) * 1000;
  }

  /** Waits until the picture moves, and returns the number that is then seen. */
  async moving(): Promise<number> {
    let first: number | undefined;
    let latest: number | undefined;
    await until("pictures that move on", async () => {
      latest = await this.number();
      first ??= latest;
      return latest !== undefined && first !== undefined && latest > first;
    });
    return latest!;
  }

  /** Waits until the picture stands, and returns its number. */
  async standing(): Promise<number> {
    let previous: number | undefined;
    let latest: number | undefined;
    await until("a picture that stands", async () => {
      previous = latest;
      latest = await this.number();
      return latest !== undefined && latest === previous;
    });
    return latest!;
  }
}

/** Starts the player in a window of `display`. */
export async function watch(
  display: Display,
  source: string | readonly string[],
  environment: Record<string, string> = {},
  ...words: string[]
) {
  const client = new ClientProcess([...words, ...[source].flat()], { DISPLAY: display.name, ...environment });
  return { client, viewer: new Viewer(display, await display.window("Flipbook")) };
}
