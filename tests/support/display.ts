import { decode } from "imagescript";
import { locateBlockRow } from "./block_row.ts";

/** Milliseconds between two looks, and before a wait is given up. */
const LOOK_INTERVAL = 100;
const PATIENCE = 15_000;
/** Milliseconds for one movement of a hand: xdotool waits for ever where a window does not do as it expects. */
const HAND_PATIENCE = 5000;

/** A screen of its own with a window manager, and a person's hands: pointer, keyboard, eyes. */
export class Display implements AsyncDisposable {
  readonly #server: Deno.ChildProcess;
  readonly #manager: Deno.ChildProcess;

  private constructor(readonly name: string, server: Deno.ChildProcess, manager: Deno.ChildProcess) {
    this.#server = server;
    this.#manager = manager;
  }

  /** `memory` is a folder in which the server keeps the screen's pixels as a file (see `Screen`). */
  static async open(width = 1280, height = 900, memory?: string): Promise<Display> {
    // The server chooses a free number and writes it to its standard output.
    const server = new Deno.Command("Xvfb", {
      args: [
        ...["-displayfd", "1", "-screen", "0", `${width}x${height}x24`, "-nolisten", "tcp", "-noreset"],
        ...(memory === undefined ? [] : ["-fbdir", memory]),
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let number = "";
    while (!number.endsWith("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error("Xvfb did not start");
      number += value;
    }
    await reader.cancel();
    const name = `:${number.trim()}`;
    const manager = new Deno.Command("openbox", {
      env: { DISPLAY: name },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const display = new Display(name, server, manager);
    await until("the window manager", async () => await display.#run("xdotool", "get_desktop") !== "");
    return display;
  }

  /** The X id of the window with this title, once it is there. */
  async window(title: string): Promise<string> {
    let id = "";
    await until(`a window named ${title}`, async () => {
      const found = await this.#run("xdotool", "search", "--onlyvisible", "--name", title);
      id = found.trim().split("\n")[0]!;
      return id !== "";
    });
    return id;
  }

  async windowIsOpen(id: string): Promise<boolean> {
    return (await this.#run("xdotool", "getwindowname", id)).trim() !== "";
  }

  /** Moves the pointer to a place of the window, in pixels from its upper left corner. */
  async point(id: string, x: number, y: number): Promise<void> {
    await this.#run("xdotool", "mousemove", "--window", id, String(x), String(y));
    await this.#run("xdotool", "mousemove_relative", "--", "1", "1");
  }

  /** Presses the main button at a place of the window. */
  async click(id: string, x: number, y: number): Promise<void> {
    await this.point(id, x, y);
    await this.#run("xdotool", "click", "1");
  }

  /** Holds the main button at one place of the window and lets it go at another. */
  async drag(id: string, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    await this.point(id, ...from);
    await this.#run("xdotool", "mousedown", "1");
    for (const share of [0.3, 0.6, 1]) {
      await this.point(id, from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1]));
    }
    await this.#run("xdotool", "mouseup", "1");
  }

  /** Turns the wheel at a place of the window by so many notches: above 0 away from the person. */
  async wheel(id: string, x: number, y: number, notches: number): Promise<void> {
    await this.point(id, x, y);
    await this.#run("xdotool", "click", "--repeat", String(Math.abs(notches)), notches > 0 ? "4" : "5");
  }

  /** Types a text on the keyboard. */
  async type(text: string): Promise<void> {
    await this.#run("xdotool", "type", "--delay", "30", text);
  }

  async press(key: string): Promise<void> {
    await this.#run("xdotool", "key", key);
  }

  /** Closes the window as its close button does. */
  async close(id: string): Promise<void> {
    await this.#run("xdotool", "windowactivate", "--sync", id);
    await this.press("alt+F4");
  }

  async resize(id: string, width: number, height: number): Promise<void> {
    await this.#run("xdotool", "windowsize", "--sync", id, String(width), String(height));
  }

  /** A PNG of the window as it is on the screen. */
  async shot(id: string): Promise<Uint8Array<ArrayBuffer>> {
    const { stdout } = await this.#output("import", ["-window", id, "png:-"]);
    return stdout;
  }

  /** Width and height of the window, in pixels. */
  async size(id: string): Promise<[number, number]> {
    const text = await this.#run("xdotool", "getwindowgeometry", "--shell", id);
    const value = (name: string) => Number(new RegExp(`^${name}=(\\d+)$`, "m").exec(text)?.[1]);
    return [value("WIDTH"), value("HEIGHT")];
  }

  /** The pixels of the window, 4 bytes each; undefined for a window that is only just appearing. */
  async pixels(id: string): Promise<{ bitmap: Uint8ClampedArray; width: number; height: number } | undefined> {
    const png = await this.shot(id);
    if (png.length === 0) return undefined;
    const image = await decode(png);
    return "bitmap" in image ? image : undefined;
  }

  /** The film's frame number that can be read from the window; undefined while none can. */
  async frameNumber(id: string): Promise<number | undefined> {
    return (await this.blockRow(id))?.number;
  }

  /** The film's frame number and where it stands; undefined while none can be read. */
  async blockRow(id: string): Promise<ReturnType<typeof locateBlockRow>> {
    const image = await this.pixels(id);
    return image && locateBlockRow(image.bitmap, image.width, image.height);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#manager.kill("SIGTERM");
    await this.#manager.status;
    this.#server.kill("SIGTERM");
    await this.#server.status;
  }

  async #run(command: string, ...args: string[]): Promise<string> {
    return new TextDecoder().decode((await this.#output(command, args)).stdout);
  }

  #output(command: string, args: string[]): Promise<Deno.CommandOutput> {
    const options = { args, env: { DISPLAY: this.name }, stdin: "null", stderr: "null" } as const;
    return new Deno.Command(command, { ...options, signal: AbortSignal.timeout(HAND_PATIENCE) }).output();
  }
}

/** Waits until `check` holds; throws, naming `what`, when it does not for long. */
export async function until(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (performance.now() < deadline) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL));
  }
  throw new Error(`Waited in vain for ${what}`);
}
