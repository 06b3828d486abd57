import { assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import { GROUND } from "../../lib/client/window/background.ts";
import { ClientProcess } from "../support/client_process.ts";
import { Display } from "../support/display.ts";
import { Screen } from "../support/screen.ts";
import { within } from "../support/until.ts";

/** Milliseconds between two looks: shorter than anything that could be called a flash. */
const LOOK_INTERVAL = 15;
/** Parts of the screen in which the window is: the start page's first words, and its ground below them. */
const WORDS = [320, 170, 640, 200] as const;
const EMPTY = [320, 600, 640, 150] as const;
/** What is there without a window. */
const NOTHING = 0x000000;
/** Colours at least where letters are: their edges are blurred. */
const LETTERS = 12;

/** The colours that the window's ground has, each once in the order in which they came, until the page has words. */
async function seenFrom(display: Display, memory: string, system: Record<string, string>): Promise<number[]> {
  using screen = new Screen(memory);
  await using client = new ClientProcess([], { DISPLAY: display.name, ...system });
  const seen: number[] = [];
  let count = 0;
  const watching = (async () => {
    while (count < LETTERS && !client.ended) {
      count = screen.colours(...WORDS).size;
      const [most] = [...screen.colours(...EMPTY)].reduce((left, right) => right[1] > left[1] ? right : left);
      if (!seen.includes(most)) seen.push(most);
      await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL));
    }
  })();
  await within("the start page", watching);
  client.signal("SIGINT");
  assertEquals(await client.code(), 0);
  return seen;
}

Deno.test("the window opens on its page's own ground, and is never of another colour, by day and by night", async () => {
  const memory = await Deno.makeTempDir();
  try {
    await using display = await Display.open(1280, 900, memory);
    const keys = join(memory, "glib-2.0", "settings", "keyfile");
    await Deno.mkdir(dirname(keys), { recursive: true });
    await Deno.writeTextFile(keys, "[org/gnome/desktop/interface]\ncolor-scheme='prefer-dark'\n");
    const systems = [
      [{ GTK_THEME: "Adwaita" }, GROUND.light],
      [{ GTK_THEME: "Adwaita:dark" }, GROUND.dark],
      // As GNOME says it, which GTK alone does not hear.
      [{ GSETTINGS_BACKEND: "keyfile", XDG_CONFIG_HOME: memory }, GROUND.dark],
    ] as const;
    for (const [system, ground] of systems) {
      const seen = await seenFrom(display, memory, system);
      assertEquals(seen, [NOTHING, Number.parseInt(ground.slice(1), 16)]);
    }
  } finally {
    await Deno.remove(memory, { recursive: true });
  }
});
