import { assertEquals, assertLess } from "@std/assert";
import { inWords, MEASURES, StatsHistory } from "../../../lib/client/page/stats_history.js";
import { FakePlayer } from "../../support/fake_player.ts";
import type { PlayerStats } from "../../../lib/client/player_types.ts";

const QUIET = new FakePlayer({}, { pictures: [], width: 8, height: 8, frameRate: 25 }).stats();

function stats(more: Partial<PlayerStats>): PlayerStats {
  return { ...QUIET, ...more };
}

Deno.test("StatsHistory tells rates of the last second from counters", () => {
  const history = new StatsHistory();
  history.add(stats({ packets: 100, lostPackets: 0, reordered: 1, damagedFrames: 0 }), 10);
  history.add(stats({ packets: 190, lostPackets: 10, reordered: 3, damagedFrames: 2, latencyMs: 9 }), 11);
  const { values } = history.newest!;
  assertEquals([values.loss, values.reorder, values.dropped, values.delay], [10, 2, 2, 9]);
});

Deno.test("StatsHistory counts a new session from its beginning", () => {
  const history = new StatsHistory();
  history.add(stats({ packets: 1000, lostPackets: 50 }), 10);
  history.add(stats({ packets: 10, lostPackets: 0 }), 11);
  history.add(stats({ packets: 20, lostPackets: 0 }), 11.5);
  assertEquals(history.newest!.values.loss, 0);
});

Deno.test("StatsHistory keeps a minute, within bounds", () => {
  const history = new StatsHistory();
  for (let at = 0; at < 200; at += 0.25) history.add(QUIET, at);
  const [times] = history.series("fps");
  assertLess(times.at(-1)! - times[0]!, 62);
  for (let at = 200; at < 210; at += 0.001) history.add(QUIET, at);
  assertEquals(history.samples.length, 300);
});

Deno.test("inWords() is a chart for those who do not see it", () => {
  const measure = MEASURES.find(({ id }) => id === "jitter")!;
  assertEquals(inWords(measure, [1, null, 3, 2]), "Jitter: 2.00 ms now, from 1.00 to 3.00 in the last minute");
  assertEquals(inWords(measure, [null]), "Jitter: not known");
});
