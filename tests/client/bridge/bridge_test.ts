import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { encodeText } from "../../../lib/core/bytes.ts";
import { seededRandom, systemRandom } from "../../../lib/core/random.ts";
import { bridgeHandler, startBridge } from "../../../lib/client/bridge/bridge.ts";
import { BridgeAccess } from "../../../lib/client/bridge/bridge_access.ts";
import type { PageListener } from "../../../lib/client/bridge/bridge_socket.ts";
import { SUBPROTOCOL } from "../../../lib/client/bridge/protocol.ts";

const PORT = 40123;
const ORIGIN = `http://127.0.0.1:${PORT}`;

function bridge() {
  const access = new BridgeAccess(seededRandom(1));
  const handler = bridgeHandler({
    files: new Map([["/", { type: "text/html; charset=utf-8", body: encodeText("<p>page") }]]),
    access,
    port: () => PORT,
  });
  const ask = (path: string, init: RequestInit = {}) =>
    handler(
      new Request(`${ORIGIN}${path}`, {
        ...init,
        headers: { host: `127.0.0.1:${PORT}`, ...init.headers as Record<string, string> },
      }),
    );
  return { access, ask };
}

const NOBODY: PageListener = { connected() {}, command() {}, disconnected() {} };

Deno.test("bridgeHandler() serves the page's files and nothing else", async () => {
  const { ask } = bridge();
  const page = await ask("/");
  assertEquals([page.status, await page.text()], [200, "<p>page"]);
  for (const path of ["/deno.json", "/..%2fdeno.json", "/%2e%2e/protocol.ts", "/main.js%00", "//etc/passwd"]) {
    assertEquals((await ask(path)).status, 404, path);
  }
  assertEquals((await ask("/", { method: "DELETE" })).status, 405);
});

Deno.test("B04 bridgeHandler() guards every answer, refusals too", async () => {
  const { ask } = bridge();
  for (const answer of [await ask("/"), await ask("/none"), await ask("/", { headers: { origin: "null" } })]) {
    assertStringIncludes(answer.headers.get("content-security-policy")!, "default-src 'none'");
    assertStringIncludes(answer.headers.get("content-security-policy")!, "frame-ancestors 'none'");
    assertEquals(answer.headers.get("x-content-type-options"), "nosniff");
    assertEquals(answer.headers.get("cross-origin-resource-policy"), "same-origin");
    assertEquals(answer.headers.get("referrer-policy"), "no-referrer");
    assertEquals(answer.headers.get("access-control-allow-origin"), null);
  }
});

Deno.test("B04 bridgeHandler() separates the page from a site that links to it, and no other page", async () => {
  const { ask } = bridge();
  const policy = async (headers: Record<string, string>) =>
    (await ask("/", { headers })).headers.get("cross-origin-opener-policy");
  const linked = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  assertEquals(await policy({ ...linked, "sec-fetch-site": "cross-site" }), "same-origin");
  assertEquals(await policy({ ...linked, "sec-fetch-site": "same-site" }), "same-origin");
  assertEquals(await policy({ "sec-fetch-site": "cross-site" }), "same-origin");
  assertEquals(await policy({}), "same-origin");
  // The player's own window: there WebKit would only start another process.
  assertEquals(await policy({ ...linked, "sec-fetch-site": "none" }), null);
});

Deno.test("B01 B02 bridgeHandler() answers what is not meant for it, or not from its page, with 403", async () => {
  const { ask } = bridge();
  const wrong: Record<string, string>[] = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://127.0.0.1:1" },
    { host: `attacker.tld:${PORT}` },
    { "sec-fetch-site": "cross-site" },
  ];
  for (const headers of wrong) assertEquals((await ask("/", { headers })).status, 403);
  assertEquals((await ask("/", { headers: { origin: ORIGIN } })).status, 200);
});

Deno.test("B03 bridgeHandler() makes no WebSocket of what asks for none", async () => {
  const { access, ask } = bridge();
  const key = access.redeem(access.issueToken())!;
  const answer = await ask("/socket", { headers: { "sec-websocket-protocol": `${SUBPROTOCOL}, ${key}` } });
  assertEquals(answer.status, 426);
});

Deno.test("B05 bridgeHandler() gives a key for a token once and for nothing else", async () => {
  const { access, ask } = bridge();
  const token = access.issueToken();
  const answer = await ask("/session", { method: "POST", body: token });
  const { key } = await answer.json();
  assert(access.admits(key));
  assertEquals((await ask("/session", { method: "POST", body: token })).status, 403);
  assertEquals((await ask("/session", { method: "POST", body: "x".repeat(100_000) })).status, 403);
  assertEquals((await ask(`/session?token=${access.issueToken()}`, { method: "POST" })).status, 403);
});

Deno.test("startBridge() serves the player's page on a free port with the token out of the request", async () => {
  const page = new URL("../../../lib/client/page/", import.meta.url);
  const started = await startBridge({ listener: NOBODY, random: systemRandom, page });
  const address = new URL(started.newAddress());
  assertEquals(address.hostname, "127.0.0.1");
  assertMatch(address.hash, /^#[0-9a-f]{32}$/);
  const answer = await fetch(address);
  assertStringIncludes(await answer.text(), "<title>Flipbook</title>");
  for (const name of ["deno.json", "format.ts", "../protocol.ts"]) {
    const missing = await fetch(new URL(`/${name}`, address));
    assertEquals(missing.status, 404);
    await missing.body?.cancel();
  }
  await started.close();
});
