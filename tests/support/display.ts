import { decode } from "imagescript";
import { readBlockRow } from "./block_row.ts";

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

  static async open(width = 1280, height = 900): Promise<Display> {
    // The server chooses a free number and writes it to its standard output.
    const server = new Deno.Command("Xvfb", {
      args: ["-displayfd", "1", "-screen", "0", `${width}x${height}x24`, "-nolisten", "tcp", "-noreset"],
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

  /** The film's frame number that can be read from the window; undefined while none can. */
  async frameNumber(id: string): Promise<number | undefined> {
    const png = await this.shot(id);
    // A window that is only just appearing has no picture yet.
    if (png.length === 0) return undefined;
    const image = await decode(png);
    return "bitmap" in image ? readBlockRow(image.bitmap, image.width, image.height) : undefined;
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
