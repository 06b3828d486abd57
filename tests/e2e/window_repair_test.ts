import { assertEquals, assertGreater } from "@std/assert";
import { join } from "@std/path";
import { startServer } from "../../lib/server/server.ts";
import { Display } from "../support/display.ts";
import { LossyTap } from "../support/lossy_tap.ts";
import { writeRepairableFilm } from "../support/repairable_film.ts";
import { Listener, type Name, ScreenReader } from "../support/screen_reader.ts";
import { until } from "../support/until.ts";
import { watch } from "../support/viewer.ts";

/** One packet of so many is lost; a picture has about ten. */
const LOSS = 37;

/** The number of the status line with this name. */
async function figure(listener: Listener, name: string): Promise<number> {
  return Number(/\d+$/.exec((await listener.hears("button", new RegExp(`^${name}: \\d+$`))).name)![0]);
}

async function grows(listener: Listener, name: string, by: number): Promise<void> {
  const before = await figure(listener, name);
  await until(`${by} more ${name}`, async () => await figure(listener, name) >= before + by);
}

/** The mark on the picture, and the figure of the status line. */
const MARK: [string, Name] = ["paragraph", /^A part of this picture was lost/];
const FIGURE: [string, Name] = ["button", /^Repaired: /];

async function switches(listener: Listener): Promise<void> {
  await grows(listener, "Dropped", 2);
  assertEquals([await listener.all(...MARK), await listener.all(...FIGURE)], [[], []]);

  await listener.clicks("button", "More");
  await listener.clicks("menuitemcheckbox", /^Repair damaged pictures/);
  const { text, box: [, top] } = await listener.hears(...MARK);
  assertEquals([text, top < 100], ["Repaired", true]);
  await grows(listener, "Repaired", 1);
  const dropped = await figure(listener, "Dropped");
  await grows(listener, "Repaired", 4);
  // A picture whose first packet is lost has no place for what has come.
  assertGreater(3, await figure(listener, "Dropped") - dropped);
}

async function opensLoss(listener: Listener): Promise<void> {
  await listener.presses(...FIGURE);
  await listener.hears("tab", "Statistics", ({ states }) => states.includes("selected"));
  await listener.hears("button", "Repaired", ({ states }) => states.includes("expanded"));
  await listener.presses("button", /^Loss: [\d.]+ %$/);
  await listener.hears("tab", "RTP", ({ states }) => states.includes("selected"));
  await listener.hears("option", "With losses", ({ states }) => states.includes("selected"));
  await listener.hears("row", /fragments/);
  await until("a lost fragment's fate", async () => {
    return (await listener.reader.read()).some(({ text }) => text.includes("never came"));
  });
  await listener.display.press("Escape");
  await listener.silent("complementary", "Inspector");
}

async function switchesBack(listener: Listener): Promise<void> {
  await listener.display.press("d");
  await listener.silent(...MARK);
  await listener.silent(...FIGURE);
  await grows(listener, "Dropped", 2);
}

Deno.test("the window shows damaged pictures over the one before, by a switch, and marks them", async (test) => {
  const folder = await Deno.makeTempDir();
  await writeRepairableFilm(join(folder, "marked.mjpeg"));
  const server = await startServer({ host: "127.0.0.1", port: 0, media: [folder] });
  try {
    await using tap = new LossyTap(server.port, (packet) => packet % LOSS === LOSS - 1);
    await using reader = await ScreenReader.open();
    await using display = await Display.open();
    const url = `rtsp://127.0.0.1:${tap.port}/marked.mjpeg`;
    const { client, viewer } = await watch(display, url, reader.environment, "--play", "--transport", "udp");
    await using _client = client;
    await viewer.moving();
    await display.resize(viewer.window, 1270, 736);
    await display.press("l");
    const listener = new Listener(reader, display, viewer.window);
    await test.step("the menu switches it while the film plays", () => switches(listener));
    await test.step("the figures open the chart, and the fragments that never came", () => opensLoss(listener));
    await test.step("a key switches it back", () => switchesBack(listener));
    client.signal("SIGINT");
    assertEquals(await client.code(), 0);
  } finally {
    await server.close();
    await Deno.remove(folder, { recursive: true });
  }
});
