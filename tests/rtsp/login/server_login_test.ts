import { assert, assertEquals, assertThrows } from "@std/assert";
import { seededRandom } from "../../../lib/core/random.ts";
import { ClientLogin } from "../../../lib/rtsp/login/client_login.ts";
import { MAX_NONCES, NONCE_LIFETIME, ServerLogin } from "../../../lib/rtsp/login/server_login.ts";
import { RtspError } from "../../../lib/rtsp/status.ts";

const URI = "rtsp://h:8554/a";
const STALE = { granted: false, stale: true } as const;
const REFUSED = { granted: false, stale: false } as const;

/** A server with the user ann, a connection of hers, and her client after its first 401. */
function made(options: { basic?: boolean; password?: string; only?: "MD5" | "SHA-256" } = {}) {
  const server = new ServerLogin({
    realm: "films",
    random: seededRandom(3),
    passwordOf: (name) => name === "ann" ? "secret" : undefined,
    ...(options.basic !== undefined && { basic: options.basic }),
    ...(options.only && { algorithms: [options.only] }),
  });
  const connection = {};
  const client = new ClientLogin({ username: "ann", password: options.password ?? "secret" }, seededRandom(4));
  client.challenged(server.challenges(connection, 0));
  const ask = (method = "PLAY", changes: { uri?: string; connection?: object; now?: number; said?: string } = {}) => {
    const said = changes.said ?? client.authorize(method, URI)!;
    const attempt = {
      authorization: [said],
      method,
      uri: changes.uri ?? URI,
      connection: changes.connection ?? connection,
    };
    return server.check(attempt, changes.now ?? 0);
  };
  return { server, client, connection, ask };
}

Deno.test("ServerLogin grants who proves the password, request after request", () => {
  for (const only of ["MD5", "SHA-256"] as const) {
    const { ask } = made({ only });
    for (let request = 0; request < 3; request++) assertEquals(ask(), { granted: true, username: "ann" });
  }
});

Deno.test("ServerLogin refuses a wrong password, an unknown user and no answer at all", () => {
  assertEquals(made({ password: "wrong" }).ask(), REFUSED);
  const { server, connection, ask } = made();
  const bob = new ClientLogin({ username: "bob", password: "" }, seededRandom(5));
  bob.challenged(server.challenges(connection, 0));
  assertEquals(ask("PLAY", { said: bob.authorize("PLAY", URI)! }), REFUSED);
  assertEquals(server.check({ authorization: [], method: "PLAY", uri: URI, connection }, 0), REFUSED);
  assertEquals(ask("PLAY", { said: "Bearer x" }), REFUSED);
});

Deno.test("P22 ServerLogin refuses two answers, and lets what cannot be read be answered by 400", () => {
  const { server, client, connection, ask } = made();
  const twice = [client.authorize("PLAY", URI)!, client.authorize("PLAY", URI)!];
  assertEquals(server.check({ authorization: twice, method: "PLAY", uri: URI, connection }, 0), REFUSED);
  for (const said of ["", 'Digest username="a', "a".repeat(100_000)]) {
    assertThrows(() => ask("PLAY", { said }), RtspError);
  }
});

Deno.test("S17 ServerLogin never grants a proof for another connection, time, request or realm", () => {
  const { client, ask } = made();
  assertEquals(ask("PLAY", { connection: {} }), STALE);
  assertEquals(ask("PLAY", { now: NONCE_LIFETIME }), STALE);
  assertEquals(ask("PLAY", { uri: "rtsp://h:8554/b" }), STALE);
  assertEquals(ask("PLAY", { uri: "rtsp://h:8554/abc" }), STALE);
  assertEquals(ask("PLAY", { said: client.authorize("PLAY", URI)!.replace('realm="films"', 'realm="other"') }), STALE);
  assertEquals(ask("PLAY", { said: client.authorize("TEARDOWN", URI)! }), REFUSED);
});

Deno.test("S17 ServerLogin grants each count once", () => {
  const { client, ask } = made();
  const [first, second] = [client.authorize("PLAY", URI)!, client.authorize("PLAY", URI)!];
  assertEquals(ask("PLAY", { said: second }).granted, true);
  assertEquals(ask("PLAY", { said: second }), STALE);
  assertEquals(ask("PLAY", { said: first }), STALE);
});

Deno.test("ServerLogin takes the presentation's URL for that of a track, as live555 and VLC write it", () => {
  const { ask } = made();
  assertEquals(ask("PLAY", { uri: `${URI}/track1` }).granted, true);
  assertEquals(ask("PLAY", { uri: `${URI}/` }).granted, true);
});

Deno.test("ServerLogin takes the form without a count on the nonce's own connection", () => {
  const { server, connection } = made();
  const [value] = server.challenges(connection, 0);
  const old = new ClientLogin({ username: "ann", password: "secret" }, seededRandom(6));
  old.challenged([value!.replace(', qop="auth"', "")]);
  const attempt = { authorization: [old.authorize("PLAY", URI)!], method: "PLAY", uri: URI };
  assertEquals(server.check({ ...attempt, connection }, 0).granted, true);
  assertEquals(server.check({ ...attempt, connection: {} }, 0), STALE);
});

Deno.test("ServerLogin takes Basic only where it offers it", () => {
  const said = `Basic ${btoa("ann:secret")}`;
  assertEquals(made().ask("PLAY", { said }), REFUSED);
  assertEquals(made({ basic: true }).ask("PLAY", { said }), { granted: true, username: "ann" });
  assertEquals(made({ basic: true }).ask("PLAY", { said: `Basic ${btoa("ann:secret2")}` }), REFUSED);
});

Deno.test("ServerLogin remembers a bounded number of nonces", () => {
  const { server, ask } = made();
  for (let asked = 0; asked < MAX_NONCES - 1; asked++) server.challenges({}, 0);
  assert(ask().granted);
  server.challenges({}, 0);
  assertEquals(ask(), STALE);
});
