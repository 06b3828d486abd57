import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Login } from "../../../lib/client/login/login.ts";
import { PlayerError } from "../../../lib/client/player.ts";
import { seededRandom } from "../../../lib/core/random.ts";
import { ServerLogin } from "../../../lib/rtsp/login/server_login.ts";
import { response, type RtspRequest, type RtspResponse } from "../../../lib/rtsp/message.ts";
import { parseRtspUrl } from "../../../lib/rtsp/url.ts";
import { playerBench, whileRunning } from "../../support/player_bench.ts";

const SECRET = "s3cret";

/** What a server that asks for a password answers; `stale` lets it call every nonce old for ever. */
function guard(options: { stale?: boolean; only?: "MD5" | "SHA-256" } = {}) {
  const login = new ServerLogin({
    realm: "the films",
    random: seededRandom(9),
    passwordOf: (name) => name === "ann" ? SECRET : undefined,
    ...(options.only && { algorithms: [options.only] }),
  });
  const connection = {};
  return ({ method, uri, headers }: RtspRequest): RtspResponse | undefined => {
    const authorization = headers.getAll("Authorization");
    const result = login.check({ authorization, method, uri, connection }, 0);
    if (result.granted && !options.stale) return undefined;
    const refused = response(401, { CSeq: headers.get("CSeq")! });
    const isStale = options.stale ?? (!result.granted && result.stale);
    for (const challenge of login.challenges(connection, 0, isStale)) {
      refused.headers.append("WWW-Authenticate", challenge);
    }
    return refused;
  };
}

function sentProofs(requests: readonly RtspRequest[]): number {
  return requests.filter(({ headers }) => headers.has("Authorization")).length;
}

Deno.test("Login gives name and password to the server of the address alone", () => {
  const login = new Login({ kind: "rtsp", url: "rtsp://ann:x@host/film" }, seededRandom(1));
  assert(login.for(parseRtspUrl("rtsp://host:554/other")));
  assertEquals(login.for(parseRtspUrl("rtsp://host:8554/film")), undefined);
  assertEquals(login.for(parseRtspUrl("rtsp://evil/film")), undefined);
});

Deno.test("Login gives what a person typed to the server that asked last", () => {
  const login = new Login({ kind: "rtsp", url: "rtsp://host/film" }, seededRandom(1));
  assertEquals(login.for(parseRtspUrl("rtsp://host/film")), undefined);
  login.refusedBy(parseRtspUrl("rtsp://other/film"));
  login.give("ann", "x");
  assert(login.for(parseRtspUrl("rtsp://other/film")));
  assertEquals(login.for(parseRtspUrl("rtsp://host/film")), undefined);
});

for (const only of ["MD5", "SHA-256"] as const) {
  Deno.test(`Player logs in by ${only} with the name and password of its address`, async () => {
    const { player, clock, server } = playerBench({ answer: guard({ only }) }, {}, "live/film", `ann:${SECRET}@`);
    await whileRunning(clock, player.play());
    assertEquals(server.methods, ["DESCRIBE", "DESCRIBE", "SETUP", "PLAY"]);
    assert(!JSON.stringify([player.info, player.stats()]).includes(SECRET));
    await whileRunning(clock, player.close());
    assertEquals(server.requests.some(({ uri }) => uri.includes(SECRET)), false);
  });
}

Deno.test("Player tells what a password is for, and plays with the one that is given", async () => {
  const { player, clock, server } = playerBench({ answer: guard() });
  const error = await assertRejects(() => whileRunning(clock, player.play()), PlayerError);
  assertEquals([error.code, error.realm, player.state], ["unauthorized", "the films", "INIT"]);
  assertMatch(error.message, /^The server at server asks for a user name and a password for "the films"/);
  player.login("ann", SECRET);
  await whileRunning(clock, player.play());
  assertEquals([player.state, sentProofs(server.requests)], ["PLAYING", 3]);
  await whileRunning(clock, player.close());
});

Deno.test("R18 Player proves a wrong password once, and an old nonce twice", async () => {
  for (const [stale, proofs] of [[undefined, 1], [true, 2]] as const) {
    const answer = guard(stale ? { stale } : {});
    const { player, clock, server } = playerBench({ answer }, {}, "live/film", "ann:wrong@");
    const error = await assertRejects(() => whileRunning(clock, player.setup()), PlayerError);
    assertEquals([error.code, sentProofs(server.requests)], ["unauthorized", proofs]);
    assert(!error.message.includes("wrong"));
    await player.close();
  }
});

Deno.test("R19 Player carries no password to the server that a redirect names", async () => {
  const asks = guard();
  const { player, clock, server } = playerBench(
    {
      answer: (request) => {
        if (!request.uri.startsWith("rtsp://server/")) return asks(request);
        return response(302, { CSeq: request.headers.get("CSeq")!, Location: "rtsp://elsewhere/film" });
      },
    },
    {},
    "live/film",
    `ann:${SECRET}@`,
  );
  const error = await assertRejects(() => whileRunning(clock, player.setup()), PlayerError, "at elsewhere asks");
  assertEquals([error.code, sentProofs(server.requests)], ["unauthorized", 0]);
  await player.close();
});

Deno.test("Player says so where the server asks for a login that it does not know", async () => {
  const { player, clock } = playerBench({
    answer: ({ headers }) => response(401, { CSeq: headers.get("CSeq")!, "WWW-Authenticate": "Negotiate" }),
  });
  const error = await assertRejects(() => whileRunning(clock, player.setup()), PlayerError, "does not know");
  assertEquals([error.code, error.realm], ["unauthorized", undefined]);
  await player.close();
});
