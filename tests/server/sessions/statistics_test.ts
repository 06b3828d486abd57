import { assert, assertEquals, assertLess } from "@std/assert";
import { Scheduler } from "../../../lib/server/sending/scheduler.ts";
import { StatisticsLog } from "../../../lib/server/sessions/statistics.ts";
import { RAW_FILM, RAW_PICTURES, withServer } from "../../support/local_server.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { notedEvents } from "../../support/noted_events.ts";
import { RtspTalker } from "../../support/rtsp_talker.ts";

const TCP = { Transport: "RTP/AVP/TCP;unicast;interleaved=0-1" };

Deno.test("viewers() and streams() count packets, bytes and frames of each viewer and of each stream", async () => {
  await withServer(async (server, url) => {
    const track = `${url}/${encodeURI(RAW_FILM)}/track1`;
    await using one = await RtspTalker.open(server.port);
    await using two = await RtspTalker.open(server.port);
    const setup = await one.ask("SETUP", track, TCP);
    await two.ask("SETUP", track, TCP);
    await one.ask("PLAY", track, { Session: setup.headers.get("Session")! });
    const rtp = () => one.frames.filter(({ channel }) => channel === 0);
    await one.until(() => rtp().filter(({ data }) => (data[1]! & 0x80) !== 0).length === RAW_PICTURES.length);
    const [playing, waiting] = server.viewers();
    const packets = rtp().length;
    const payloadBytes = rtp().reduce((sum, { data }) => sum + data.length - 12, 0);
    const { stream, transport, frames, droppedFrames } = playing!;
    assertEquals({ stream, transport, frames, droppedFrames }, {
      stream: RAW_FILM,
      transport: "tcp",
      frames: RAW_PICTURES.length,
      droppedFrames: 0,
    });
    assertEquals([playing!.packets, playing!.payloadBytes], [packets, payloadBytes]);
    assertEquals([waiting!.packets, waiting!.playing], [0, false]);
    const [whole, ...others] = server.streams();
    assertEquals(others, []);
    assertEquals([whole!.stream, whole!.viewers, whole!.packets, whole!.live], [RAW_FILM, 2, packets, false]);
    assert(playing!.worstDelay >= playing!.meanDelay && playing!.meanDelay >= 0);
    // Two viewers, whose frames are all about as large as the film's in the mean.
    const each = 8 * 100 * (payloadBytes + 12 * packets) / RAW_PICTURES.length;
    assertLess(Math.abs(whole!.bitrate / (2 * each) - 1), 0.1);
  }, { frameRate: 100 });
});

Deno.test("StatisticsLog writes a line for each stream that is watched, every ten seconds, and no more than ten", () => {
  const clock = new ManualClock();
  const scheduler = new Scheduler(clock);
  const { lines, events } = notedEvents(clock);
  let count = 0;
  const stream = {
    stream: "film",
    live: false,
    viewers: 2,
    bitrate: 8e6,
    packets: 10,
    payloadBytes: 1000,
    frames: 5,
    droppedFrames: 0,
    meanDelay: 1,
    worstDelay: 2,
  };
  const log = new StatisticsLog(() => new Array(count).fill(stream), events, clock);
  scheduler.add(log, log.first);
  clock.advance(10_000);
  assertEquals(lines.length, 0);
  count = 12;
  clock.advance(9_999);
  assertEquals(lines.length, 0);
  clock.advance(1);
  assertEquals(lines.length, 10);
  clock.advance(10_000);
  assertEquals(lines.length, 20);
  scheduler.close();
});
