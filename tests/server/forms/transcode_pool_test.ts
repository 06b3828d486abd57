import { assert, assertEquals, assertRejects } from "@std/assert";
import type { PictureResult, PictureTask } from "../../../lib/server/forms/picture_work.ts";
import { TranscodePool, type TranscodeThread } from "../../../lib/server/forms/transcode_pool.ts";
import { rtpForm, shrinkIn } from "../../../lib/server/forms/media_form.ts";
import { systemClock } from "../../../lib/core/clock.ts";
import { packetizeJpeg } from "../../../lib/rtp/jpeg_packetizer.ts";
import { toRtpJpeg } from "../../../lib/jpeg/transcode.ts";
import { InvalidDataError } from "../../../lib/core/errors.ts";
import { ManualClock, settle } from "../../support/manual_clock.ts";
import { makeJpeg } from "../../support/make_film.ts";
import { sampleJpeg } from "../../support/jpeg_samples.ts";

/** A thread that does nothing by itself: the test answers, fails or forgets. */
class FakeThread implements TranscodeThread {
  onmessage: ((event: MessageEvent<PictureResult>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly tasks: PictureTask[] = [];
  terminated = false;

  postMessage(task: PictureTask): void {
    this.tasks.push(task);
  }

  terminate(): void {
    this.terminated = true;
  }

  finish(reason = "done"): void {
    this.onmessage!(new MessageEvent("message", { data: { kind: "refused", reason } }));
  }

  crash(): void {
    this.onerror!(new ErrorEvent("error", { message: "boom", cancelable: true }));
  }
}

function makePool(size: number) {
  const clock = new ManualClock();
  const threads: FakeThread[] = [];
  const startThread = () => {
    threads.push(new FakeThread());
    return threads.at(-1)!;
  };
  return { clock, threads, pool: new TranscodePool({ clock, size, startThread }) };
}

const task = (number: number): PictureTask => ({ kind: "packets", data: Uint8Array.of(number) });
const numbers = ({ tasks }: FakeThread) => tasks.map(({ data }) => data[0]);

Deno.test("TranscodePool starts threads only when they are needed, and no more than it may have", async () => {
  const { pool, threads } = makePool(2);
  assertEquals(threads.length, 0);
  const done = [1, 2, 3].map((number) => pool.run(task(number)));
  assertEquals([threads.length, pool.waiting], [2, 1]);
  threads[1]!.finish();
  assertEquals([numbers(threads[0]!), numbers(threads[1]!)], [[1], [2, 3]]);
  threads[0]!.finish();
  threads[1]!.finish();
  assertEquals((await Promise.all(done)).length, 3);
  void pool.run(task(4));
  assertEquals([threads.length, pool.threads], [2, 2]);
});

Deno.test("TranscodePool works first on what somebody waits for", () => {
  const { pool, threads } = makePool(1);
  for (const number of [1, 2]) void pool.run(task(number), false);
  for (const number of [3, 4]) void pool.run(task(number));
  for (let i = 0; i < 4; i++) threads[0]!.finish();
  assertEquals(numbers(threads[0]!), [1, 3, 4, 2]);
});

Deno.test("TranscodePool loses with a thread that fails only the picture it had", async () => {
  const { pool, threads } = makePool(1);
  const failed = pool.run(task(1));
  const next = pool.run(task(2));
  threads[0]!.crash();
  await assertRejects(() => failed, Error, "boom");
  assert(threads[0]!.terminated);
  assertEquals(numbers(threads[1]!), [2]);
  threads[1]!.finish();
  assertEquals((await next).kind, "refused");
});

Deno.test("TranscodePool gives up a thread that hangs", async () => {
  const { pool, threads, clock } = makePool(1);
  const hanging = pool.run(task(1));
  const next = pool.run(task(2));
  clock.advance(10_000);
  await assertRejects(() => hanging, Error, "more than 10 s");
  assert(threads[0]!.terminated);
  threads[1]!.finish();
  await next;
  assertEquals(clock.pending, 0);
});

Deno.test("TranscodePool says when it has no room, and refuses what nobody could wait for", async () => {
  const { pool, threads } = makePool(1);
  for (let number = 0; number <= 32; number++) void pool.run(task(number));
  assertEquals(pool.hasRoom, false);
  let room = false;
  void pool.room().then(() => room = true);
  await settle();
  assertEquals(room, false);
  threads[0]!.finish();
  await settle();
  assertEquals(room, true);
  while (pool.waiting < 1024) void pool.run(task(0));
  await assertRejects(() => pool.run(task(0)), Error, "wait");
});

Deno.test("TranscodePool.close() ends the threads and everything that waits", async () => {
  const { pool, threads, clock } = makePool(1);
  const running = [1, 2].map((number) => pool.run(task(number)));
  for (let number = 0; number < 40; number++) pool.run(task(number)).catch(() => {});
  const room = pool.room();
  pool.close();
  for (const job of running) await assertRejects(() => job, Error, "closed");
  await room;
  await assertRejects(() => pool.run(task(3)), Error, "closed");
  assertEquals([threads[0]!.terminated, threads.length, clock.pending], [true, 1, 0]);
});

Deno.test("J05 a thread makes of a picture what the event loop would make of it, and refuses what it would refuse", async () => {
  const pool = new TranscodePool({ clock: systemClock, size: 1 });
  try {
    const progressive = sampleJpeg("420_progressive");
    const result = await pool.run({ kind: "packets", data: progressive });
    assert(result.kind === "packets");
    assertEquals(result.framed, packetizeJpeg(toRtpJpeg(progressive).image).framed);
    const form = rtpForm({ pool, fit: 64 });
    const scaled = await form.prepare({ data: makeJpeg(1, { width: 128, height: 96 }), index: 0, time: 0 });
    assert("packets" in scaled);
    assertEquals([scaled.width, scaled.height, scaled.change], [64, 48, "scaled from 128x96 to 64x48"]);
    const broken = await pool.run({ kind: "packets", data: Uint8Array.of(0xff, 0xd8, 1, 2) });
    assertEquals(broken.kind, "refused");
    await assertRejects(() => shrinkIn(pool)(Uint8Array.of(1), 100), InvalidDataError);
    assertEquals((await shrinkIn(pool)(makeJpeg(1), 100_000)).change, "re-coded");
  } finally {
    pool.close();
  }
});
