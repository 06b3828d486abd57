import { assertEquals } from "@std/assert";
import type { Frame } from "../../../lib/core/frame.ts";
import type { Feed } from "../../../lib/media/live/feed.ts";
import { LiveLine } from "../../../lib/server/streams/live_line.ts";
import { LiveViewer } from "../../../lib/server/streams/live_viewer.ts";
import type { MediaForm } from "../../../lib/server/forms/media_form.ts";
import { Scheduler } from "../../../lib/server/sending/scheduler.ts";
import { ManualClock, settle } from "../../support/manual_clock.ts";
import { NotingDelivery } from "../../support/noting_delivery.ts";

/** A feed that a test drives, whose frames become as many packets as their first byte says. */
function makeLine() {
  const clock = new ManualClock();
  const scheduler = new Scheduler(clock);
  const listeners = new Set<(frame: Frame) => void>();
  const feed: Feed = {
    frameRate: 25,
    latest: undefined,
    ended: new Promise(() => {}),
    failure: undefined,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {},
  };
  const form: MediaForm = {
    name: "test",
    prepare: ({ data, index }) => ({
      packets: { payloads: Array.from({ length: data[0]! }, () => Uint8Array.of(index)) },
      width: 8,
      height: 8,
    }),
  };
  const line = new LiveLine("camera", feed, form, scheduler, clock);
  let index = 0;
  const push = async (packets: number) => {
    for (const listener of listeners) {
      listener({ data: Uint8Array.of(packets), index: index++, time: clock.now() / 1000 });
    }
    await settle();
  };
  const join = (firstTimestamp: number, maxBurst = 16) => {
    const delivery = new NotingDelivery(maxBurst);
    const failures: unknown[] = [];
    const ends: string[] = [];
    const viewer = new LiveViewer(line, {
      form,
      delivery,
      clock,
      ssrc: 1,
      firstSequence: 0,
      firstTimestamp,
      onEnd: (reason) => ends.push(reason),
      onFailure: (thrown) => failures.push(thrown),
    });
    viewer.play({});
    return { viewer, delivery, failures, ends };
  };
  return { clock, scheduler, line, listeners, push, join };
}

Deno.test("LiveLine gives every viewer the same frame at the same moment, timestamps apart by their offsets", async () => {
  const { clock, push, join, scheduler } = makeLine();
  const one = join(1000);
  const two = join(0xffffffff);
  clock.advance(100);
  await push(3);
  assertEquals(one.delivery.rtp.map(({ timestamp }) => timestamp), [10_000, 10_000, 10_000]);
  assertEquals(two.delivery.rtp.map(({ timestamp }) => timestamp), [8999, 8999, 8999]);
  scheduler.close();
});

Deno.test("LiveLine spreads a large frame for UDP viewers and gives it whole to those over TCP", async () => {
  const { clock, push, join, scheduler } = makeLine();
  const udp = join(0);
  const tcp = join(0, Infinity);
  await push(200);
  assertEquals(tcp.delivery.bursts, [200]);
  assertEquals(udp.delivery.bursts.length, 1);
  clock.advance(40);
  assertEquals(udp.delivery.rtp.length, 200);
  assertEquals(tcp.delivery.bursts, [200]);
  assertEquals(udp.delivery.bursts.length > 3, true);
  scheduler.close();
});

Deno.test("LiveLine finishes the frame that it sends, then sends the newest of those that came meanwhile", async () => {
  const { clock, push, join, scheduler } = makeLine();
  const { delivery } = join(0);
  await push(200);
  clock.advance(1);
  await push(1);
  await push(1);
  clock.advance(100);
  const order = delivery.rtp.map(({ payload }) => payload[0]);
  assertEquals(order.slice(0, 200), new Array(200).fill(0));
  assertEquals(order.slice(200), [2]);
  scheduler.close();
});

Deno.test("LiveLine listens to its feed only while somebody watches, and ends all who do", async () => {
  const { line, listeners, push, join, scheduler, clock } = makeLine();
  assertEquals(listeners.size, 0);
  const one = join(0);
  const two = join(0);
  assertEquals(listeners.size, 1);
  one.viewer.pause();
  await push(1);
  clock.advance(1);
  assertEquals([one.delivery.rtp.length, two.delivery.rtp.length], [0, 1]);
  line.end("the camera is gone");
  assertEquals([one.ends, two.ends], [[], ["the camera is gone"]]);
  assertEquals(listeners.size, 0);
  scheduler.close();
});

Deno.test("F10 LiveLine goes on for the others when one viewer's delivery fails", async () => {
  const { clock, push, join, scheduler } = makeLine();
  const broken = join(0);
  const sound = join(0);
  broken.delivery.packets = () => {
    throw new Error("broken");
  };
  await push(2);
  clock.advance(1);
  assertEquals(broken.failures.map(String), ["Error: broken"]);
  assertEquals(sound.delivery.rtp.length, 2);
  scheduler.close();
});
