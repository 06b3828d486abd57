import { assert, assertEquals } from "@std/assert";
import { BEHIND, CAUSES } from "../../../lib/client/page/causes.js";
import { FIGURES } from "../../../lib/client/page/figures.js";
import { FakePlayer } from "../../support/fake_player.ts";

const STATS = new FakePlayer({}, { pictures: [], width: 8, height: 8, frameRate: 25 }).stats();

function figure(id: string) {
  const found = FIGURES.find((each) => each.id === id);
  if (found === undefined) throw new TypeError(`There is no figure ${id}`);
  return found;
}

Deno.test("FIGURES show a dash each while nothing stands", () => {
  assertEquals(FIGURES.map(({ text }) => text(undefined).value), FIGURES.map(() => "\u2013"));
});

Deno.test("FIGURES tell what was dropped apart from what was repaired, and mark what is bad", () => {
  const stats = { ...STATS, damagedFrames: 5, repairedFrames: 3 };
  assertEquals([figure("dropped").text(stats).value, figure("repaired-count").text(stats).value], ["2", "3"]);
  assertEquals(figure("dropped").bad?.(stats), true);
  assertEquals(figure("dropped").bad?.({ ...stats, repairedFrames: 5 }), false);
  assertEquals([STATS, { ...STATS, lostPackets: 1 }].map((each) => figure("loss").bad?.(each)), [false, true]);
});

Deno.test("FIGURES show the delay from 0 on, and the Scale that was granted", () => {
  assertEquals(figure("delay").text({ ...STATS, latencyMs: -0.4 }).value, "0");
  assertEquals(figure("delay").text({ ...STATS, latencyMs: undefined }).value, "\u2013");
  assertEquals(figure("scale").text({ ...STATS, scale: -2 }).value, "\u22122\u00d7");
});

Deno.test("every figure has a cause", () => {
  for (const { id, cause } of FIGURES) assert(Object.hasOwn(CAUSES, cause), id);
  assertEquals(Object.values(BEHIND).filter(([, cause]) => !Object.hasOwn(CAUSES, cause)), []);
});
