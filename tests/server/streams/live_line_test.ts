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
  const numbers = { ssrc: 7, firstSequence: 0xfffe, firstTimestamp: 0xffffffff };
  const line = new LiveLine("camera", feed, { form, ...numbers }, scheduler, clock);
  let index = 0;
  const push = async (packets: number) => {
    for (const listener of listeners) {
      listener({ data: Uint8Array.of(packets), index: index++, time: clock.now() / 1000 });
    }
    await settle();
  };
  const join = (maxBurst = 16, countsAnew = false) => {
    const delivery = new NotingDelivery(maxBurst);
    const failures: unknown[] = [];
    const ends: string[] = [];
    const viewer = new LiveViewer(line, {
      form,
      delivery,
      clock,
      ssrc: 1,
      firstSequence: 100,
      firstTimestamp: 0,
      countsAnew,
      onEnd: (reason) => ends.push(reason),
      onFailure: (thrown) => failures.push(thrown),
    });
    const { first } = viewer.play({});
    return { viewer, delivery, failures, ends, first };
  };
  return { clock, scheduler, line, listeners, push, join };
}

Deno.test("LiveLine gives every viewer the same packets at the same moment", async () => {
  const { clock, push, join, scheduler } = makeLine();
  const one = join();
  const two = join();
  clock.advance(100);
  await push(3);
  assertEquals(one.delivery.rtp, two.delivery.rtp);
  assertEquals(one.delivery.rtp.map(({ ssrc, sequence }) => [ssrc, sequence]), [[7, 0xfffe], [7, 0xffff], [7, 0]]);
  assertEquals(one.delivery.rtp.map(({ timestamp }) => timestamp), [8999, 8999, 8999]);
  scheduler.close();
});

Deno.test("LiveLine tells a newcomer the number of its first packet, the one that all get next", async () => {
  const { clock, push, join, scheduler } = makeLine();
  const one = join();
  clock.advance(100);
  await push(3);
  const two = join();
  assertEquals([one.first, two.first], [{ sequence: 0xfffe, timestamp: 0xffffffff }, { sequence: 1, timestamp: 8999 }]);
  clock.advance(40);
  await push(1);
  assertEquals([one, two].map(({ delivery }) => delivery.rtp.at(-1)!.sequence), [1, 1]);
  scheduler.close();
});

Deno.test("LiveLine lets whoever has paused count on without a gap", async () => {
  const { clock, push, join, scheduler } = makeLine();
  const one = join();
  join();
  await push(2);
  clock.advance(40);
  one.viewer.pause();
  await push(5);
  clock.advance(40);
  assertEquals(one.viewer.play({}).first!.sequence, 0);
  await push(1);
  assertEquals(one.delivery.rtp.map(({ sequence }) => sequence), [0xfffe, 0xffff, 0]);
  scheduler.close();
});

Deno.test("LiveLine counts anew for a client that expects a number of its own first", async () => {
  const { push, join, scheduler } = makeLine();
  join();
  await push(2);
  const { delivery } = join(16, true);
  await push(1);
  assertEquals(delivery.rtp.map(({ sequence }) => sequence), [100]);
  scheduler.close();
});

Deno.test("LiveLine spreads a large frame for UDP viewers and gives it whole to those over TCP", async () => {
  const { clock, push, join, scheduler } = makeLine();
  const udp = join();
  const tcp = join(Infinity);
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
  const { delivery } = join();
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
  const one = join();
  const two = join();
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
  const broken = join();
  const sound = join();
  broken.delivery.packets = () => {
    throw new Error("broken");
  };
  await push(2);
  clock.advance(1);
  assertEquals(broken.failures.map(String), ["Error: broken"]);
  assertEquals(sound.delivery.rtp.length, 2);
  scheduler.close();
});
