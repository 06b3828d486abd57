import { assert, assertEquals } from "@std/assert";
import { JitterBuffer } from "../../../lib/client/timing/jitter_buffer.ts";
import { seededRandom } from "../../../lib/core/random.ts";

const INTERVAL = 40;

/** When each of `count` pictures is shown, if picture n is whole `late(n)` ms after it was sent. */
function play(
  buffer: JitterBuffer<number>,
  count: number,
  late: (picture: number) => number,
  options: { first?: number; senderRate?: number; start?: number } = {},
): { shown: Map<number, number>; arrivals: number[] } {
  const { first = 0xffff_0000, senderRate = 1, start = 0 } = options;
  const shown = new Map<number, number>();
  let now = -Infinity;
  const arrivals: number[] = [];
  const show = (pictures: number[]) => pictures.forEach((picture) => shown.set(picture, now));
  for (let picture = 0; picture < count; picture++) {
    const arrival = Math.max(now, start + picture * INTERVAL / senderRate + late(picture));
    arrivals.push(arrival);
    for (let due = buffer.nextDeadline; due !== undefined && due <= arrival; due = buffer.nextDeadline) {
      now = due;
      show(buffer.take(now));
    }
    now = arrival;
    show(buffer.push(picture, (first + picture * INTERVAL * 90) >>> 0, now));
  }
  return { shown, arrivals };
}

function made(latency?: number): JitterBuffer<number> {
  return new JitterBuffer({ clockRate: 90_000, latency });
}

Deno.test("JitterBuffer lets every picture of a clean network pass at once", () => {
  const buffer = made();
  const noise = seededRandom(1);
  const { shown, arrivals } = play(buffer, 500, () => 5 + noise.uint32() % 8);
  assertEquals([...shown.values()], arrivals);
  assertEquals([buffer.delay, buffer.nextDeadline], [0, undefined]);
});

Deno.test("JitterBuffer evens out what jitters, in order, and is late for few", () => {
  const buffer = made();
  const noise = seededRandom(2);
  const { shown } = play(buffer, 1000, () => 20 + noise.uint32() % 120);
  assert(buffer.delay > 100 && buffer.delay < 125, `${buffer.delay} ms`);
  const times = [...shown].slice(200).map(([, at]) => at);
  const uneven = times.slice(1).filter((at, index) => Math.abs(at - times[index]! - INTERVAL) > INTERVAL / 2).length;
  assert(uneven < times.length / 10, `${uneven} of ${times.length} pictures`);
  assertEquals([...shown.keys()], [...shown.keys()].toSorted((a, b) => a - b));
});

Deno.test("JitterBuffer gives the delay back when the network is calm again", () => {
  const buffer = made();
  const noise = seededRandom(3);
  play(buffer, 300, () => noise.uint32() % 120);
  const { shown, arrivals } = play(buffer, 600, () => 0, { start: 300 * INTERVAL, first: 0xffff_0000 + 300 * 3600 });
  assertEquals(buffer.delay, 0);
  assertEquals([shown.get(599), shown.size > 590], [arrivals[599], true]);
});

Deno.test("JitterBuffer does not grow for one hiccup", () => {
  const buffer = made();
  const { shown, arrivals } = play(buffer, 200, (picture) => picture === 100 ? 400 : 0);
  assertEquals([buffer.delay, [...shown.values()]], [0, arrivals]);
});

Deno.test("JitterBuffer lets no delay creep up under a sender whose clock is slow or fast, or a network that slows down", () => {
  for (const senderRate of [0.999, 1.001]) {
    const { shown, arrivals } = play(made(), 20_000, () => 0, { senderRate });
    assertEquals([...shown.values()], arrivals);
  }
  const buffer = made();
  const { shown, arrivals } = play(buffer, 1000, (picture) => picture < 200 ? 0 : 300);
  assertEquals([buffer.delay, shown.get(999)], [0, arrivals[999]]);
});

Deno.test("JitterBuffer forgets in 10 s how quick the network was, however few pictures come", () => {
  const buffer = made();
  for (let picture = 0; picture < 110; picture++) {
    buffer.push(picture, picture * 45_000, picture * 500 + (picture < 20 ? 0 : 400));
  }
  assertEquals(buffer.delay, 0);
});

Deno.test("JitterBuffer holds a fixed delay from the quickest picture on", () => {
  const { shown } = play(made(200), 100, (picture) => picture % 2 === 0 ? 0 : 30);
  const times = [...shown].slice(2).map(([picture, at]) => at - picture * INTERVAL);
  assert(times.every((late) => Math.abs(late - 200) < 1e-6), `${times.slice(0, 5)}`);
  const none = play(made(0), 100, (picture) => 37 * (picture % 3));
  assertEquals([...none.shown.values()], none.arrivals);
});

Deno.test("R08 JitterBuffer holds no picture whose timestamp stands still, jumps or runs backwards", () => {
  for (const step of [0, -3600, 0x40000000]) {
    const buffer = made();
    for (let picture = 0; picture < 300; picture++) {
      const timestamp = (5000 + picture * step) >>> 0;
      assertEquals(buffer.push(picture, timestamp, picture * INTERVAL), [picture], `${picture} at ${step}`);
    }
  }
});

Deno.test("JitterBuffer is bounded, and gives or drops what it holds when told", () => {
  const buffer = made(1e6);
  const shown = Array.from({ length: 100 }, (_, picture) => buffer.push(picture, picture * 90, picture)).flat();
  assertEquals(shown, Array.from({ length: 36 }, (_, picture) => picture));
  assertEquals(buffer.drain().length, 64);
  buffer.push(1, 0, 200);
  buffer.restart();
  assertEquals([buffer.drain(), buffer.nextDeadline], [[], undefined]);
});
