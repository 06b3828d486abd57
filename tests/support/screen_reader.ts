import { fromFileUrl } from "@std/path";
import type { Display } from "./display.ts";
import { until } from "./until.ts";

const PROGRAM = fromFileUrl(new URL("./screen_reader.py", import.meta.url));
/** Debian's Python: it has the bindings of GLib. */
const PYTHON = "/usr/bin/python3";
/** A bus on which nothing but a page and its reader are, and nothing is started. */
const BUS_CONFIGURATION = fromFileUrl(new URL("./screen_reader_bus.conf", import.meta.url));

/** An element of the page as it is told to somebody who does not see it. */
export interface Spoken {
  /** As in WAI-ARIA: "button", "slider", "dialog". */
  readonly role: string;
  readonly name: string;
  readonly description: string;
  readonly text: string;
  /** What a slider's place means. */
  readonly value: string;
  /** "checked", "enabled", "expanded", "focused", "pressed", "selected", "showing". */
  readonly states: readonly string[];
  /** Left, top, width, height in pixels from the window's upper left corner. */
  readonly box: readonly [number, number, number, number];
}

/**
 * Reads the page in a real window through AT-SPI, the interface of Linux for screen readers. The page is asked for
 * nothing and knows nothing of it.
 */
export class ScreenReader implements AsyncDisposable {
  readonly #bus: Deno.ChildProcess;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #lines: Lines;
  /** With this in its environment a player tells what it shows. */
  readonly environment: Readonly<Record<string, string>>;

  private constructor(bus: Deno.ChildProcess, address: string) {
    this.#bus = bus;
    this.environment = { AT_SPI_BUS_ADDRESS: address };
    this.#child = new Deno.Command(PYTHON, {
      args: [PROGRAM, address],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#lines = new Lines(this.#child.stdout);
  }

  static async open(): Promise<ScreenReader> {
    const bus = new Deno.Command("dbus-daemon", {
      args: ["--nofork", "--print-address", `--config-file=${BUS_CONFIGURATION}`],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const lines = new Lines(bus.stdout);
    const address = await lines.next();
    await lines.cancel();
    return new ScreenReader(bus, address);
  }

  /** All elements of the page in reading order. */
  async read(): Promise<readonly Spoken[]> {
    await this.#input.write(new TextEncoder().encode("\n"));
    return JSON.parse(await this.#lines.next());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close();
    await this.#lines.cancel();
    await this.#child.status;
    this.#bus.kill("SIGTERM");
    await this.#bus.status;
  }
}

/** A name as it is, or like a pattern. */
export type Name = string | RegExp;

/** Somebody before a window who knows it by what its elements are called, and uses a real pointer. */
export class Listener {
  constructor(readonly reader: ScreenReader, readonly display: Display, readonly window: string) {}

  /** What the page has of this role and name now. */
  async all(role: string, name: Name = /^/): Promise<readonly Spoken[]> {
    return (await this.reader.read()).filter((element) => element.role === role && fits(element, name));
  }

  /** The first element of this role and name, once there is one that passes. */
  async hears(role: string, name: Name = /^/, passes = (_: Spoken) => true): Promise<Spoken> {
    let found: Spoken | undefined;
    let heard: readonly Spoken[] = [];
    await until(() => `${role} ${name}, heard ${heard.map(describe).join("; ")}`, async () => {
      heard = await this.all(role);
      found = heard.find((element) => fits(element, name) && passes(element));
      return found !== undefined;
    });
    return found!;
  }

  /** Waits until the page has nothing of this role and name. */
  silent(role: string, name: Name = /^/): Promise<void> {
    return until(`no ${role} ${name}`, async () => (await this.all(role, name)).length === 0);
  }

  /** Clicks into the middle of the element. */
  async clicks(role: string, name: Name): Promise<void> {
    await this.display.click(this.window, ...await this.#middle(role, name));
  }

  /** As `clicks()`, with a finger that stays down for a tenth of a second or two, as a person's does. */
  async presses(role: string, name: Name): Promise<void> {
    const place = await this.#middle(role, name);
    await this.display.drag(this.window, place, place);
  }

  /** Where the hand goes for the first such element, once that stands still. */
  async #middle(role: string, name: Name): Promise<[number, number]> {
    let box = (await this.hears(role, name)).box;
    await until(`${role} ${name} to stand still`, async () => {
      const before = box;
      box = (await this.all(role, name))[0]?.box ?? [0, 0, 0, 0];
      return box[2] > 0 && String(box) === String(before);
    });
    const [left, top, width, height] = box;
    // It ends a pixel further on.
    return [Math.floor(left + width / 2) - 1, Math.floor(top + height / 2) - 1];
  }
}

function describe({ name, text, value, states }: Spoken): string {
  return `${name || text} ${value} (${states.join(", ")})`;
}

/** What says nothing but its text is called by that. */
function fits(element: Spoken, name: Name): boolean {
  const text = element.name || element.text;
  return typeof name === "string" ? text === name : name.test(text);
}

/** Lines of a program's output, one after another. */
class Lines {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(output: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = output.pipeThrough(new TextDecoderStream()).getReader();
  }

  async next(): Promise<string> {
    while (!this.#text.includes("\n")) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error("Cannot read the page: AT-SPI is missing, deno task test installs it on Debian");
      this.#text += value;
    }
    const end = this.#text.indexOf("\n");
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    return line;
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}
