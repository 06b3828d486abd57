import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { seededRandom } from "../../../lib/core/random.ts";
import { BridgeAccess, refusal } from "../../../lib/client/bridge/bridge_access.ts";

const PORT = 40123;
const HOST = `127.0.0.1:${PORT}`;

function refused(headers: Record<string, string>): boolean {
  return refusal(new Headers(headers), PORT) !== undefined;
}

Deno.test("B05 BridgeAccess trades a token for a key once", () => {
  const access = new BridgeAccess(seededRandom(1));
  const token = access.issueToken();
  assertMatch(token, /^[0-9a-f]{32}$/);
  const key = access.redeem(token);
  assertMatch(key ?? "", /^[0-9a-f]{32}$/);
  assertNotEquals(key, token);
  assertEquals(access.redeem(token), undefined);
  assert(access.admits(key!));
  assert(!access.admits(token));
});

Deno.test("B03 BridgeAccess admits no made-up key", () => {
  const access = new BridgeAccess(seededRandom(1));
  access.issueToken();
  for (const made of ["", "0".repeat(32), "undefined"]) assert(!access.admits(made));
  assertEquals(access.redeem(""), undefined);
});

Deno.test("B10 tokens of one player are worth nothing at another", () => {
  const token = new BridgeAccess(seededRandom(1)).issueToken();
  assertEquals(new BridgeAccess(seededRandom(2)).redeem(token), undefined);
});

Deno.test("BridgeAccess forgets the oldest of many unused tokens", () => {
  const access = new BridgeAccess(seededRandom(1));
  const tokens = Array.from({ length: 9 }, () => access.issueToken());
  assertEquals(access.redeem(tokens[0]!), undefined);
  assert(access.redeem(tokens[8]!) !== undefined);
});

Deno.test("B02 refusal() refuses every Host but this machine's own", () => {
  for (const host of ["attacker.tld", `attacker.tld:${PORT}`, `0.0.0.0:${PORT}`, "127.0.0.1", "127.0.0.1:80", ""]) {
    assert(refused({ host }), host);
  }
  assert(!refused({ host: HOST }));
  assert(!refused({ host: `localhost:${PORT}` }));
});

Deno.test("B01 refusal() refuses every foreign Origin", () => {
  for (const origin of ["https://evil.example", "null", "file://", "http://127.0.0.1:1", `https://${HOST}`]) {
    assert(refused({ host: HOST, origin }), origin);
  }
  assert(!refused({ host: HOST, origin: `http://${HOST}` }));
});

Deno.test("B04 refusal() refuses what another site embeds and lets a link to the page through", () => {
  const site = { host: HOST, "sec-fetch-site": "cross-site" };
  for (const [mode, dest] of [["no-cors", "image"], ["no-cors", "script"], ["navigate", "iframe"], ["cors", "empty"]]) {
    assert(refused({ ...site, "sec-fetch-mode": mode!, "sec-fetch-dest": dest! }), dest);
  }
  assert(refused({ host: HOST, "sec-fetch-site": "same-site" }));
  assert(!refused({ ...site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }));
});
