import { assertEquals, assertThrows } from "@std/assert";
import type { Clip } from "../../../lib/media/clip.ts";
import { RtspError } from "../../../lib/rtsp/status.ts";
import { FilmViewer } from "../../../lib/server/streams/film_viewer.ts";
import { FrameSource } from "../../../lib/server/streams/frame_source.ts";
import type { MediaForm } from "../../../lib/server/forms/media_form.ts";
import { PacketCache } from "../../../lib/server/forms/packet_cache.ts";
import { Scheduler } from "../../../lib/server/sending/scheduler.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { NotingDelivery } from "../../support/noting_delivery.ts";

const RATE = 25;
const FRAMES = 100;

/** A film of 4 s whose payloads are the numbers of their frames, and one who watches it. */
function watch({ loop = false } = {}) {
  const clock = new ManualClock();
  const clip = {
    frameCount: FRAMES,
    frameRate: RATE,
    duration: FRAMES / RATE,
    complete: true,
    timeOf: (index: number) => index / RATE,
    indexAt: (time: number) => Math.min(FRAMES - 1, Math.max(0, Math.floor(time * RATE + 1e-6))),
    read: (index: number) => Promise.resolve({ data: new Uint8Array(4), index, time: index / RATE }),
  } as unknown as Clip;
  const form: MediaForm = {
    name: "test",
    prepare: ({ index }) => ({ packets: { payloads: [Uint8Array.of(index)] }, width: 8, height: 8 }),
  };
  const delivery = new NotingDelivery();
  const ends: string[] = [];
  const viewer = new FilmViewer(
    clip,
    new FrameSource("film", clip, form, new PacketCache(1_000_000, clock)),
    new Scheduler(clock),
    {
      form,
      delivery,
      clock,
      ssrc: 1,
      firstSequence: 0,
      firstTimestamp: 0,
      cname: "test",
      loop,
      onEnd: (reason) => ends.push(reason),
      onFailure: (thrown) => {
        throw thrown;
      },
    },
  );
  const frames = () => delivery.rtp.map(({ payload }) => payload[0]!);
  return { clock, viewer, delivery, ends, frames };
}

Deno.test("FilmViewer.play() goes to the exact frame, and its answer names what comes first", async () => {
  const { clock, viewer, delivery, frames } = watch();
  const start = viewer.play({ start: 1.99, end: 2.08 });
  assertEquals([start.start, start.end, start.scale], [49 / RATE, 2.08, 1]);
  await clock.run(500);
  assertEquals(frames(), [49, 50, 51]);
  assertEquals(start.first, { sequence: 0, timestamp: delivery.rtp[0]!.timestamp });
  assertEquals(viewer.playing, false);
});

Deno.test("FilmViewer.play() at a given moment sends its first frame then, and says its timestamp before", async () => {
  const { clock, viewer, delivery, frames } = watch();
  await clock.run(3);
  const { first } = viewer.play({ start: 1, end: 1.12, at: 507 });
  await clock.run(503);
  assertEquals(frames(), []);
  await clock.run(2);
  assertEquals(frames(), [25]);
  await clock.run(500);
  assertEquals([frames(), first], [[25, 26, 27], { sequence: 0, timestamp: delivery.rtp[0]!.timestamp }]);
  assertEquals(first!.timestamp, 507 * 90);
});

Deno.test("FilmViewer.foresee() answers as play() does, and changes nothing", async () => {
  const { clock, viewer, frames } = watch();
  viewer.play({ start: 0, end: 0.16 });
  assertEquals(viewer.foresee({ start: 2, end: 9, scale: 2 }), { start: 2, end: 4, scale: 2, speed: 1 });
  assertThrows(() => viewer.foresee({ start: 5 }), RtspError, "Cannot play from 5 s");
  await clock.run(500);
  assertEquals(frames(), [0, 1, 2, 3]);
});

Deno.test("FilmViewer.play() without a start changes the pace where the film stands, and keeps the end of its range", async () => {
  const { clock, viewer, frames } = watch();
  viewer.play({ start: 0, end: 2 });
  await clock.run(100);
  const faster = viewer.play({ scale: 4 });
  assertEquals([faster.start, faster.end, faster.scale], [3 / RATE, 2, 4]);
  await clock.run(1000);
  assertEquals(frames(), [0, 1, 2, ...Array.from({ length: 12 }, (_, i) => 3 + 4 * i)]);
});

Deno.test("FilmViewer.play() turns round at the frame on the screen, and at the end of the film", async () => {
  const { clock, viewer, frames } = watch();
  viewer.play({ start: 0 });
  await clock.run(100);
  assertEquals(viewer.play({ scale: -1 }).start, 2 / RATE);
  await clock.run(500);
  assertEquals(frames(), [0, 1, 2, 2, 1, 0]);
  assertEquals(viewer.play({ scale: -8 }).start, 99 / RATE);
  await clock.run(2000);
  assertEquals(viewer.play({}).start, 3 / RATE);
});

Deno.test("FilmViewer.play() takes the later end of a range for the start when it plays backward", async () => {
  const { clock, viewer, frames } = watch();
  assertEquals([viewer.play({ start: 1, end: 1.12, scale: -1 })].map(({ start, end }) => [start, end]), [[1.12, 1]]);
  await clock.run(500);
  viewer.play({ start: 1.12, end: 1, scale: -1 });
  await clock.run(500);
  assertEquals(frames(), [28, 27, 26, 25, 28, 27, 26, 25]);
});

Deno.test("FilmViewer.play() grants a Scale from -8 to 8 and a Speed from 0.5 to 4", () => {
  const { viewer } = watch();
  assertEquals(viewer.grant({ scale: 100, speed: 100 }), { scale: 8, speed: 4 });
  assertEquals(viewer.grant({ scale: -9, speed: 0.1 }), { scale: -8, speed: 0.5 });
  assertEquals(viewer.grant({ scale: 1 / 3 }), { scale: 0.333, speed: 1 });
});

Deno.test("S11 FilmViewer.play() refuses a range outside the film with 457", () => {
  const { viewer } = watch();
  assertEquals(assertThrows(() => viewer.play({ start: 4 }), RtspError).status, 457);
  viewer.play({ start: 2 });
  assertEquals(assertThrows(() => viewer.play({ end: 1 }), RtspError).status, 457);
});

Deno.test("FilmViewer.play() queues a range behind the one that ends, and seeks with every other", async () => {
  const { clock, viewer, frames } = watch();
  viewer.play({ start: 0, end: 0.08 });
  assertEquals(viewer.play({ start: 2, end: 2.08 }).first, undefined);
  assertEquals(viewer.play({ start: 3, end: 3.04 }).first, undefined);
  await clock.run(1000);
  assertEquals(frames(), [0, 1, 50, 51, 75]);
  viewer.play({ start: 2 });
  await clock.run(30);
  assertEquals(viewer.play({ start: 3, end: 3.04 }).first !== undefined, true);
  await clock.run(500);
  assertEquals(frames().slice(5), [50, 75]);
});

Deno.test("FilmViewer.play() queues no more ranges than a client can want", () => {
  const { viewer } = watch();
  viewer.play({ start: 0, end: 0.04 });
  for (let i = 0; i < 16; i++) viewer.play({ start: 1, end: 1 });
  assertEquals(assertThrows(() => viewer.play({ start: 2 }), RtspError).status, 503);
});

Deno.test("FilmViewer.pause() at a point stops there without BYE, and PLAY goes on from it", async () => {
  const { clock, viewer, delivery, ends, frames } = watch();
  viewer.play({ start: 0 });
  await clock.run(60);
  viewer.pause(0.2);
  await clock.run(1000);
  assertEquals([frames(), viewer.playing, ends.length], [[0, 1, 2, 3, 4], false, 1]);
  assertEquals(delivery.rtcp.some(({ kind }) => kind === "goodbye"), false);
  assertEquals(viewer.play({}).start, 0.2);
  assertEquals(assertThrows(() => viewer.pause(0.1), RtspError).status, 457);
  assertEquals(assertThrows(() => viewer.pause(5), RtspError).status, 457);
});

Deno.test("FilmViewer with a loop goes on at the end without BYE, and its answer has no end", async () => {
  const { clock, viewer, delivery, frames } = watch({ loop: true });
  assertEquals(viewer.play({ start: 3.92 }).end, undefined);
  await clock.run(200);
  assertEquals(frames(), [98, 99, 0, 1, 2]);
  const steps = delivery.rtp.slice(1).map(({ timestamp }, i) => timestamp - delivery.rtp[i]!.timestamp);
  assertEquals(new Set(steps), new Set([90_000 / RATE]));
  assertEquals(delivery.rtp.map(({ sequence }) => sequence), [0, 1, 2, 3, 4]);
  assertEquals(delivery.rtcp.some(({ kind }) => kind === "goodbye"), false);
});
