import { assert, assertAlmostEquals, assertEquals, assertGreater, assertMatch, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { startServer } from "../../lib/server/server.ts";
import { Display } from "../support/display.ts";
import { RtspTap } from "../support/rtsp_tap.ts";
import { Listener, ScreenReader, type Spoken } from "../support/screen_reader.ts";
import { PROJECT_ROOT } from "../support/source_files.ts";
import { until } from "../support/until.ts";
import { SEEK_BAR, type Viewer, watch } from "../support/viewer.ts";

const FILM = "flipbook.mjpeg";
const FRAMES = 250;
const FRAME_RATE = 25;
const WIDTH = 880;
const HEIGHT = 736;
/** Room for all figures of the status line. */
const WIDE = 1270;
const CONTROLS = ["button", "slider", "tab", "combobox", "searchbox", "textbox", "menuitem", "menuitemradio"];

interface Window {
  readonly viewer: Viewer;
  readonly listener: Listener;
  readonly tap: RtspTap;
}

/** The window on the film that comes with Flipbook, paused, and somebody who hears what stands in it. */
async function onFilm(body: (window: Window) => Promise<void>): Promise<void> {
  const server = await startServer({ host: "127.0.0.1", port: 0, media: [join(PROJECT_ROOT, "media")] });
  try {
    await using tap = new RtspTap(server.port);
    await using reader = await ScreenReader.open();
    await using display = await Display.open();
    const url = `rtsp://127.0.0.1:${tap.port}/${FILM}`;
    const { client, viewer } = await watch(display, url, reader.environment, "--play");
    await using _client = client;
    await viewer.moving();
    await display.press("space");
    await viewer.standing();
    await body({ viewer, listener: new Listener(reader, display, viewer.window), tap });
    client.signal("SIGINT");
    assertEquals(await client.code(), 0);
  } finally {
    await server.close();
  }
}

function clock(frame: number): string {
  return `00:${(frame / FRAME_RATE).toFixed(3).padStart(6, "0")}`;
}

/** How a box of the window looks. */
async function look({ viewer }: Window, [left, top, width, height]: Spoken["box"]): Promise<string> {
  const image = (await viewer.display.pixels(viewer.window))!;
  let text = "";
  for (let y = top; y < top + height; y++) {
    text += image.bitmap.slice(4 * (y * image.width + left), 4 * (y * image.width + left + width)).join();
  }
  return text;
}

async function tellsThePlaceUnderThePointer(window: Window): Promise<void> {
  const { viewer, listener } = window;
  const { display } = viewer;
  const looks: string[] = [];
  let last: Spoken["box"] = [0, 0, 0, 0];
  for (const share of [0.62, 0.11, 0.45]) {
    await display.point(viewer.window, Math.round(share * WIDTH), SEEK_BAR);
    const { text, box } = await listener.hears("tooltip", /#\d+$/, ({ box: [left, , width] }) => {
      return Math.abs(left + width / 2 - share * WIDTH) <= 3;
    });
    const number = Number(/#(\d+)$/.exec(text)![1]);
    assertAlmostEquals(number, share * FRAMES, 1.1);
    assertEquals(text.replace(/\s+/, " "), `${clock(number)} #${number}`);
    const [, top, , height] = box;
    assertAlmostEquals(top + height, SEEK_BAR - 8, 3);
    looks.push(await look(window, last = box));
    await display.click(viewer.window, Math.round(share * WIDTH), SEEK_BAR);
    await viewer.sees(number);
    assertEquals((await listener.hears("slider")).value, `${clock(number).slice(0, 5)} of 00:10, frame ${number}`);
    await listener.hears("button", `Frame ${number}`);
  }
  assertEquals(new Set(looks).size, looks.length);
  await display.point(viewer.window, 300, 300);
  await listener.silent("tooltip");
  assertNotEquals(await look(window, last), looks.at(-1));
  // At the ends of the bar it stays inside the window.
  for (const x of [1, WIDTH - 3]) {
    await display.point(viewer.window, x, SEEK_BAR);
    const { box: [left, , width] } = await listener.hears("tooltip", x < 10 ? / #0$/ : / #249$/);
    assert(left >= 0 && left + width <= WIDTH);
  }
  await display.point(viewer.window, 300, 300);
}

async function namesEverything({ listener, viewer }: Window): Promise<void> {
  const named = async () => {
    const nameless = (await listener.reader.read()).filter(({ role, name }) => CONTROLS.includes(role) && name === "");
    assertEquals(nameless, []);
  };
  await named();
  for (const name of ["Setup", "Play", "Pause", "Teardown", "One picture back", "One picture on", "Fullscreen"]) {
    assertNotEquals((await listener.hears("button", name)).description, "");
  }
  const enabled = async () =>
    (await listener.all("button", /^(Setup|Play|Pause|Teardown)$/)).filter(({ states }) => states.includes("enabled"))
      .map(({ name }) => name);
  assertEquals(await enabled(), ["Play", "Teardown"]);
  await listener.clicks("button", "More");
  await listener.hears("menuitemcheckbox", /^Repair damaged pictures/);
  await named();
  await viewer.display.press("Escape");
  await viewer.display.press("question");
  await listener.hears("heading", "Keys");
  assertMatch((await listener.reader.read()).map(({ text, name }) => `${name} ${text}`).join("\n"), /Play or pause/);
  await named();
  await viewer.display.press("Escape");
  await listener.silent("heading", "Keys");
}

async function saysWhatWasGranted({ listener, viewer, tap }: Window): Promise<void> {
  const { display } = viewer;
  await display.resize(viewer.window, WIDE, HEIGHT);
  for (const [speed, scale] of [["0.5\u00d7", "0.500"], ["1\u00d7", "1.000"]] as const) {
    await display.press("Home");
    await listener.clicks("button", /^Speed: /);
    await listener.clicks("menuitemradio", speed);
    await display.press("space");
    // What holds already is not said again.
    await until("the request", () => {
      return tap.requests.findLast((request) => request.includes("Scale: "))?.endsWith(`Scale: ${scale}`) === true;
    });
    await listener.hears("button", `Scale: ${speed}`);
    await listener.hears("button", `Speed: ${speed}`);
    await display.press("space");
    await listener.hears("button", "READY");
  }
  for (const [name, item] of [["TCP", "TCP"], ["UDP", "UDP"]] as const) {
    await display.press("Home");
    await listener.clicks("button", "More");
    await listener.clicks("menuitemradio", item);
    await listener.hears("button", `Transport: ${name}`);
  }
}

async function opensCauses({ listener, viewer }: Window): Promise<void> {
  const { display } = viewer;
  await listener.clicks("button", "Loop");
  await display.press("space");
  await listener.hears("button", "PLAYING");
  const measures = [
    [/^Frame rate: [\d.]+ fps$/, "Frame rate"],
    [/^Bitrate: [\d.]+ Mbit\/s$/, "Bitrate"],
    [/^Jitter: [\d.]+ ms$/, "Jitter"],
    [/^Delay: \d+ ms$/, "Delay"],
    [/^Buffer: \d+ ms$/, "Buffer"],
    [/^Dropped: \d+$/, "Dropped"],
  ] as const;
  const names: readonly string[] = measures.map(([, name]) => name);
  for (const [number, measure] of measures) {
    await listener.presses("button", number);
    await until(`the chart of ${measure} alone`, async () => {
      const all = await listener.reader.read();
      const open = all.filter(({ name, states }) => names.includes(name) && states.includes("expanded"));
      return String(open.map(({ name }) => name)) === measure &&
        all.some((element) => element.role === "tab" && element.name === "Statistics" && selected(element));
    });
  }
  // The chart's last minute in words.
  await until("the frame rate in words", async () => {
    return (await listener.reader.read()).some(({ name, text }) => /2\d\.\d fps now, from/.test(`${name} ${text}`));
  });
  await listener.clicks("button", "Copy as JSON");
  await says(listener, /^Copied/);
  await listener.clicks("button", "Lost fragments");
  await listener.hears("tab", "RTP", selected);
  await says(listener, /No packet was lost since the inspector was opened/);
  await listener.clicks("tab", "RTCP");
  await until("a sender report in its fields", async () => {
    return (await listener.all("listitem")).some(({ text }) => /SR RFC 3550, 6\.4\.1[^]*NTP time/.test(text));
  });
}

/** All that Tab reaches before it comes round again. */
async function goesByKeys({ listener, viewer }: Window): Promise<void> {
  const { display } = viewer;
  const focused = async () => (await listener.reader.read()).findLast(({ states }) => states.includes("focused"));
  const reached: string[] = [];
  while (reached.length < 40 && (reached.length < 2 || reached.at(-1) !== reached[0])) {
    await display.press("Tab");
    reached.push((await focused())?.name ?? "");
  }
  const enabled = (await listener.reader.read()).filter(({ role, states }) => {
    return ["button", "slider"].includes(role) && states.includes("enabled");
  });
  assertEquals(enabled.map(({ name }) => name).filter((name) => !reached.includes(name)), []);
  // The keyboard goes to the explanation, and back to the number.
  await until("the frame rate", async () => {
    if (/^Frame rate: /.test((await focused())?.name ?? "")) return true;
    await display.press("Tab");
    return false;
  });
  await display.press("Return");
  await listener.hears("button", "Frame rate", ({ states }) => states.includes("focused"));
  await display.press("Escape");
  await listener.hears("button", /^Frame rate: /, ({ states }) => states.includes("focused"));
  await display.click(viewer.window, 300, 300);
}

async function opensMessages({ listener, viewer }: Window): Promise<void> {
  const asked = [
    [/^Transport: UDP$/, "transport", /^[\d:. ]+(Player to server|Server to player) (SETUP|200 OK) /],
    [/^00:\d\d\.\d \/ 00:10\.0$/, "range", / (PLAY|200 OK)/],
    [/^Scale: /, "scale", / (PLAY|200 OK)/],
  ] as const;
  for (const [number, filter, message] of asked) {
    await listener.presses("button", number);
    await listener.hears("tab", "RTSP", selected);
    await listener.hears("searchbox", /^/, ({ text }) => text === filter);
    const shown = await messages(listener);
    assertGreater(shown.length, 0);
    for (const name of shown) assertMatch(name, message);
  }
  await listener.presses("button", "PLAYING");
  await listener.hears("searchbox", /^/, ({ text }) => text === "");
  assertGreater((await messages(listener)).length, 6);
  await listener.presses("button", /^Frame \d+$/);
  await listener.hears("tab", "RTP", selected);
  await viewer.display.press("Escape");
  await listener.silent("complementary", "Inspector");
}

/** The messages of the inspector in a line each. */
async function messages(listener: Listener): Promise<string[]> {
  const all = (await listener.all("listitem")).map(({ text }) => text.replace(/\s+/g, " "));
  return all.filter((text) => /^[\d:.]+ (Player to server|Server to player) /.test(text));
}

function selected({ states }: Spoken): boolean {
  return states.includes("selected");
}

/** Waits until the page says this anywhere. */
function says(listener: Listener, words: RegExp): Promise<void> {
  return until(`${words}`, async () => {
    return (await listener.reader.read()).some(({ name, text }) => words.test(name) || words.test(text));
  });
}

Deno.test("the window tells by words what it shows, and its numbers open into their causes", async (test) => {
  await onFilm(async (window) => {
    await test.step("every control has a name", () => namesEverything(window));
    await test.step("Tab reaches every control, and a number's explanation is left for the number", () =>
      goesByKeys(window));
    await test.step("time and frame under the pointer on the bar, where a click then leads", () =>
      tellsThePlaceUnderThePointer(window));
    await test.step("speed and transport as the server granted them", () => saysWhatWasGranted(window));
    await test.step("a measure opens its chart, which opens what goes over the wire", () => opensCauses(window));
    await test.step("transport, position, Scale and state open the messages that say them", () =>
      opensMessages(window));
  });
});
