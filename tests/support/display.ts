import { locateBlockRow } from "./block_row.ts";
import { addWitness, keepShot, PATIENCE, until } from "./until.ts";

export { until } from "./until.ts";

/** Milliseconds from one click of a double click to the other. */
const DOUBLE_CLICK = 60;
/** Seconds between the movements of a drag, which a page would otherwise take for one. */
const DRAG_STEP = "0.05";

/**
 * A screen of its own with a window manager, and a person's hands: pointer, keyboard, eyes.
 *
 * What a hand does at one stretch is done by one program: between two of them a busy machine may let any time pass.
 */
export class Display implements AsyncDisposable {
  readonly #server: Deno.ChildProcess;
  readonly #manager: Deno.ChildProcess;
  readonly #witness = addWitness(() => this.#tell());

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
        // Without repetition: a key stays down for as long as a busy machine lets xdotool wait.
        "-r",
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

  /** Waits until the keyboard's keys go to this window. */
  async active(id: string): Promise<void> {
    await until("the window to be active", async () => (await this.#run("xdotool", "getactivewindow")).trim() === id);
  }

  /** Moves the pointer to a place of the window, in pixels from its upper left corner. */
  async point(id: string, x: number, y: number): Promise<void> {
    await this.#hand(...moves(id, x, y));
  }

  /** Presses the main button at a place of the window. */
  async click(id: string, x: number, y: number): Promise<void> {
    await this.#hand(...moves(id, x, y), "click", "1");
  }

  /** Presses the main button twice, as fast as it takes for a double click. */
  async doubleClick(id: string, x: number, y: number): Promise<void> {
    await this.#hand(...moves(id, x, y), "click", "--repeat", "2", "--delay", String(DOUBLE_CLICK), "1");
  }

  /** Holds the main button at one place of the window and lets it go at another. */
  async drag(id: string, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    const way = [0.3, 0.6, 1].flatMap((share) => [
      ...moves(id, from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])),
      ...["sleep", DRAG_STEP],
    ]);
    await this.#hand(...moves(id, ...from), "mousedown", "1", ...way, "mouseup", "1");
  }

  /** Turns the wheel at a place of the window by so many notches: above 0 away from the person. */
  async wheel(id: string, x: number, y: number, notches: number): Promise<void> {
    const button = notches > 0 ? "4" : "5";
    await this.#hand(...moves(id, x, y), "click", "--repeat", String(Math.abs(notches)), button);
  }

  /** Types a text on the keyboard. */
  async type(text: string): Promise<void> {
    await this.#hand("type", "--delay", "30", text);
  }

  async press(key: string): Promise<void> {
    await this.#hand("key", key);
  }

  /** Closes the window as its close button does. */
  async close(id: string): Promise<void> {
    await this.#hand("windowactivate", id);
    await this.active(id);
    await this.press("alt+F4");
  }

  async resize(id: string, width: number, height: number): Promise<void> {
    await this.#hand("windowsize", id, String(width), String(height));
    await until(`a size of ${width} x ${height}`, async () => {
      const [wide, high] = await this.size(id);
      return wide === width && high === height;
    });
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
  async pixels(id: string): Promise<Pixels | undefined> {
    const { stdout } = await this.#output("import", ["-window", id, "-depth", "8", "ppm:-"]);
    return readPixmap(stdout);
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
    this.#witness[Symbol.dispose]();
    this.#manager.kill("SIGTERM");
    await this.#manager.status;
    this.#server.kill("SIGTERM");
    await this.#server.status;
  }

  /** What is on the screen, in words and as a picture. */
  async #tell(): Promise<string> {
    const active = await this.#run("xdotool", "getactivewindow", "getwindowname");
    const path = await keepShot(`display${this.name.replace(":", "-")}`, await this.shot("root"));
    return `The screen is in ${path}, the keys go to ${active.trim() || "no window"}`;
  }

  /** Moves a hand; throws when that fails. */
  async #hand(...words: string[]): Promise<void> {
    const { success, code } = await this.#output("xdotool", words);
    if (!success) throw new Error(`xdotool ${words.join(" ")} ended with ${code}`);
  }

  /** What a program says, if anything. */
  async #run(command: string, ...args: string[]): Promise<string> {
    return new TextDecoder().decode((await this.#output(command, args)).stdout);
  }

  async #output(command: string, args: string[]): Promise<Deno.CommandOutput> {
    const limit = AbortSignal.timeout(PATIENCE);
    const options = { args, env: { DISPLAY: this.name }, stdin: "null", stderr: "null" } as const;
    const output = await new Deno.Command(command, { ...options, signal: limit }).output();
    if (limit.aborted) throw new Error(`${command} ${args.join(" ")} did not end within ${PATIENCE} ms`);
    return output;
  }
}

/** A picture: 4 bytes a pixel, row by row. */
export interface Pixels {
  readonly bitmap: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** Words for xdotool that move the pointer to a place of a window, a pixel at least. */
function moves(id: string, x: number, y: number): string[] {
  return [
    "mousemove",
    "--window",
    id,
    String(Math.round(x)),
    String(Math.round(y)),
    "mousemove_relative",
    "--",
    "1",
    "1",
  ];
}

/** A binary PPM file with 8 bits a channel; undefined for anything else. */
function readPixmap(file: Uint8Array): Pixels | undefined {
  const head = /^P6\s(\d+)\s(\d+)\s255\s/.exec(new TextDecoder("latin1").decode(file.subarray(0, 64)));
  if (head === null) return undefined;
  const [width, height] = [Number(head[1]), Number(head[2])];
  const bitmap = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let from = head[0].length, to = 0; to < bitmap.length; from += 3, to += 4) {
    bitmap[to] = file[from]!;
    bitmap[to + 1] = file[from + 1]!;
    bitmap[to + 2] = file[from + 2]!;
  }
  return { bitmap, width, height };
}
