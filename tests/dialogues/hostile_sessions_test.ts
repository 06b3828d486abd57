import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../lib/core/random.ts";
import type { FlipbookServer } from "../../lib/server/server.ts";
import { writeRtcp } from "../../lib/rtp/rtcp.ts";
import { LabClient } from "../support/lab_client.ts";
import { LAB_FILM } from "../support/local_server.ts";
import { makeJpeg } from "../support/make_film.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { MediaPorts, RtspTalker } from "../support/rtsp_talker.ts";
import { eventually, LONG_FILM, requestText, underFire } from "../support/under_fire.ts";
import { withServer } from "../support/local_server.ts";

const TCP = { Transport: "RTP/AVP/TCP;unicast;interleaved=0-1" };
/** The innocent viewers of `underFire`. */
const WITNESSES = 2;
/** Time in which a server hears a datagram on the loopback, ms. */
const HEARING_MS = 20;

async function setUp(talker: RtspTalker, url: string, headers: Record<string, string> = TCP) {
  const setup = await talker.ask("SETUP", url, headers);
  assertEquals(setup.status, 200);
  return { Session: setup.headers.get("Session")!.split(";")[0]! };
}

Deno.test("S02 guessed session ids are 454 each, in the words of an unknown one, and end the connection", async () => {
  await underFire(async (server, url) => {
    const random = seededRandom(1);
    const guess = () => Array.from({ length: 4 }, () => random.uint32().toString(16).padStart(8, "0")).join("");
    for (let round = 0; round < 20; round++) {
      await using talker = await RtspTalker.open(server.port);
      const ids = Array.from({ length: 50 }, guess);
      await talker.say(ids.map((id) => requestText("TEARDOWN", url, "CSeq: 1", `Session: ${id}`)).join(""));
      for (const _ of ids) assertEquals((await talker.answer()).status, 454);
      await talker.untilClosed();
    }
    assertEquals(server.stats().openSessions, WITNESSES);
  });
});

/** What a client may have come to when it vanishes. */
const STATES: Record<string, (server: FlipbookServer, url: string, port: number) => Promise<RtspTalker | LabClient>> = {
  "connected": (server) => RtspTalker.open(server.port),
  "half a request": async (server) => {
    const talker = await RtspTalker.open(server.port);
    await talker.say("DESCRIBE rtsp://127.0.0.1/a RTSP/1.0\r\nCSe");
    return talker;
  },
  "half a frame": async (server) => {
    const talker = await RtspTalker.open(server.port);
    await talker.ask("OPTIONS", "*");
    await talker.say("$\0\x10\0abc");
    return talker;
  },
  "ready by TCP": async (server, url) => {
    const talker = await RtspTalker.open(server.port);
    await setUp(talker, url);
    return talker;
  },
  "ready by UDP": async (server, url, port) => {
    const talker = await RtspTalker.open(server.port);
    await setUp(talker, url, { Transport: `RTP/AVP;unicast;client_port=${port}-${port + 1}` });
    return talker;
  },
  // What came and was not read makes the system send RST instead of FIN.
  "playing by TCP, unread": async (server, url) => {
    const talker = await RtspTalker.open(server.port);
    await talker.say(requestText("PLAY", url, "CSeq: 9", `Session: ${(await setUp(talker, url)).Session}`));
    await eventually(() => server.stats().packets > 10);
    return talker;
  },
  "playing by UDP": async (server, url, port) => {
    const talker = await RtspTalker.open(server.port);
    const session = await setUp(talker, url, { Transport: `RTP/AVP;unicast;client_port=${port}-${port + 1}` });
    await talker.ask("PLAY", url, session);
    return talker;
  },
  "paused": async (server, url) => {
    const talker = await RtspTalker.open(server.port);
    const session = await setUp(talker, url);
    await talker.ask("PLAY", url, session);
    await talker.ask("PAUSE", url, session);
    return talker;
  },
  "playing in the assignment's form": async (server) => {
    const client = await LabClient.open(server.port, LONG_FILM);
    await client.ask("SETUP");
    await client.ask("PLAY");
    return client;
  },
};

Deno.test("S09 T08 a client that vanishes in any state gives everything back within a second", async () => {
  await underFire(async (server, url) => {
    for (const [state, reach] of Object.entries(STATES)) {
      await using ports = new MediaPorts();
      const client = await reach(server, `${url}/${LONG_FILM}`, ports.port);
      await client[Symbol.asyncDispose]();
      await eventually(() => server.stats().openConnections === WITNESSES, () => state);
      assertEquals(server.stats().openSessions, WITNESSES, state);
      const count = ports.rtp.length;
      await new Promise((resolve) => setTimeout(resolve, HEARING_MS));
      assertEquals(ports.rtp.length, count, `${state}: nothing more comes by UDP`);
    }
  });
});

/** Signs of life; each alone keeps a session. */
const SIGNS: Record<
  string,
  (talker: RtspTalker, ports: MediaPorts, url: string, server: [number, number]) => Promise<unknown>
> = {
  OPTIONS: (talker, _, url) => talker.ask("OPTIONS", url),
  GET_PARAMETER: (talker, _, url) => talker.ask("GET_PARAMETER", url),
  SET_PARAMETER: (talker, _, url) => talker.ask("SET_PARAMETER", url),
  "a receiver report": async (_, ports, __, [, rtcp]) => {
    ports.report(writeRtcp([{ kind: "receiver-report", ssrc: 1, reports: [] }]), rtcp);
    await new Promise((resolve) => setTimeout(resolve, HEARING_MS));
  },
};

Deno.test("S10 every sign of life keeps a session; one that is silent ends after the timeout", async () => {
  const clock = new ManualClock();
  await withServer(async (server, url) => {
    for (const [sign, give] of [...Object.entries(SIGNS), ["silence", undefined] as const]) {
      await using talker = await RtspTalker.open(server.port);
      await using ports = new MediaPorts();
      const setup = await talker.ask("SETUP", `${url}/${LAB_FILM}`, {
        Transport: `RTP/AVP;unicast;client_port=${ports.clientPort}`,
      });
      const [, rtp, rtcp] = /server_port=(\d+)-(\d+)/.exec(setup.headers.get("Transport")!)!;
      await talker.ask("PLAY", url, { Session: setup.headers.get("Session")!.split(";")[0]! });
      for (let minute = 0; minute < 3 && give; minute++) {
        clock.advance(55_000);
        await give(talker, ports, `${url}/${LAB_FILM}`, [Number(rtp), Number(rtcp)]);
        assertEquals(server.stats().openSessions, 1, sign);
      }
      clock.advance(65_000);
      assertEquals(server.stats().openSessions, 0, sign);
    }
  }, { clock });
});

Deno.test("S11 the numbers and times of RTP go on over PAUSE, PLAY and a jump back", async () => {
  await underFire(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const session = await setUp(talker, `${url}/${LONG_FILM}`);
    const packets = () => talker.frames.filter(({ channel }) => channel === 0).map(({ data }) => data);
    for (const Range of [undefined, "npt=5-", "npt=1-", undefined]) {
      const seen = packets().length;
      await talker.ask("PLAY", url, { ...session, ...(Range ? { Range } : {}) });
      await talker.until(() => packets().length >= seen + 3);
      await talker.ask("PAUSE", url, session);
    }
    const steps = packets().slice(1).map((data, index) => {
      const [now, before] = [
        new DataView(data.buffer, data.byteOffset),
        new DataView(packets()[index]!.buffer, packets()[index]!.byteOffset),
      ];
      return [(now.getUint16(2) - before.getUint16(2)) & 0xffff, (now.getUint32(4) - before.getUint32(4)) | 0] as const;
    });
    assert(steps.every(([number, time]) => number === 1 && time > 0), JSON.stringify(steps));
  });
});

Deno.test("S16 a stream that is removed between DESCRIBE and SETUP is 404", async () => {
  await underFire(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const picture = makeJpeg(1);
    async function* camera() {
      while (true) yield await Promise.resolve(picture);
    }
    server.addStream("camera", camera(), { frameRate: 50 });
    while ((await talker.ask("DESCRIBE", `${url}/camera`)).status === 503);
    server.removeStream("camera");
    assertEquals((await talker.ask("SETUP", `${url}/camera/track1`, TCP)).status, 404);
  });
});

Deno.test("S18 a wall clock that jumps an hour either way ends no session", async () => {
  class JumpingClock extends ManualClock {
    offset = 0;
    override wallTime(): number {
      return super.wallTime() + this.offset;
    }
  }
  const clock = new JumpingClock();
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    await using ports = new MediaPorts();
    const session = await setUp(talker, `${url}/${LAB_FILM}`, {
      Transport: `RTP/AVP;unicast;client_port=${ports.clientPort}`,
    });
    await talker.ask("PLAY", url, session);
    for (const offset of [3_600_000, -3_600_000]) {
      clock.offset = offset;
      clock.advance(20_000);
      assertEquals([(await talker.ask("GET_PARAMETER", url, session)).status, server.stats().openSessions], [200, 1]);
    }
  }, { clock });
});

/** RFC 2326 appendix A.2 for the methods that this server has, with TEARDOWN in Init refused and PAUSE in Ready allowed. */
const TABLE: Record<string, Record<string, string>> = {
  Init: { SETUP: "Ready" },
  Ready: { SETUP: "Ready", PLAY: "Playing", PAUSE: "Ready", TEARDOWN: "Init" },
  Playing: { PLAY: "Playing", PAUSE: "Ready", TEARDOWN: "Init" },
};

Deno.test("S19 S05 2,000 random commands on one connection are answered as the table of RFC 2326 has them", async () => {
  await underFire(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const random = seededRandom(19);
    const methods = ["SETUP", "PLAY", "PAUSE", "TEARDOWN", "PLAY", "OPTIONS", "GET_PARAMETER"];
    let state = "Init";
    let session: Record<string, string> = {};
    for (let turn = 0; turn < 2000; turn++) {
      const method = methods[random.uint32() % methods.length]!;
      const headers = { ...session, ...(method === "SETUP" ? TCP : {}) };
      const { status, headers: answered } = await talker.ask(method, `${url}/${LONG_FILM}`, headers);
      const next = ["OPTIONS", "GET_PARAMETER"].includes(method) ? state : TABLE[state]![method];
      assertEquals(status, next === undefined ? 455 : 200, `${method} in ${state}, turn ${turn}`);
      if (method === "SETUP" && next) session = { Session: answered.get("Session")!.split(";")[0]! };
      if (method === "TEARDOWN" && next) session = {};
      state = next ?? state;
    }
    assertEquals(server.stats().openSessions, WITNESSES + (state === "Init" ? 0 : 1));
  });
});
