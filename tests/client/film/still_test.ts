import { assertEquals, assertRejects } from "@std/assert";
import { MAX_STILL_TRIES } from "../../../lib/client/film/still.ts";
import { PlayerError } from "../../../lib/client/player.ts";
import { playerBench, whileRunning } from "../../support/player_bench.ts";
import type { Script } from "../../support/scripted_server.ts";

/** A server whose PLAY sends so many pictures at once, from the place that was asked for. */
function bench(pictures = 3, script: Partial<Script> = {}, keep: (packet: number) => boolean = () => true) {
  const made = playerBench({
    duration: 4,
    answer: ({ method }, honest) => {
      if (method !== "PLAY") return undefined;
      const answer = honest();
      queueMicrotask(() => {
        for (let picture = 0; picture < pictures; picture++) made.server.sendFrame(picture, keep);
      });
      return answer;
    },
    ...script,
  }, { transport: "tcp" });
  const ranges = () =>
    made.server.requests.filter(({ method }) => method === "PLAY").map(({ headers }) => headers.get("Range"));
  return { ...made, ranges, shown: () => made.frames.map(({ index }) => index) };
}

Deno.test("Player.seek() while READY shows that picture alone and stays READY", async () => {
  const { player, clock, states, shown, ranges } = bench();
  await whileRunning(clock, player.seek(1.5));
  await whileRunning(clock, player.seek(3.999));
  await whileRunning(clock, player.seek(0));
  assertEquals([shown(), states], [[37, 99, 0], ["READY"]]);
  assertEquals(ranges(), ["npt=1.480-1.520", "npt=3.960-4.000", "npt=0.000-0.040"]);
  await whileRunning(clock, player.close());
  assertEquals(clock.pending, 0);
});

Deno.test("Player.play() after a single picture goes on with the next one", async () => {
  const { player, clock, ranges } = bench();
  await whileRunning(clock, player.seek(1.5));
  await whileRunning(clock, player.play());
  assertEquals([ranges().at(-1), player.state], ["npt=1.520-", "PLAYING"]);
  await whileRunning(clock, player.pause());
  await whileRunning(clock, player.play());
  assertEquals(ranges().at(-1), undefined);
  await whileRunning(clock, player.close());
});

Deno.test("Player.seek() while PLAYING plays on from the picture", async () => {
  const { player, clock, server, shown, ranges } = bench(1);
  await whileRunning(clock, player.play());
  await whileRunning(clock, player.seek(2.01));
  assertEquals([shown(), ranges().at(-1), player.state], [[0, 50], "npt=2.000-", "PLAYING"]);
  await whileRunning(clock, player.close());
  assertEquals(server.methods.slice(-4), ["PLAY", "PAUSE", "PLAY", "TEARDOWN"]);
});

Deno.test("Player.step() goes by one picture, from memory where it can", async () => {
  const { player, clock, shown, ranges, states } = bench();
  await whileRunning(clock, player.play());
  for (const direction of [-1, 1, 1, 1, -1] as const) await whileRunning(clock, player.step(direction));
  // Playing brought 0 to 2; memory has 1 and 2 again; 3 and 4 come from the server; 3 is remembered.
  assertEquals(shown(), [0, 1, 2, 1, 2, 3, 4, 3]);
  assertEquals([ranges().slice(1), states.at(-1)], [["npt=0.120-0.160", "npt=0.160-0.200"], "READY"]);
  assertEquals(player.stats().frameIndex, 3);
  await whileRunning(clock, player.close());
});

Deno.test("Player.step() ten times forth and back returns to the same picture, and stops at the ends", async () => {
  const { player, clock, shown } = bench(1);
  await whileRunning(clock, player.seek(1));
  for (let step = 0; step < 10; step++) await whileRunning(clock, player.step(1));
  for (let step = 0; step < 10; step++) await whileRunning(clock, player.step(-1));
  assertEquals([Math.max(...shown()), shown().at(-1)], [35, 25]);
  await whileRunning(clock, player.seek(3.97));
  await whileRunning(clock, player.step(1));
  assertEquals(shown().at(-1), 99);
  await whileRunning(clock, player.seek(0));
  await whileRunning(clock, player.step(-1));
  assertEquals(shown().at(-1), 0);
  await whileRunning(clock, player.close());
});

Deno.test("Player.step() asks by time where numbers tell none: for a moment before, or for what comes after", async () => {
  const { player, clock, frames, ranges } = bench(3, { withoutRate: true });
  await whileRunning(clock, player.seek(1.511));
  for (const direction of [1, 1, -1] as const) await whileRunning(clock, player.step(direction));
  const expected = ["npt=1.511-1.551", "npt=1.511-", "npt=1.551-", "npt=1.590-1.591"];
  assertEquals(ranges(), expected);
  assertEquals(frames.map(({ mediaTime }) => Number(mediaTime!.toFixed(3))), [1.511, 1.551, 1.591, 1.59]);
  await whileRunning(clock, player.seek(0));
  await whileRunning(clock, player.step(-1));
  assertEquals([ranges().length, player.state], [5, "READY"]);
  await whileRunning(clock, player.close());
});

Deno.test("Player.step() behind the last picture of a film without numbers shows nothing, and is no failure", async () => {
  const { player, clock, server, frames, problems } = bench(1, { withoutRate: true });
  await whileRunning(clock, player.seek(1.5));
  const stepping = whileRunning(clock, player.step(1));
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  server.sendBye();
  await stepping;
  assertEquals([frames.length, problems.length, player.state], [1, 0, "READY"]);
  await whileRunning(clock, player.close());
});

Deno.test("Player asks again for a single picture that was damaged, and gives up in time", async () => {
  const { player, clock, server, shown, ranges } = bench(1, {}, (packet) => server.requests.length > 4 || packet > 0);
  await whileRunning(clock, player.seek(1));
  assertEquals([shown(), ranges().length], [[25], 2]);
  await whileRunning(clock, player.close());
  const broken = bench(0);
  await assertRejects(
    () => whileRunning(broken.clock, broken.player.seek(1)),
    PlayerError,
    "no picture for this place",
  );
  assertEquals([broken.ranges().length, broken.player.state], [MAX_STILL_TRIES, "READY"]);
  await whileRunning(broken.clock, broken.player.close());
});

Deno.test("Player takes 455 to PAUSE for paused: the range of one picture was over first", async () => {
  const { player, clock, shown } = bench(1, {
    answer: ({ method }, honest) => method === "PAUSE" ? { ...honest(), status: 455, reason: "No" } : undefined,
  });
  await whileRunning(clock, player.play());
  await whileRunning(clock, player.pause());
  assertEquals([player.state, shown()], ["READY", []]);
  await whileRunning(clock, player.close());
});

Deno.test("Player steps a live stream through what it remembers, and seeks none", async () => {
  const { player, clock, server } = playerBench({}, { transport: "tcp" });
  await assertRejects(() => player.step(1), PlayerError, "Nothing is set up");
  await whileRunning(clock, player.play());
  for (let picture = 0; picture < 3; picture++) server.sendFrame(picture);
  await whileRunning(clock, player.step(-1));
  await whileRunning(clock, player.step(-1));
  assertEquals([player.stats().frameIndex, player.state], [0, "READY"]);
  await assertRejects(() => whileRunning(clock, player.step(-1)), PlayerError, "before this one");
  await assertRejects(() => whileRunning(clock, player.seek(1)), PlayerError, "no place to seek");
  await assertRejects(() => player.seek(NaN), RangeError);
  await whileRunning(clock, player.close());
});

Deno.test("Player tells a server that dies under a single picture", async () => {
  const { player, clock, server, problems } = bench(0);
  const seeking = whileRunning(clock, player.setup()).then(() => whileRunning(clock, player.seek(1)));
  const failed = assertRejects(() => seeking, PlayerError, "gone away");
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  server.hangUp();
  await failed;
  assertEquals([player.state, problems.length], ["INIT", 1]);
  await player.close();
});
