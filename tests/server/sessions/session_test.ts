import { assert, assertEquals } from "@std/assert";
import { writeRtcp } from "../../../lib/rtp/rtcp.ts";
import { RtspError } from "../../../lib/rtsp/status.ts";
import { DelayMeter } from "../../../lib/server/streams/delay_meter.ts";
import { rtpForm } from "../../../lib/server/forms/media_form.ts";
import { RtpSender } from "../../../lib/server/sending/rtp_sender.ts";
import { Scheduler } from "../../../lib/server/sending/scheduler.ts";
import { Session, type SessionOptions } from "../../../lib/server/sessions/session.ts";
import type { Stream, Viewer, ViewerOptions } from "../../../lib/server/streams/stream.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { notedEvents } from "../../support/noted_events.ts";
import { NotingDelivery } from "../../support/noting_delivery.ts";

const PEER = { hostname: "192.0.2.7", port: 5000 };
const TIMEOUT = 60_000;

function makeSession(options: Partial<SessionOptions> = {}, playing = false) {
  const clock = new ManualClock();
  const scheduler = new Scheduler(clock);
  const { lines, events } = notedEvents(clock);
  const calls: string[] = [];
  let viewerOptions: ViewerOptions | undefined;
  const stream: Stream = {
    name: "film",
    live: false,
    describe: () => Promise.reject(new Error("not used")),
    measure: () => Promise.resolve(undefined),
    bitrateIn: () => 0,
    watch(given): Viewer {
      viewerOptions = given;
      const sender = new RtpSender({ ...given, timestampAt: () => 0 });
      return {
        sender,
        delay: new DelayMeter(),
        playing,
        atEnd: false,
        recordedAt: undefined,
        pace: { scale: 1, speed: 1 },
        grant: () => ({ scale: 1, speed: 1 }),
        foresee: () => ({ scale: 1, speed: 1 }),
        play: ({ start, at }) => {
          if (start !== undefined) calls.push(`play ${start} at ${at}, ${clock.now()}`);
          if (start === 99) throw new RtspError(457, "Cannot play from 99 s");
          return { scale: 1, speed: 1 };
        },
        pause: () => calls.push("pause"),
        close: () => calls.push("close"),
      };
    },
  };
  const session = new Session({
    id: "1",
    ssrc: 7,
    remote: { hostname: PEER.hostname, port: 40_000 },
    use: { stream, release: () => calls.push("release") },
    control: "rtsp://x/track1",
    delivery: new NotingDelivery(),
    udpPeers: [PEER],
    clock,
    scheduler,
    events,
    timeout: TIMEOUT,
    viewer: { form: rtpForm(), firstSequence: 0, firstTimestamp: 0 },
    isCrowded: () => false,
    onEnded: (_session, reason) => calls.push(reason),
    ...options,
  });
  return { clock, session, lines, calls, viewerOptions: () => viewerOptions! };
}

Deno.test("S10 Session ends after 60 s without a sign of life, and gives everything back once", () => {
  const { clock, session, calls } = makeSession();
  session.play({});
  clock.advance(TIMEOUT - 1);
  assert(!session.ended);
  clock.advance(1);
  assertEquals(calls, ["close", "release", "no sign of life for 60 s"]);
  session.end("again");
  assertEquals(calls.length, 3);
  assertEquals(clock.pending, 0);
});

Deno.test("S10 requests and UDP packets of the client each keep a Session", () => {
  for (const sign of ["touch", "heard"] as const) {
    const { clock, session } = makeSession();
    for (let minute = 0; minute < 5; minute++) {
      clock.advance(TIMEOUT - 1);
      session[sign]();
    }
    assert(!session.ended, sign);
    clock.advance(TIMEOUT);
    assert(session.ended, sign);
  }
});

Deno.test("Session without timeout lives as long as its connection", () => {
  const { clock, session } = makeSession({ timeout: Infinity, udpPeers: [] });
  session.play({});
  clock.advance(3_600_000);
  assert(!session.ended);
  session.end("done");
});

Deno.test("Session.play() at a time tells a film that stands at once, and one that plays shortly before", () => {
  const standing = makeSession();
  standing.session.play({ start: 1, at: 5000 });
  assertEquals([standing.calls, standing.session.state], [["play 1 at 5000, 0"], "Playing"]);
  const { clock, session, calls } = makeSession({}, true);
  session.play({ start: 1, at: 5000 });
  clock.advance(4979);
  assertEquals(calls, []);
  clock.advance(2);
  assertEquals(calls, ["play 1 at 5000, 4980"]);
  for (const made of [standing, { session }]) made.session.end("done");
});

Deno.test("Session.pause(), another play() and end() call off what waits for its time", () => {
  const { clock, session, calls } = makeSession({}, true);
  for (const call of [() => session.pause(), () => session.play({ start: 2 }), () => session.end("done")]) {
    session.play({ start: 1, at: clock.now() + 100 });
    call();
    clock.advance(200);
  }
  assertEquals(calls, ["pause", "play 2 at undefined, 200", "close", "release", "done"]);
  assertEquals(clock.pending, 0);
});

Deno.test("Session lives on when what waited for its time can no longer be played, with a line in the log", () => {
  const { clock, session, lines } = makeSession({}, true);
  session.play({ start: 99, at: 100 });
  clock.advance(200);
  assertEquals([lines, session.ended], [["PLAY of {peer} could not begin at its time: {reason}"], false]);
  session.end("done");
});

Deno.test("T12 Session that is not played ends after 10 s where its address holds many such", () => {
  const { clock, session, calls } = makeSession({ isCrowded: () => true });
  clock.advance(10_000);
  assertEquals(calls.at(-1), "not played for 10 s");
  assert(session.ended);
  const played = makeSession({ isCrowded: () => true });
  played.session.play({});
  played.clock.advance(20_000);
  assert(!played.session.ended);
  played.session.end("done");
});

Deno.test("T07 Session that plays to a silent UDP port is named in the log once", () => {
  const { clock, session, lines } = makeSession();
  session.play({});
  clock.advance(50_000);
  assertEquals(lines.filter((line) => line.startsWith("No RTCP")).length, 1);
  const heard = makeSession();
  heard.session.play({});
  heard.session.heard();
  heard.clock.advance(50_000);
  assertEquals(heard.lines, []);
  session.end("done");
  heard.session.end("done");
});

Deno.test("F10 Session whose viewer fails ends, with a line in the log", () => {
  const { session, calls, lines, viewerOptions } = makeSession();
  viewerOptions().onFailure(new Error("broken"));
  assertEquals(calls.at(-1), "an error in the server");
  assert(session.ended);
  assertEquals(lines[0], "Session failed: {error}");
});

Deno.test("Session is Ready again when the film has ended, and may be played again", () => {
  const { session, viewerOptions } = makeSession();
  session.play({});
  assertEquals(session.state, "Playing");
  viewerOptions().onEnd("the end");
  assertEquals([session.state, session.allows("PLAY")], ["Ready", "Playing"]);
  session.end("done");
});

Deno.test("R05 R07 Session reads a client's reports now and then and is not moved by nonsense", () => {
  const { clock, session } = makeSession();
  const block = {
    ssrc: 7,
    fractionLost: 0,
    cumulativeLost: 3,
    highestSequence: 9,
    jitter: 0,
    lastSenderReport: 0,
    delaySinceLastSenderReport: 0,
  };
  const report = (cumulativeLost: number) =>
    writeRtcp([{ kind: "receiver-report", ssrc: 1, reports: [{ ...block, cumulativeLost }] }]);
  session.reported(report(3));
  session.reported(report(4));
  assertEquals(session.reception?.cumulativeLost, 3);
  clock.advance(100);
  session.reported(Uint8Array.of(0x81, 201, 0xff, 0xff));
  clock.advance(100);
  session.reported(report(5));
  assertEquals(session.reception?.cumulativeLost, 5);
  session.end("done");
});
