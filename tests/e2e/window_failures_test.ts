import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { startServer } from "../../lib/server/server.ts";
import { labPictures } from "../support/assignment_film.ts";
import { Display } from "../support/display.ts";
import { openCamera } from "../support/live_camera.ts";
import { startLabServer } from "../support/lab_server.ts";
import { Listener, ScreenReader } from "../support/screen_reader.ts";
import { PROJECT_ROOT } from "../support/source_files.ts";
import { until } from "../support/until.ts";
import { type Viewer, watch } from "../support/viewer.ts";

const FIELD = "Address of the stream";

interface Window {
  readonly viewer: Viewer;
  readonly listener: Listener;
}

/** The start page without a stream before it, and somebody who hears what stands in it. */
async function onStartPage(body: (window: Window) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await using reader = await ScreenReader.open();
    await using display = await Display.open();
    const { client, viewer } = await watch(display, [], { ...reader.environment, XDG_STATE_HOME: folder });
    await using _client = client;
    await body({ viewer, listener: new Listener(reader, display, viewer.window) });
    client.signal("SIGINT");
    assertEquals(await client.code(), 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Types `text` in place of what stands in the field that has the keyboard. */
async function fills({ listener, viewer }: Window, field: string, text: string): Promise<void> {
  await listener.clicks("textbox", field);
  await viewer.display.press("ctrl+a");
  await viewer.display.type(text);
}

async function plays(window: Window, address: string): Promise<void> {
  await fills(window, FIELD, address);
  await window.viewer.display.press("Return");
}

/** Title and text of the message that stands in the window, until it is left for the start page. */
async function told({ listener }: Window, title: string): Promise<string> {
  await listener.hears("heading", title);
  const all = await listener.reader.read();
  const at = all.findIndex(({ role, name }) => role === "heading" && name === title);
  const { name, text } = all[at + 1]!;
  return name || text;
}

async function leaves({ listener }: Window): Promise<void> {
  await listener.clicks("button", "Other stream");
  await listener.hears("textbox", FIELD, ({ states }) => states.includes("focused"));
}

async function refusesAddresses(window: Window): Promise<void> {
  await plays(window, "http://127.0.0.1/film");
  await until("the refusal", async () => {
    return (await window.listener.all("alert")).some(({ text }) => text.includes("http://127.0.0.1/film is no stream"));
  });
}

async function tellsFailures(window: Window, port: number): Promise<void> {
  const { listener, viewer } = window;
  await plays(window, `127.0.0.1:${port}/movie2.mjpeg`);
  const text = await told(window, "No such stream");
  assertStringIncludes(text, "movie2.mjpeg");
  assertStringIncludes(text, "flipbook.mjpeg");
  await listener.clicks("button", "Show the messages");
  await until("the answer", async () => {
    return (await listener.all("listitem")).some(({ text }) => /404 Not Found[^]*RTSP\/1\.0/.test(text));
  });
  await viewer.display.press("Escape");
  await leaves(window);

  const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const unused = closed.addr.port;
  closed.close();
  await plays(window, `127.0.0.1:${unused}/film`);
  assertStringIncludes(await told(window, "The server cannot be reached"), `127.0.0.1:${unused}`);
  await leaves(window);
}

async function playsTheAssignment(window: Window): Promise<void> {
  const { listener, viewer } = window;
  const holder = Deno.listenDatagram({ hostname: "0.0.0.0", port: 0, transport: "udp" });
  const rtpPort = String((holder.addr as Deno.NetAddr).port);
  const film = labPictures(await Deno.readFile(new URL("../../media/movie.Mjpeg", import.meta.url)));
  const server = startLabServer({ films: { "movie.Mjpeg": film } });
  try {
    await listener.clicks("tab", "Networking assignment");
    await fills(window, "Server", "127.0.0.1");
    await fills(window, "Server port", String(server.port));
    await fills(window, "RTP port, 0 for any", rtpPort);
    await viewer.display.press("Return");
    assertStringIncludes(await told(window, "The port is taken"), rtpPort);
    // Free again, the button is all that is needed.
    holder.close();
    await listener.clicks("button", "Try again");
    await viewer.moving();
    await listener.hears("button", "Transport: UDP (lab)");
    await leaves(window);
  } finally {
    await server.close();
  }
}

async function livesOn(window: Window): Promise<void> {
  const { listener, viewer } = window;
  const first = await openCamera();
  const { port } = first;
  try {
    await listener.clicks("tab", "Address");
    await plays(window, `127.0.0.1:${port}/camera`);
    await viewer.moving();
    const live = /^Live, \d+ ms$/;
    await listener.hears("button", live);
    assertEquals(await listener.all("slider"), []);
    await listener.hears("button", /^Speed: /, ({ states }) => !states.includes("enabled"));
    await listener.presses("button", live);
    await listener.hears("button", "Delay", ({ states }) => states.includes("expanded"));
    await viewer.display.press("Escape");
  } finally {
    await first.close();
  }
  await listener.presses("button", /^Stale for \d+ s$/);
  await listener.hears("tab", "RTSP", ({ states }) => states.includes("selected"));
  await viewer.display.press("Escape");
  const second = await openCamera(port);
  try {
    await listener.silent("button", /^Stale/);
    await viewer.moving();
    await remembers(window, `127.0.0.1:${port}`);
  } finally {
    await second.close();
  }
}

/** The start page shows what was played, and what the servers of those streams offer. */
async function remembers(window: Window, place: string): Promise<void> {
  const { listener, viewer } = window;
  await leaves(window);
  await listener.hears("button", new RegExp(`^Play camera from ${place}, played just now$`));
  await listener.clicks("button", "Ask the servers of this machine again");
  await listener.clicks("button", "Play flipbook.mjpeg");
  await viewer.moving();
  await leaves(window);
  await listener.clicks("button", `Forget camera from ${place}`);
  await listener.silent("button", /^Play camera from/);
  await listener.clicks("button", "Forget all");
  await listener.silent("button", /, played /);
}

Deno.test("the window tells failures in words, goes on where it can, and remembers what was played", async (test) => {
  const server = await startServer({ host: "127.0.0.1", port: 0, media: [join(PROJECT_ROOT, "media")] });
  try {
    await onStartPage(async (window) => {
      await test.step("what is no address", () => refusesAddresses(window));
      await test.step("a film and a server that are not there", () => tellsFailures(window, server.port));
      await test.step("a port for RTP that another program has", () => playsTheAssignment(window));
      await test.step("a live stream's delay, and how long its server has been away", () => livesOn(window));
    });
  } finally {
    await server.close();
  }
});
