import { assertEquals, assertLess, assertMatch, assertRejects } from "@std/assert";
import { systemRandom } from "../../../lib/core/random.ts";
import { startBridge } from "../../../lib/client/bridge/bridge.ts";
import type { PageConnection, PageListener } from "../../../lib/client/bridge/bridge_socket.ts";
import { clientFrame, RawWebSocket } from "../../support/raw_web_socket.ts";

const PAGE = new URL("../../../lib/client/page/", import.meta.url);
/** Bytes that one end of a connection may have sent before the other end's word reaches it. */
const UNDER_WAY = 8 * 1024 * 1024;

/** A bridge and a key to it. */
async function openBridge(listener: Partial<PageListener> = {}) {
  const nobody: PageListener = { connected() {}, command() {}, disconnected() {} };
  const bridge = await startBridge({ listener: { ...nobody, ...listener }, random: systemRandom, page: PAGE });
  const { origin, hash } = new URL(bridge.newAddress());
  const answer = await fetch(`${origin}/session`, { method: "POST", body: hash.slice(1) });
  return { bridge, origin, key: (await answer.json()).key as string };
}

/** Frames of one text message that does not end, many at once. */
function endless(payload: Uint8Array): () => Uint8Array<ArrayBuffer> {
  const part = clientFrame(0, false, payload);
  const parts = new Uint8Array(100 * part.length);
  for (let count = 0; count < 100; count++) parts.set(part, count * part.length);
  let begun = false;
  return () => {
    if (begun) return parts;
    begun = true;
    return clientFrame(1, false, payload);
  };
}

/** The code that a flood is answered with, and the bytes that had been sent by then. */
async function floodCode(next: () => Uint8Array<ArrayBuffer>, limit = Infinity): Promise<[number | undefined, number]> {
  const { bridge, key } = await openBridge();
  const socket = await RawWebSocket.open(bridge.port, key);
  await socket.flood(limit, next);
  const code = await socket.closed;
  socket[Symbol.dispose]();
  await bridge.close();
  return [code, socket.sent];
}

Deno.test("B07 serveBridge() ends a message that never ends with 1009, long before it has grown", async () => {
  const [code, sent] = await floodCode(endless(new Uint8Array(1000).fill(0x20)));
  assertEquals(code, 1009);
  assertLess(sent, UNDER_WAY);
});

Deno.test("B07 serveBridge() ends a message of endless empty fragments with 1008", async () => {
  const [code, sent] = await floodCode(endless(new Uint8Array()));
  assertEquals(code, 1008);
  assertLess(sent, UNDER_WAY);
});

Deno.test("B07 serveBridge() ends a message with 1009 that announces 64 MB, before any of it has come", async () => {
  const head = Uint8Array.of(0x82, 0xff, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0);
  assertEquals(await floodCode(() => head, head.length), [1009, head.length]);
});

Deno.test("B07 serveBridge() ends a flood of pings with 1008", async () => {
  const ping = clientFrame(9, true, new Uint8Array(125));
  const [code, sent] = await floodCode(() => ping);
  assertEquals(code, 1008);
  assertLess(sent, UNDER_WAY);
});

Deno.test("B03 B05 serveBridge() lets only the key of a page through to its WebSocket", async () => {
  const { bridge, key } = await openBridge();
  const token = new URL(bridge.newAddress()).hash.slice(1);
  for (const wrong of [token, "0".repeat(32), key.slice(1)]) {
    await assertRejects(
      () => RawWebSocket.open(bridge.port, wrong),
      Error,
      Deno.version.deno.startsWith("2.6.") ? "" : "HTTP/1.1 403 ",
    );
  }
  (await RawWebSocket.open(bridge.port, key))[Symbol.dispose]();
  await bridge.close();
});

Deno.test("serveBridge() closes what is open, even where the other end takes no part", async () => {
  const pages: PageConnection[] = [];
  const left = Promise.withResolvers<void>();
  const { bridge, key } = await openBridge({
    connected: (page) => pages.push(page),
    disconnected: () => left.resolve(),
  });
  using socket = await RawWebSocket.open(bridge.port, key);
  await bridge.close();
  assertEquals(await socket.closed, 1000);
  await left.promise;
  assertEquals(pages.length, 1);
});

Deno.test("serveBridge() refuses long bodies and targets that are no path", async () => {
  const { bridge, origin } = await openBridge();
  const long = await fetch(`${origin}/session`, { method: "POST", body: "x".repeat(100_000) });
  assertEquals(long.status, 413);
  await long.body?.cancel();
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: bridge.port });
  const head = `GET //etc/passwd HTTP/1.1\r\nHost: 127.0.0.1:${bridge.port}\r\n\r\n`;
  await connection.write(new TextEncoder().encode(head));
  const answer = new Uint8Array(4096);
  const size = await connection.read(answer) ?? 0;
  assertMatch(new TextDecoder().decode(answer.subarray(0, size)), /^HTTP\/1\.1 404 /);
  await bridge.close();
});
