import { assertEquals } from "@std/assert";
import { PageWatch } from "../../../lib/client/window/page_watch.ts";
import { ManualClock } from "../../support/manual_clock.ts";

function makeWatch() {
  const clock = new ManualClock();
  const reloads: number[] = [];
  const watch = new PageWatch(clock, () => reloads.push(clock.now()));
  return { clock, reloads, watch };
}

Deno.test("PageWatch loads a page anew that does not come, ever more patiently", () => {
  const { clock, reloads, watch } = makeWatch();
  clock.advance(100_000);
  watch.begin();
  clock.advance(150_000);
  assertEquals(reloads.map((at) => at - 100_000), [8000, 24_000, 56_000, 116_000]);
  watch.connected();
  clock.advance(100_000);
  assertEquals(reloads.length, 4);
  watch.end();
});

Deno.test("PageWatch loads a page anew that went and does not come back, unless another is there", () => {
  const { clock, reloads, watch } = makeWatch();
  watch.begin();
  watch.connected();
  watch.connected();
  watch.disconnected();
  clock.advance(10_000);
  assertEquals(reloads, []);
  watch.disconnected();
  clock.advance(7000);
  watch.connected();
  watch.disconnected();
  clock.advance(7000);
  assertEquals(reloads, []);
  clock.advance(1000);
  assertEquals(reloads, [25_000]);
  watch.end();
});

Deno.test("PageWatch leaves a window alone that goes, and begins anew with the next one", () => {
  const { clock, reloads, watch } = makeWatch();
  watch.begin();
  watch.connected();
  watch.end();
  watch.disconnected();
  clock.advance(100_000);
  assertEquals([reloads, clock.pending], [[], 0]);
  watch.begin();
  clock.advance(8000);
  assertEquals(reloads.length, 1);
  watch.end();
  assertEquals(clock.pending, 0);
});
