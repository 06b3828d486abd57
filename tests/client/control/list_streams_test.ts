import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { encodeText } from "../../../lib/core/bytes.ts";
import { seededRandom } from "../../../lib/core/random.ts";
import { listStreams } from "../../../lib/client/control/list_streams.ts";
import type { OfferedStream } from "../../../lib/client/control/offered_stream.ts";
import { PlayerError } from "../../../lib/client/player_types.ts";
import { response, type RtspRequest, type RtspResponse } from "../../../lib/rtsp/message.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { whileRunning } from "../../support/player_bench.ts";
import { type ScriptedAnswer, ScriptedServer } from "../../support/scripted_server.ts";
import { SimulatedNetwork } from "../../support/simulated_network.ts";

const URI_LIST = { "Content-Type": "text/uri-list; charset=utf-8" };

/** Asks a server that answers so, and tells what it was asked. */
async function ask(answer: (request: RtspRequest) => ScriptedAnswer, address = "rtsp://server/any/film") {
  const clock = new ManualClock();
  const network = new SimulatedNetwork();
  const server = new ScriptedServer(network, 554, { frames: [], answer });
  const options = { network, clock, random: seededRandom(1), timeout: 1000 };
  const streams: OfferedStream[] = await whileRunning(clock, listStreams(address, options));
  return { streams, requests: server.requests };
}

function listed(...lines: string[]): (request: RtspRequest) => RtspResponse {
  return ({ headers }) =>
    response(200, { CSeq: headers.get("CSeq")!, ...URI_LIST }, encodeText(lines.map((line) => `${line}\r\n`).join("")));
}

function refused(status: number, headers: Record<string, string> = {}): (request: RtspRequest) => RtspResponse {
  return (request) => response(status, { CSeq: request.headers.get("CSeq")!, ...headers });
}

Deno.test("listStreams() asks for the root as a list, and names what it holds", async () => {
  const answer = listed("# films", "rtsp://server/films/a%20b.mjpeg", "", "rtsp://server/movie.Mjpeg");
  const { streams, requests } = await ask(answer, "rtsp://server/any/film?x=1");
  assertEquals(streams, [
    { name: "films/a b.mjpeg", url: "rtsp://server/films/a%20b.mjpeg" },
    { name: "movie.Mjpeg", url: "rtsp://server/movie.Mjpeg" },
  ]);
  assertEquals(requests.map(({ method, uri }) => `${method} ${uri}`), ["DESCRIBE rtsp://server/"]);
  assertEquals(requests[0]!.headers.get("Accept"), "text/uri-list");
});

Deno.test("R20 listStreams() leaves out other hosts, other schemes, passwords, the root and what is no address", async () => {
  const { streams } = await ask(listed(
    "rtsp://evil.example/film",
    "rtsp://server:9/film",
    "file:///etc/passwd",
    "http://server/film",
    "<script>x</script>",
    "rtsp://server/",
    "rtsp://ann:secret@server/film",
    "rtsp://server/a%E2%80%AEb",
    "rtsp://server/film",
  ));
  assertEquals(streams, [
    { name: "film", url: "rtsp://server/film" },
    { name: "a b", url: "rtsp://server/a%E2%80%AEb" },
  ]);
});

Deno.test("R20 listStreams() reads at most a thousand streams", async () => {
  const { streams } = await ask(listed(...Array.from({ length: 1500 }, (_, index) => `rtsp://server/${index}`)));
  assertEquals(streams.length, 1000);
});

Deno.test("listStreams() says so where a server has no such list", async () => {
  const answers = [refused(404), refused(406), refused(500), refused(200, { "Content-Type": "application/sdp" })];
  for (const answer of answers) {
    const error = await assertRejects(() => ask(answer), PlayerError, "does not tell which streams it has");
    assertEquals(error.code, "unsupported");
  }
});

Deno.test("listStreams() shows the password of the address to a server that asks, and it stands in no message", async () => {
  const challenge = { "WWW-Authenticate": 'Basic realm="Films"' };
  const answer = (request: RtspRequest) =>
    request.headers.has("Authorization") ? listed("rtsp://server/film")(request) : refused(401, challenge)(request);
  const { streams, requests } = await ask(answer, "rtsp://ann:secret@server/");
  assertEquals(streams.length, 1);
  assertEquals(requests.map(({ uri }) => uri), ["rtsp://server/", "rtsp://server/"]);
  const error = await assertRejects(() => ask(refused(401, challenge)), PlayerError, "a user name and a password");
  assertEquals(error.code, "unauthorized");
});

Deno.test("R18 listStreams() gives up on a server that is silent, gone or not there", async () => {
  const silent = await assertRejects(() => ask(() => "silence"), PlayerError);
  assertMatch(silent.message, /did not answer DESCRIBE within 1 s/);
  assertEquals((await assertRejects(() => ask(() => "close"), PlayerError)).code, "server-gone");
  const nobody = await assertRejects(() => ask(() => "close", "rtsp://server:9/"), PlayerError);
  assertEquals(nobody.code, "unreachable");
});

Deno.test("listStreams() can be given up", async () => {
  const clock = new ManualClock();
  const network = new SimulatedNetwork();
  new ScriptedServer(network, 554, { frames: [], answer: () => "silence" });
  const stop = new AbortController();
  const options = { network, clock, random: seededRandom(1), timeout: 1000, signal: stop.signal };
  const asked = listStreams("rtsp://server/", options);
  stop.abort();
  assertEquals((await assertRejects(() => whileRunning(clock, asked), PlayerError)).code, "closed");
});
