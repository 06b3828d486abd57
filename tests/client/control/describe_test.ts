import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Player, PlayerError } from "../../../lib/client/player.ts";
import { encodeText } from "../../../lib/core/bytes.ts";
import { response, type RtspResponse } from "../../../lib/rtsp/message.ts";
import { playerBench, whileRunning } from "../../support/player_bench.ts";
import type { Script } from "../../support/scripted_server.ts";

/** The problem that setting up ends with. */
async function problemOf(answer: Script["answer"], limit?: number): Promise<PlayerError> {
  const { player, clock, network } = playerBench(answer ? { answer } : {});
  const error = await assertRejects(() => whileRunning(clock, player.setup(), limit), PlayerError);
  assertEquals([player.state, clock.pending, network.openSockets], ["INIT", 0, 0]);
  await player.close();
  return error;
}

function redirect(location: string): (request: { headers: { get(name: string): string | undefined } }) => RtspResponse {
  return ({ headers }) => response(302, { CSeq: headers.get("CSeq")!, Location: location });
}

function described(text: string): Script["answer"] {
  return ({ headers }) =>
    response(200, { CSeq: headers.get("CSeq")!, "Content-Type": "application/sdp" }, encodeText(text));
}

Deno.test("describe() names the stream and the host when there is none", async () => {
  const error = await problemOf((_, honest) => ({ ...honest(), status: 404, reason: "Not Found" }));
  assertEquals([error.code, error.message.split(".")[0]], ["not-found", "No stream named live/film on server"]);
});

Deno.test("describe() names what there is instead, where the server tells it", async () => {
  const offers = (count: number): Script["answer"] => ({ headers }, honest) => {
    const answer = { ...honest(), status: 404, reason: "Not Found" };
    if (headers.get("Accept") !== "text/uri-list") return answer;
    const lines = Array.from({ length: count }, (_, index) => `rtsp://server/film%20${index}\r\n`).join("");
    return response(200, { CSeq: headers.get("CSeq")!, "Content-Type": "text/uri-list" }, encodeText(lines));
  };
  const few = await problemOf(offers(2));
  assertEquals(few.message, "No stream named live/film on server. It offers: film 0, film 1.");
  assertMatch((await problemOf(offers(7))).message, /film 3, film 4 and 2 more\.$/);
  const none = "No stream named live/film on server. Check the name in the address.";
  assertEquals((await problemOf(offers(0))).message, none);
  const deaf: Script["answer"] = (request, honest) =>
    request.headers.get("Accept") === "text/uri-list" ? "silence" : { ...honest(), status: 404, reason: "Not Found" };
  assertEquals((await problemOf(deaf)).message, none);
});

Deno.test("describe() passes on why a film cannot be sent", async () => {
  const error = await problemOf((_, honest) => ({ ...honest(), status: 415, reason: "Film is 4:4:4" }));
  assertEquals(error.code, "unsupported");
  assertMatch(error.message, /415 Film is 4:4:4/);
});

Deno.test("R18 describe() asks once where the server says 401 for ever", async () => {
  let asked = 0;
  const error = await problemOf(({ headers }) => {
    asked++;
    return response(401, { CSeq: headers.get("CSeq")!, "WWW-Authenticate": 'Basic realm="x"' });
  });
  assertEquals([error.code, asked], ["unauthorized", 1]);
});

Deno.test("R18 describe() gives a silent server 10 s", async () => {
  const error = await problemOf(() => "silence", 10_500);
  assertMatch(error.message, /did not answer DESCRIBE within 10 s/);
});

Deno.test("describe() says that nothing listens", async () => {
  const { network, clock } = playerBench();
  const player = new Player({ kind: "rtsp", url: "rtsp://server:9/film" }, { network, clock });
  const error = await assertRejects(() => player.setup(), PlayerError, "No server answers on server:9");
  assertEquals(error.code, "unreachable");
  await player.close();
});

Deno.test("R19 describe() follows at most three redirects", async () => {
  let asked = 0;
  const error = await problemOf((request) => {
    asked++;
    return redirect("rtsp://server/loop")(request);
  });
  assertEquals([error.code, asked], ["refused", 4]);
});

Deno.test("R19 describe() follows no redirect to anything but rtsp", async () => {
  for (const location of ["file:///etc/passwd", "http://server/film", "rtsps://server/film", "//x", ""]) {
    const error = await problemOf(redirect(location));
    assertMatch(error.message, /not followed|without a new address/);
  }
});

Deno.test("R19 describe() follows a redirect without carrying a password over", async () => {
  const { player, clock, server } = playerBench({
    answer: (request) => request.uri.endsWith("/live/film") ? redirect("rtsp://server:554/other")(request) : undefined,
  });
  await whileRunning(clock, player.setup());
  assertEquals(server.requests.map(({ uri }) => uri).slice(0, 2), [
    "rtsp://server/live/film",
    "rtsp://server:554/other",
  ]);
  assertEquals(server.requests.some(({ headers }) => headers.has("Authorization")), false);
  await whileRunning(clock, player.close());
});

Deno.test("R20 a control URL on another host is asked for on the host that answered", async () => {
  const sdp = "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=x\r\nt=0 0\r\na=control:rtsp://evil.example/all\r\n" +
    "m=video 0 RTP/AVP 26\r\na=control:rtsp://evil.example:999/film/track1\r\n";
  const { player, clock, server } = playerBench({
    answer: (request, honest) => request.method === "DESCRIBE" ? described(sdp)!(request, honest) : undefined,
  });
  await whileRunning(clock, player.play());
  assertEquals(server.requests.map(({ uri }) => uri).slice(1), ["rtsp://server/film/track1", "rtsp://server/all"]);
  await whileRunning(clock, player.close());
});

Deno.test("R20 descriptions beyond all measure are refused", async () => {
  const head = "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=x\r\nt=0 0\r\n";
  assertEquals((await problemOf(described(head + "m=video 0 RTP/AVP 26\r\n".repeat(1000)))).code, "protocol");
  assertEquals((await problemOf(described(head + "a=x:y\r\n".repeat(20_000)))).code, "protocol");
  assertEquals((await problemOf(described(head))).code, "protocol");
});

Deno.test("R20 a script in the address stays text, and control characters do not reach a person", async () => {
  const error = await problemOf((_, honest) => ({
    ...honest(),
    status: 500,
    reason: "<script>\u202ex</script>",
  }));
  assertMatch(error.message, /500 <script> x<\/script>/);
});

Deno.test("a stream without JPEG is refused with what it has", async () => {
  const sdp = "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=x\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n";
  const error = await problemOf(described(sdp));
  assertEquals(error.code, "unsupported");
  assertMatch(error.message, /only video H264/);
});
