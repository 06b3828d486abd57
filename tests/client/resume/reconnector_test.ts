import { assertEquals, assertMatch } from "@std/assert";
import type { PlayerOptions, Reconnecting } from "../../../lib/client/player.ts";
import { settle } from "../../support/manual_clock.ts";
import { playerBench, whileRunning } from "../../support/player_bench.ts";
import type { Script } from "../../support/scripted_server.ts";

/** A player that has shown three pictures of a film when its server dies. */
async function interrupted(script: Partial<Script> = {}, options: PlayerOptions = {}, live = false) {
  let away = false;
  const told: (Reconnecting | undefined)[] = [];
  const bench = playerBench(
    {
      ...(live ? {} : { duration: 4 }),
      ...script,
      answer: (request, honest) => away ? "close" : script.answer?.(request, honest),
    },
    { transport: "tcp", reconnect: true, ...options },
    "live/film",
    "",
    {
      reconnecting: (progress) => told.push(progress),
    },
  );
  await whileRunning(bench.clock, bench.player.play());
  for (let picture = 0; picture < 3; picture++) bench.server.sendFrame(picture);
  await settle(100);
  away = true;
  bench.server.hangUp();
  await settle();
  const before = bench.server.methods.length;
  return { ...bench, told, back: () => away = false, asked: () => bench.server.requests.slice(before) };
}

Deno.test("F12 Player comes back by itself and goes on behind the last picture", async () => {
  const { player, clock, server, told, back, asked, frames, problems, notices, states } = await interrupted();
  assertEquals([player.state, player.stats().reconnecting, problems.length], ["INIT", true, 0]);
  assertEquals([told[0]?.attempt, told[0]?.nextTry, told[0]?.since], [1, clock.now() + 500, frames[2]!.arrival]);
  assertMatch(notices[0]!, /^The server at [\d.:]+ closed the connection\. The player tries again/);
  await clock.run(1200, 50);
  back();
  await clock.run(1000, 50);
  assertEquals([player.state, player.stats().reconnecting, told.at(-1)], ["PLAYING", false, undefined]);
  assertEquals(asked().at(-1)!.headers.get("Range"), "npt=0.120-");
  server.sendFrame(3);
  await settle();
  assertEquals(frames.map(({ index }) => index), [0, 1, 2, 3]);
  assertEquals([notices.at(-1), states.slice(-3)], ["The stream is back.", ["INIT", "READY", "PLAYING"]]);
  await whileRunning(clock, player.close());
  assertEquals(clock.pending, 0);
});

Deno.test("F12 Player asks a live stream for the present", async () => {
  const { player, clock, back, asked } = await interrupted({}, {}, true);
  back();
  await clock.run(600, 50);
  assertEquals([player.state, asked().at(-1)!.headers.get("Range")], ["PLAYING", "npt=0.000-"]);
  await whileRunning(clock, player.close());
});

Deno.test("Player gives up coming back where the server now asks for a password", async () => {
  let asks = false;
  const { player, clock, back, problems, told } = await interrupted({
    answer: (_request, honest) => asks ? { ...honest(), status: 401, reason: "Unauthorized" } : undefined,
  });
  asks = true;
  back();
  await clock.run(600, 50);
  assertEquals([problems.map(({ code }) => code), told.at(-1)], [["unauthorized"], undefined]);
  assertEquals([player.state, clock.pending], ["INIT", 0]);
  await player.close();
});

Deno.test("Player's verbs end the wait for the server, or use it", async () => {
  const first = await interrupted();
  await whileRunning(first.clock, first.player.pause());
  assertEquals([first.player.stats().reconnecting, first.clock.pending, first.told.at(-1)], [false, 0, undefined]);
  await first.player.close();
  const second = await interrupted();
  second.back();
  await whileRunning(second.clock, second.player.play(), 100);
  assertEquals([second.player.state, second.asked().at(-1)!.headers.get("Range")], ["PLAYING", "npt=0.120-"]);
  assertEquals(second.asked().filter(({ method }) => method === "PLAY").length, 1);
  await whileRunning(second.clock, second.player.close());
  const third = await interrupted();
  await third.player.teardown();
  assertEquals([third.player.stats().reconnecting, third.clock.pending, third.network.openSockets], [false, 0, 0]);
  await third.player.close();
});

Deno.test("Player.close() ends the wait for the server", async () => {
  const { player, clock, told } = await interrupted();
  await player.close();
  assertEquals([clock.pending, told.at(-1)], [0, undefined]);
});
