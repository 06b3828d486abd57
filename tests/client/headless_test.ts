import { assertEquals, assertMatch } from "@std/assert";
import { parseClientArguments, type PlayCommand } from "../../lib/client/arguments.ts";
import { playHeadless } from "../../lib/client/headless.ts";
import { settle } from "../support/manual_clock.ts";
import { playerBench, whileRunning } from "../support/player_bench.ts";
import type { Script } from "../support/scripted_server.ts";

function started(words: string[], script: Partial<Script> = {}) {
  const { clock, network, server } = playerBench(script);
  const printed: string[] = [];
  const warned: string[] = [];
  const stop = new AbortController();
  const command = parseClientArguments(["--headless", ...words, "rtsp://server/live/film"]) as PlayCommand;
  const code = playHeadless(command, {
    print: (line) => printed.push(line),
    warn: (line) => warned.push(line),
    signal: stop.signal,
    clock,
    network,
  });
  return { clock, network, server, printed, warned, stop, code };
}

Deno.test("playHeadless() prints one object a second and a last one at the end of the film", async () => {
  const { clock, server, printed, warned, code } = started(["--json", "--transport", "tcp"]);
  await settle(60);
  for (let frame = 0; frame < 50; frame++) {
    server.sendFrame(frame % 6);
    await clock.run(40, 20);
  }
  server.sendBye();
  assertEquals([await whileRunning(clock, code), warned], [0, []]);
  const objects = printed.map((line) => JSON.parse(line));
  assertEquals(objects.map(({ frames }) => frames), [25, 50, 50]);
  assertEquals(Object.keys(objects[0]), [
    "frames",
    "shown",
    "lost_packets",
    "dropped_frames",
    "repaired_frames",
    "fps",
    "kbps",
    "jitter_ms",
    "latency_ms",
    "transport",
    "state",
  ]);
  assertEquals([objects[0].state, objects[2].state, objects[2].transport, objects[2].fps], [
    "PLAYING",
    "READY",
    "tcp",
    25,
  ]);
  assertEquals(clock.pending, 0);
});

Deno.test("playHeadless() stops after --duration, and when it is told to", async () => {
  const { clock, code, server, printed } = started(["--duration", "2", "--transport", "tcp"]);
  await settle(60);
  await clock.run(1900, 100);
  assertEquals(server.methods.includes("TEARDOWN"), false);
  assertEquals([await whileRunning(clock, code, 300), server.methods.at(-1)], [0, "TEARDOWN"]);
  assertMatch(printed[0]!, /^0 pictures by TCP/);
  const other = started([]);
  await settle(60);
  other.stop.abort();
  assertEquals([await whileRunning(other.clock, other.code, 300), other.clock.pending], [0, 0]);
});

Deno.test("playHeadless() fails with one clear line", async () => {
  const missing = started([], { answer: (_, honest) => ({ ...honest(), status: 404, reason: "Not Found" }) });
  assertEquals([await whileRunning(missing.clock, missing.code), missing.printed], [1, []]);
  assertEquals(missing.warned, ["No stream named live/film on server. Check the name in the address."]);
  const dying = started(["--json"]);
  await settle(60);
  dying.server.hangUp();
  assertEquals([await whileRunning(dying.clock, dying.code), dying.warned.length], [1, 1]);
  assertEquals(JSON.parse(dying.printed.at(-1)!).state, "INIT");
  const empty = started(["--transport", "tcp"], { duration: 1 });
  await settle(60);
  empty.server.sendFrame(0, () => false);
  empty.server.hangUp();
  assertEquals(await whileRunning(empty.clock, empty.code), 1);
});
