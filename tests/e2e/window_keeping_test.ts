import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { join } from "@std/path";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { Display, until } from "../support/display.ts";
import { LoginServer } from "../support/login_server.ts";
import { openCamera } from "../support/live_camera.ts";
import { filmPictures } from "../support/page_stage.ts";
import { run } from "../support/peers.ts";
import { ServerProcess } from "../support/server_process.ts";
import { type Viewer, watch } from "../support/viewer.ts";

const FILM = "flipbook.mjpeg";
const FRAMES = 250;
/** The parts of a window of 880 x 736 pixels that tell something by their colour. */
const BOXES = {
  state: [8, 712, 24, 732],
  seekBar: [0, 656, 440, 664],
  live: [640, 665, 800, 705],
  marks: [0, 0, 300, 90],
  dialog: [240, 250, 640, 480],
} as const;

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The first file in the folder, when there is one that holds something and grows no more. */
async function fileIn(folder: string, name: RegExp): Promise<string> {
  let path = "";
  let size = -1;
  await until(`a file like ${name}`, async () => {
    const files = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
    const found = files.find((file) => name.test(file.name));
    if (found === undefined) return false;
    path = join(folder, found.name);
    const before = size;
    size = (await Deno.stat(path)).size;
    return size > 0 && size === before;
  });
  return path;
}

Deno.test("the window records the whole film as it was sent, and saves a picture, by keys and by its buttons", async () => {
  await using server = await ServerProcess.start();
  await using display = await Display.open();
  await withFolder(async (folder) => {
    const environment = { XDG_PICTURES_DIR: join(folder, "pictures"), XDG_VIDEOS_DIR: join(folder, "videos") };
    // By TCP: on a machine that is busy with other tests datagrams may be lost.
    const { client, viewer } = await watch(display, server.url(FILM), environment, "--transport", "tcp");
    await using _client = client;
    await viewer.ready();
    await display.press("r");
    await until("the question", async () => await viewer.count("accent", BOXES.dialog) > 100);
    await display.press("Return");
    await until("a recording", async () => await viewer.count("loss", BOXES.marks) > 20);
    await display.press("space");
    await until("PLAYING", async () => await viewer.count("live", BOXES.state) > 30);
    await until("the end of the film", async () => await viewer.count("live", BOXES.state) === 0);
    const film = await fileIn(join(folder, "videos", "Flipbook"), /\.avi$/);
    const count = ["-count_frames", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0"];
    const { stdout } = await run("ffprobe", ["-v", "error", ...count, film]);
    assertEquals(Number(new TextDecoder().decode(stdout)), FRAMES);

    await viewer.click("snapshot");
    const picture = await fileIn(join(folder, "pictures", "Flipbook"), /-00249\.jpg$/);
    const sent = parseJpeg((await filmPictures())[249]!);
    assertEquals(parseJpeg(await Deno.readFile(picture)).scans[0]!.data, sent.scans[0]!.data);
    client.signal("SIGINT");
    assertEquals(await client.code(), 0);
  });
});

Deno.test("the window's inspector exports a capture, beside the picture", async () => {
  await using server = await ServerProcess.start();
  await using display = await Display.open();
  await withFolder(async (folder) => {
    // Without folders of their own downloads go to the home.
    const cache = Deno.env.get("DENO_DIR") ?? join(Deno.env.get("HOME")!, ".cache", "deno");
    const { client, viewer } = await watch(display, server.url(FILM), { HOME: folder, DENO_DIR: cache }, "--play");
    await using _client = client;
    await viewer.moving();
    await display.press("i");
    await until("the panel", async () => ((await display.blockRow(viewer.window))?.block ?? 99) < 40);
    await viewer.click("export");
    const capture = await Deno.readFile(await fileIn(folder, /^flipbook-.*\.pcap$/));
    assertEquals([...capture.subarray(0, 4)], [0xa1, 0xb2, 0xc3, 0xd4]);
    assertGreater(capture.length, 1000);
    client.signal("SIGINT");
    assertEquals(await client.code(), 0);
  });
});

/** Share of strongly coloured pixels in the middle of the window: the server's test picture has little else. */
async function colourful({ display, window }: Viewer): Promise<number> {
  const image = await display.pixels(window);
  if (image === undefined) return 0;
  let count = 0;
  for (let y = 100; y < 500; y++) {
    for (let x = 100; x < 780; x++) {
      const at = 4 * (y * image.width + x);
      const channels = image.bitmap.subarray(at, at + 3);
      if (Math.max(...channels) - Math.min(...channels) > 120) count++;
    }
  }
  return count / (400 * 680);
}

Deno.test("the window asks for name and password, again when they are wrong, and plays", async () => {
  await using server = await LoginServer.start("digest", "ann", "a secret");
  await using display = await Display.open();
  const { client, viewer } = await watch(display, server.url, {}, "--play");
  await using _client = client;
  const asked = () => until("the question", async () => await viewer.count("accent", BOXES.dialog) > 100);
  await asked();
  await display.type("ann\twrong");
  await display.press("Return");
  await until("the refusal", async () => await viewer.count("loss", BOXES.dialog) > 20);
  await asked();
  // The name stands, and the password is to be typed anew.
  await display.type("a secret");
  await display.press("Return");
  await until("the server's picture", async () => await colourful(viewer) > 0.4);
  assertLess(await viewer.count("accent", BOXES.dialog), 100);
  client.signal("SIGINT");
  assertEquals(await client.code(), 0);
  assert(!client.text.includes("secret") && !client.text.includes("wrong"));
});

Deno.test("the window says that a stream is live, and has no bar to seek on", async () => {
  const server = await openCamera();
  try {
    await using display = await Display.open();
    const { client, viewer } = await watch(display, `rtsp://127.0.0.1:${server.port}/camera`, {}, "--play");
    await using _client = client;
    await viewer.moving();
    await display.point(viewer.window, 405, 684);
    await until("the live mark", async () => await viewer.count("live", BOXES.live) > 40);
    assertEquals(await viewer.count("accent", BOXES.seekBar), 0);
    client.signal("SIGINT");
    assertEquals(await client.code(), 0);
  } finally {
    await server.close();
  }
});

Deno.test("the window marks the picture stale while the server is away, and goes on by itself", async () => {
  await using display = await Display.open();
  const first = await ServerProcess.start();
  await using _first = first;
  const url = new URL(first.url(FILM));
  const { client, viewer } = await watch(display, url.href, {}, "--play");
  await using _client = client;
  await viewer.moving();
  first.signal("SIGKILL");
  await until("the stale mark", async () => await viewer.count("late", BOXES.marks) > 20);
  const stood = (await viewer.number())!;
  await using _second = await ServerProcess.start("--port", url.port);
  assertGreater(await viewer.moving(), stood);
  await until("no mark", async () => await viewer.count("late", BOXES.marks) === 0);
  client.signal("SIGINT");
  assertEquals(await client.code(), 0);
});
