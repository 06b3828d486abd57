import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { startServer } from "../../lib/server/server.ts";
import { readBlockRow } from "../support/block_row.ts";
import { Display, until } from "../support/display.ts";
import { assertRunsAt } from "../support/film_pace.ts";
import { RtspTap } from "../support/rtsp_tap.ts";
import { PROJECT_ROOT } from "../support/source_files.ts";
import { type Viewer, watch } from "../support/viewer.ts";

const FILM = "flipbook.mjpeg";
const LAST = 249;
/** Slow, so that a slow machine sees enough of a film that runs at four times its pace. */
const FRAME_RATE = 5;
/** Pictures of a film that runs by which its speed is told. */
const WATCHED = 4;
/** Width and height of the window, and the width of a block of the film's row of 16 in it. */
const WIDTH = 880;
const HEIGHT = 736;
const BLOCK = WIDTH / 16;
const SCREEN = [1280, 900];
/** Milliseconds after which the controls have stepped back. */
const REST = 2600;

/** The window on the film that comes with Flipbook, paused; `tap` hears what it asks of the server. */
async function onFilm(body: (viewer: Viewer, tap: RtspTap) => Promise<void>): Promise<void> {
  const media = [join(PROJECT_ROOT, "media")];
  const server = await startServer({ host: "127.0.0.1", port: 0, media, frameRate: FRAME_RATE });
  try {
    await using tap = new RtspTap(server.port);
    await using display = await Display.open();
    const { client, viewer } = await watch(display, `rtsp://127.0.0.1:${tap.port}/${FILM}`, {}, "--play");
    await using _client = client;
    await viewer.moving();
    await display.press("space");
    await viewer.standing();
    await body(viewer, tap);
    client.signal("SIGINT");
    assertEquals(await client.code(), 0);
  } finally {
    await server.close();
  }
}

/** Clicks where a picture stands on the seek bar. */
function seek(viewer: Viewer, number: number): Promise<void> {
  // The hand ends a pixel further on; a quarter of a frame is in the frame however it is rounded.
  return viewer.seek(Math.round((number + 0.25) / (LAST + 1) * WIDTH) - 1);
}

async function seeks(viewer: Viewer): Promise<void> {
  for (const number of [155, 27, 247]) {
    await seek(viewer, number);
    await viewer.sees(number);
  }
  const { display } = viewer;
  await display.press("Home");
  await viewer.sees(0);
  await display.press("Right");
  await viewer.sees(5 * FRAME_RATE);
  await display.press("Up");
  await viewer.sees(6 * FRAME_RATE);
  await display.press("Down");
  await display.press("Left");
  await viewer.sees(0);
  await display.press("End");
  await viewer.sees(LAST);
}

async function steps(viewer: Viewer): Promise<void> {
  await viewer.display.press("Home");
  await viewer.sees(0);
  for (let count = 0; count < 10; count++) await viewer.display.press("period");
  await viewer.sees(10);
  for (let count = 0; count < 10; count++) await viewer.display.press("comma");
  await viewer.sees(0);
  await viewer.click("forward");
  await viewer.sees(1);
  await viewer.click("back");
  await viewer.sees(0);
}

async function runsAt(scale: number, viewer: Viewer): Promise<void> {
  // The first one is that from which it begins.
  assertRunsAt(scale, (await viewer.watched(WATCHED + 1)).slice(1));
}

async function speeds(viewer: Viewer, tap: RtspTap): Promise<void> {
  const { display } = viewer;
  await display.press("Home");
  await viewer.sees(0);
  await viewer.click("speed");
  await viewer.click("speed 4");
  await display.press("space");
  await runsAt(4, viewer);
  assertMatch(tap.last("PLAY"), /Scale: 4\.000/);
  await display.press("space");
  await viewer.standing();
  await display.press("End");
  await viewer.sees(LAST);
  await viewer.click("speed");
  await viewer.click("speed -2");
  await display.press("space");
  await runsAt(-2, viewer);
  assertMatch(tap.last("PLAY"), /Scale: -2\.000/);
  await display.press("space");
  await viewer.standing();
  for (let count = 0; count < 4; count++) await display.press("bracketright");
  await display.press("space");
  await until("the pace of the film", () => /Scale: 1\.000/.test(tap.last("PLAY")));
  await viewer.moving();
  await display.press("space");
  await viewer.standing();
}

async function loops(viewer: Viewer): Promise<void> {
  await viewer.click("loop");
  await seek(viewer, 225);
  await viewer.sees(225);
  await viewer.display.press("space");
  await until("the beginning", async () => (await viewer.number() ?? LAST) < 100);
  await viewer.moving();
  await viewer.display.press("l");
}

async function changesTransport(viewer: Viewer, tap: RtspTap): Promise<void> {
  for (const [name, transport] of [["tcp", /RTP\/AVP\/TCP/], ["udp", /client_port=/]] as const) {
    await viewer.display.press("Home");
    await viewer.click("more");
    await viewer.click(name);
    await until(`${name} to be asked for`, () => transport.test(tap.last("SETUP")));
    await viewer.moving();
  }
}

Deno.test("the window's controls move the film as they say, by pointer and by keys", async (test) => {
  await onFilm(async (viewer, tap) => {
    await test.step("a click on the bar and the keys land on the exact frame", () => seeks(viewer));
    await test.step("ten steps on and ten back return to the same frame", () => steps(viewer));
    await test.step("4x and -2x move as they say", () => speeds(viewer, tap));
    await test.step("a loop begins anew at the end", () => loops(viewer));
    await test.step("the transport changes while the film plays", () => changesTransport(viewer, tap));
  });
});

function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, REST));
}

/** Waits until the film's row has blocks of this width, which tells how large the picture is. */
function blocksOf({ display, window }: Viewer, width: number): Promise<void> {
  return until(`blocks of ${width}`, async () => Math.abs(((await display.blockRow(window))?.block ?? 0) - width) < 1);
}

async function fillsTheScreen(viewer: Viewer): Promise<void> {
  const { display, window } = viewer;
  const size = async () => String(await display.size(window));
  const full = () => until("fullscreen", async () => await size() === String(SCREEN));
  const back = async () => {
    await until("the window", async () => await size() === String([WIDTH, HEIGHT]));
    await blocksOf(viewer, BLOCK);
    // While GTK and WebKit bring the picture back to its size they may hear the second of two clicks too late for a pair.
    await viewer.standing();
  };
  await display.press("f");
  await full();
  // The controls and the status line leave the picture alone, and the row at its lowest edge is seen.
  await blocksOf(viewer, SCREEN[1]! * 4 / 3 / 16);
  await display.press("Escape");
  await back();
  await viewer.click("fullscreen");
  await full();
  await display.press("f");
  await back();
  await display.doubleClick(window, 300, 300);
  await full();
  await display.press("Escape");
  await back();
}

/** The number of a picture that lies on its right side. */
async function turnedNumber({ display, window }: Viewer): Promise<number | undefined> {
  const image = await display.pixels(window);
  if (image === undefined) return undefined;
  const { width, height } = image;
  const upright = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 4 * (y * width + x);
      upright.set(image.bitmap.subarray(from, from + 4), 4 * ((width - 1 - x) * height + y));
    }
  }
  return readBlockRow(upright, height, width);
}

async function turns(viewer: Viewer): Promise<void> {
  const stood = await viewer.standing();
  await viewer.display.press("t");
  await until("the picture on its side", async () => await turnedNumber(viewer) === stood);
  for (let count = 0; count < 3; count++) await viewer.display.press("t");
  await viewer.sees(stood);
}

async function zooms(viewer: Viewer): Promise<void> {
  const { display, window } = viewer;
  const row = () => display.blockRow(window);
  await blocksOf(viewer, BLOCK);
  await display.press("z");
  await blocksOf(viewer, 640 / 16);
  await display.press("z");
  await blocksOf(viewer, BLOCK);
  // In a low and wide window all of the row is as wide as the window has room for, however large the picture.
  await display.resize(window, 1270, 500);
  await viewer.standing();
  const fitting = (await row())!.block;
  await display.wheel(window, 635, 300, 2);
  await rest();
  assertEquals(await viewer.number(), undefined);
  await display.drag(window, [600, 400], [600, 100]);
  await until("its lower edge", async () => ((await row())?.block ?? 0) > 1.2 * fitting);
  await display.drag(window, [600, 100], [600, 400]);
  await rest();
  assertEquals(await viewer.number(), undefined);
  for (let count = 0; count < 4; count++) await display.press("minus");
  await blocksOf(viewer, fitting);
  await display.press("plus");
  await until("a larger picture", async () => await viewer.number() === undefined);
  await display.press("minus");
  await blocksOf(viewer, fitting);
  await display.resize(window, WIDTH, HEIGHT);
  await blocksOf(viewer, BLOCK);
}

/** All pixels of the window above its controls. */
async function view({ display, window }: Viewer): Promise<string> {
  const { bitmap, width } = (await display.pixels(window))!;
  return (await crypto.subtle.digest("SHA-1", bitmap.slice(0, 4 * width * 600)).then((hash) => new Uint8Array(hash)))
    .toHex();
}

async function opensPanels(viewer: Viewer): Promise<void> {
  const { display, window } = viewer;
  await viewer.standing();
  const plain = await view(viewer);
  const differs = () => until("something over the picture", async () => await view(viewer) !== plain);
  const same = () => until("the picture alone", async () => await view(viewer) === plain);
  await display.press("question");
  await differs();
  await display.press("Escape");
  await same();
  await viewer.click("more");
  await viewer.click("keys");
  await differs();
  await display.press("Escape");
  await same();
  for (const open of [() => display.press("i"), () => viewer.click("inspector"), () => viewer.click("loss")]) {
    await open();
    await until("the panel beside the picture", async () => ((await display.blockRow(window))?.block ?? BLOCK) < 40);
    await display.press("Escape");
    await same();
  }
}

async function stepsBack(viewer: Viewer): Promise<void> {
  const { display, window } = viewer;
  // As wide as this the controls lie over the row of blocks.
  await display.resize(window, 1270, HEIGHT);
  await display.point(window, 600, 300);
  await until("the controls over the picture", async () => await viewer.number() === undefined);
  const stood = await viewer.standing();
  await display.press("period");
  await viewer.sees(stood + 1);
  await display.point(window, 640, 320);
  await until("the controls again", async () => await viewer.number() === undefined);
  await rest();
  await viewer.sees(stood + 1);
  await display.resize(window, WIDTH, HEIGHT);
  await viewer.sees(stood + 1);
}

Deno.test("the window shows the picture as it is asked to, by pointer and by keys", async (test) => {
  await onFilm(async (viewer) => {
    await test.step("in full by a key, a button and a double click, and back", () => fillsTheScreen(viewer));
    await test.step("turned by a quarter", () => turns(viewer));
    await test.step("pixel by pixel, larger by the wheel and by keys, and moved", () => zooms(viewer));
    await test.step("under the sheet of keys, beside the inspector, and alone again", () => opensPanels(viewer));
    await test.step("without controls over it when nobody needs them, paused too", () => stepsBack(viewer));
  });
});
