import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import { encodeText } from "../../lib/core/bytes.ts";
import { SOF0 } from "../../lib/jpeg/markers.ts";
import { openChromium } from "../support/chromium.ts";
import { until } from "../support/display.ts";
import { numberOn, painted } from "../support/page_picture.ts";
import { filmPictures, PageStage } from "../support/page_stage.ts";
import { clientFrame, RawWebSocket } from "../support/raw_web_socket.ts";
import { StartStage } from "../support/start_stage.ts";

/** A name that the browser believes to be this machine, as after DNS rebinding. */
const REBOUND = "player.test";

/** Bytes after which a message that nobody ended is given up, and by how much the process may have grown by then. */
const ENDLESS = 1024 * 1024 * 1024;
const MAX_GROWTH = 64 * 1024 * 1024;

/** What becomes of a WebSocket that the page opens: "refused", or the code with which it was closed after `act`. */
async function socketFate(page: Page, port: number, key: string, act = "socket.close(1000)"): Promise<string> {
  return await page.evaluate(`new Promise((resolve) => {
    const socket = new WebSocket("ws://127.0.0.1:${port}/socket", ["flipbook.1", ${JSON.stringify(key)}]);
    let opened = false;
    socket.onopen = () => { opened = true; ${act}; };
    // The page's own rules may stop it before it begins: then nothing is closed.
    socket.onerror = () => opened || resolve("refused");
    socket.onclose = (event) => resolve(opened ? event.code + socket.extensions : "refused");
  })`);
}

/** The page's key, which only the page itself can read. */
async function keyOf(page: Page): Promise<string> {
  return await page.evaluate(`sessionStorage.getItem("flipbook-key")`);
}

/** A page of somebody else on this machine. */
async function withForeignPage(browser: Browser, body: (page: Page, origin: string) => Promise<void>): Promise<void> {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("<!DOCTYPE html><title>Foreign</title>", { headers: { "content-type": "text/html" } }),
  );
  const page = await (await browser.newContext()).newPage();
  try {
    await page.goto(`http://127.0.0.1:${server.addr.port}/`);
    await body(page, `http://127.0.0.1:${server.addr.port}`);
  } finally {
    await page.close();
    await server.shutdown();
  }
}

/** The status line that the bridge answers to a request as a program writes it. */
async function statusOf(port: number, ...head: string[]): Promise<string> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  try {
    await connection.write(encodeText([...head, "", ""].join("\r\n")));
    const answer = new Uint8Array(4096);
    const size = await connection.read(answer) ?? 0;
    return new TextDecoder().decode(answer.subarray(0, size)).split("\r\n")[0]!;
  } finally {
    connection.close();
  }
}

const UPGRADE = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
];

async function foreignOrigins(browser: Browser): Promise<void> {
  await using stage = await PageStage.open();
  const { port } = stage.bridge;
  const own = await stage.page(browser);
  const key = await keyOf(own);
  assertEquals(await socketFate(own, port, key), "1000");
  await withForeignPage(browser, async (page) => {
    assertEquals(await socketFate(page, port, key), "refused");
    const token = new URL(stage.bridge.newAddress()).hash.slice(1);
    await page.evaluate(
      `fetch("http://127.0.0.1:${port}/session", { method: "POST", mode: "no-cors", body: "${token}" })
      .catch(() => {})`,
    );
    // The token has not been used: the foreign page was refused before anybody looked at it.
    const used = await own.evaluate(`fetch("/session", { method: "POST", body: "${token}" }).then(({ ok }) => ok)`);
    assertEquals(used, true);
    await page.setContent(`<iframe sandbox="allow-scripts" srcdoc="<p>null"></iframe>`);
    await until("the frame", () => page.frames().length === 2);
    const frame = page.frames()[1]!;
    assertEquals(await frame.evaluate("origin"), "null");
    assertEquals(await socketFate(frame as unknown as Page, port, key), "refused");
  });
}

async function wrongHosts(browser: Browser): Promise<void> {
  await using stage = await PageStage.open();
  const { port } = stage.bridge;
  const page = await (await browser.newContext()).newPage();
  assertEquals((await page.goto(`http://${REBOUND}:${port}/`))?.status(), 403);
  for (const host of [`${REBOUND}:${port}`, `0.0.0.0:${port}`, "127.0.0.1:1", `127.0.0.1.${REBOUND}:${port}`]) {
    assertMatch(await statusOf(port, "GET / HTTP/1.1", `Host: ${host}`), / 403 /, host);
  }
  assertMatch(await statusOf(port, "GET / HTTP/1.1", `Host: 127.0.0.1:${port}`), / 200 /);
}

async function localPrograms(browser: Browser): Promise<void> {
  await using stage = await PageStage.open();
  const { port } = stage.bridge;
  const key = await keyOf(await stage.page(browser));
  const ask = (...head: string[]) =>
    statusOf(port, "GET /socket HTTP/1.1", `Host: 127.0.0.1:${port}`, ...UPGRADE, ...head);
  assertMatch(await ask(), / 403 /);
  assertMatch(await ask("Sec-WebSocket-Protocol: flipbook.1"), / 403 /);
  assertMatch(await ask(`Sec-WebSocket-Protocol: flipbook.1, ${key.replace(/.$/, "x")}`), / 403 /);
  assertMatch(await ask(`Sec-WebSocket-Protocol: flipbook.1, ${key}`), / 101 /);
}

async function embedding(browser: Browser): Promise<void> {
  await using stage = await PageStage.open();
  const origin = `http://127.0.0.1:${stage.bridge.port}`;
  await withForeignPage(browser, async (page) => {
    const fates = await page.evaluate(`Promise.all([["img", "icon.svg"], ["script", "main.js"]].map(([name, file]) =>
      new Promise((resolve) => {
        const element = document.createElement(name);
        element.onload = () => resolve("loaded");
        element.onerror = () => resolve("refused");
        element.src = "${origin}/" + file;
        document.body.append(element);
      })))`);
    assertEquals(fates, ["refused", "refused"]);
    await page.evaluate(`{
      const frame = document.createElement("iframe");
      frame.src = "${origin}/";
      document.body.append(frame);
    }`);
    await until("the frame", () => page.frames().length === 2);
    await until("its end", () => page.frames()[1]!.url().startsWith("chrome-error:"));
    // It can be linked to, but the window is then out of the site's reach: its handle looks like that of a closed one.
    const opened = page.context().waitForEvent("page");
    await page.evaluate(`globalThis.opened = open("${origin}/")`);
    const other = await opened;
    await other.waitForLoadState();
    assertEquals(await page.evaluate("opened.closed"), true);
    assertEquals(await other.evaluate("opener"), null);
    await other.close();
  });
}

async function ownRules(browser: Browser): Promise<void> {
  await using stage = await PageStage.open();
  const page = await stage.page(browser);
  await withForeignPage(browser, async (_, origin) => {
    const found = await page.evaluate(`(async () => {
      const broken = new Set();
      addEventListener("securitypolicyviolation", (event) => broken.add(event.effectiveDirective));
      const inline = document.createElement("script");
      inline.textContent = "globalThis.ran = true";
      document.body.append(inline);
      const image = new Image();
      image.src = "${origin}/pixel.gif";
      const reached = await fetch("${origin}/").then(() => true, () => false);
      document.body.insertAdjacentHTML("beforeend", "<p style='color: red' onclick='ran = true'>");
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { ran: globalThis.ran ?? false, reached, broken: [...broken].sort() };
    })()`);
    const broken = ["connect-src", "img-src", "script-src-attr", "script-src-elem", "style-src-attr"];
    assertEquals(found, { ran: false, reached: false, broken });
  });
}

/** A program that has the key sends one message for ever, while the page plays: no browser would. */
async function endlessMessage(port: number, key: string): Promise<void> {
  using socket = await RawWebSocket.open(port, key);
  const before = Deno.memoryUsage().rss;
  let opcode = 1;
  await socket.flood(ENDLESS, () => {
    const frame = clientFrame(opcode, false, new Uint8Array(65_535));
    opcode = 0;
    return frame;
  });
  assertEquals(await socket.closed, 1009);
  assertLess(Deno.memoryUsage().rss - before, MAX_GROWTH);
}

async function hostileMessages(browser: Browser): Promise<void> {
  await using stage = await PageStage.open({}, true);
  const page = await stage.page(browser);
  await painted(page, 2);
  const key = await keyOf(page);
  const fates: [string, string][] = [
    [`socket.send("x".repeat(5000))`, "1009"],
    [`socket.send("x".repeat(30_000_000))`, "1009"],
    [`socket.send(new Uint8Array(8))`, "1003"],
    [`socket.send("nonsense")`, "1008"],
    [`for (let count = 0; count < 1001; count++) socket.send('{"type":"ack","serial":1}')`, "1008"],
  ];
  for (const [act, code] of fates) assertEquals(await socketFate(page, stage.bridge.port, key, act), code, act);
  await endlessMessage(stage.bridge.port, key);
  const index = Number(await page.locator("#picture").getAttribute("data-index"));
  await painted(page, index + 5);
}

async function otherPlayers(browser: Browser): Promise<void> {
  await using first = await PageStage.open({}, true);
  await using second = await PageStage.open({}, true);
  const page = await first.page(browser);
  const other = await second.page(browser);
  assertEquals(await socketFate(other, second.bridge.port, await keyOf(page)), "refused");
  assertEquals(await socketFate(page, second.bridge.port, await keyOf(other)), "refused");
}

async function anotherWindow(browser: Browser): Promise<void> {
  await using stage = await PageStage.open({}, true);
  const [one, two] = [await stage.page(browser), await stage.page(browser)];
  await painted(one, 5);
  await painted(two, 5);
  await one.close();
  const index = Number(await two.locator("#picture").getAttribute("data-index"));
  await painted(two, index + 5);
  assertEquals(stage.player.calls, ["setup", "play"]);
}

async function hugePicture(browser: Browser): Promise<void> {
  await using stage = await PageStage.open({ frameRate: 0 });
  const page = await stage.page(browser);
  stage.player.step();
  await painted(page, 0);
  const huge = (await filmPictures())[3]!.slice();
  const size = huge.findIndex((byte, at) => byte === 0xff && huge[at + 1] === SOF0) + 5;
  assert(size > 5);
  huge.fill(0xff, size, size + 4);
  stage.player.events.frame?.({ index: 3, mediaTime: 1, width: 640, height: 480, arrival: 0, data: huge });
  stage.player.step();
  await painted(page, 1);
  assertEquals(await numberOn(page), 1);
}

async function otherAddresses(browser: Browser): Promise<void> {
  await using stage = await StartStage.open();
  const page = await (await browser.newContext()).newPage();
  await page.goto(stage.bridge.newAddress());
  await page.locator("#address-field, input").first().waitFor();
  const key = await keyOf(page);
  for (
    const address of ["file:///etc/passwd", "http://169.254.169.254/latest", "gopher://127.0.0.1:22/", "ftp://h/x"]
  ) {
    const open = JSON.stringify(JSON.stringify({ type: "open", words: [address] }));
    const problem = await page.evaluate(`new Promise((resolve) => {
      const socket = new WebSocket("ws://127.0.0.1:${stage.bridge.port}/socket", ["flipbook.1", "${key}"]);
      socket.onopen = () => socket.send(${open});
      socket.onmessage = ({ data }) => {
        const { type, problem } = JSON.parse(data);
        if (type !== "start" || problem === undefined) return;
        resolve(problem);
        socket.close();
      };
    })`);
    assertMatch(String(problem), /rtsp:\/\//, address);
  }
  assertEquals(stage.sources, []);
}

Deno.test("the page and its bridge among enemies", async (test) => {
  const browser = await openChromium(undefined, [`--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`]);
  const steps: Record<string, (browser: Browser) => Promise<void>> = {
    "B01 pages of other origins reach nothing, even with the key": foreignOrigins,
    "B02 other host names, and no host that is not this machine, are refused": wrongHosts,
    "B03 a program without the key is refused": localPrograms,
    "B04 other sites can neither load nor frame the player": embedding,
    "B04 B05 the page runs nothing inline and reaches nobody but its player": ownRules,
    "B06 only rtsp addresses are taken": otherAddresses,
    "B07 messages that are too long, endless, too many or nonsense end their connection and no other": hostileMessages,
    "B09 another window shows the same film, and may go": anotherWindow,
    "B10 the keys of two players are worth nothing at each other": otherPlayers,
    "B11 a picture that claims to be huge never reaches the page": hugePicture,
  };
  try {
    for (const [name, step] of Object.entries(steps)) await test.step(name, () => step(browser));
  } finally {
    await browser.close();
  }
});
