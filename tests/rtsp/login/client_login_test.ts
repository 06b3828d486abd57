import { assertEquals, assertMatch } from "@std/assert";
import { seededRandom } from "../../../lib/core/random.ts";
import { parseAuthorization } from "../../../lib/rtsp/headers/authentication.ts";
import { ClientLogin } from "../../../lib/rtsp/login/client_login.ts";
import { digestResponse } from "../../../lib/rtsp/login/digest.ts";

const CREDENTIALS = { username: "ann", password: "pa:ss" };
const DIGEST = 'Digest realm="r", nonce="n1", qop="auth"';

function made(): ClientLogin {
  return new ClientLogin(CREDENTIALS, seededRandom(1));
}

Deno.test("ClientLogin says nothing before the server asks", () => {
  assertEquals(made().authorize("DESCRIBE", "rtsp://h/a"), undefined);
});

Deno.test("ClientLogin proves the password by Digest, counting its requests", () => {
  const login = made();
  assertEquals(login.challenged(["Basic realm=r", DIGEST]), true);
  for (const count of [1, 2, 3]) {
    const sent = parseAuthorization(login.authorize("PLAY", "rtsp://h/a")!)!;
    if (sent.scheme !== "Digest") throw new TypeError("Expected a digest");
    const counted = { count, clientNonce: sent.clientNonce! };
    assertEquals([sent.count, sent.clientNonce?.length, sent.uri], [count, 16, "rtsp://h/a"]);
    const input = { algorithm: "MD5", realm: "r", nonce: "n1", method: "PLAY", uri: "rtsp://h/a" } as const;
    assertEquals(sent.response, digestResponse({ ...input, ...CREDENTIALS, counted }));
  }
});

Deno.test("ClientLogin answers the form without a count, and Basic where there is nothing else", () => {
  const old = made();
  old.challenged(['Digest realm="r", nonce="n", opaque="o"']);
  assertMatch(old.authorize("PLAY", "rtsp://h/a")!, /^Digest username="ann".*response="[0-9a-f]{32}", opaque="o"$/);
  const basic = made();
  basic.challenged(['Basic realm="r"']);
  assertEquals(basic.authorize("PLAY", "rtsp://h/a"), `Basic ${btoa("ann:pa:ss")}`);
});

Deno.test("R18 ClientLogin tries once more only if the nonce was too old", () => {
  const login = made();
  assertEquals(login.challenged([DIGEST]), true);
  assertEquals(login.challenged([DIGEST]), false);
  assertEquals(login.challenged(['Digest realm="r", nonce="n2", qop="auth", stale=true']), true);
  assertMatch(login.authorize("PLAY", "rtsp://h/a")!, /nonce="n2".*nc=00000001/);
  assertEquals(login.challenged(["Negotiate"]), false);
});

Deno.test("ClientLogin takes a new nonce for a renewed one where the old one has passed before", () => {
  const login = made();
  login.challenged([DIGEST]);
  login.authorize("DESCRIBE", "rtsp://h/a");
  login.authorize("SETUP", "rtsp://h/a");
  assertEquals(login.challenged(['Digest realm="r", nonce="n2"']), true);
  login.authorize("SETUP", "rtsp://h/a");
  assertEquals(login.challenged(['Digest realm="r", nonce="n3"']), false);
});
