import { assert, assertEquals } from "@std/assert";
import { connectTcp } from "../../lib/net/tcp.ts";
import type { ByteStream } from "../../lib/net/tcp.ts";
import { makeJpeg, makeJpegs, makeRawFilm } from "../support/make_film.ts";
import { RtspTalker } from "../support/rtsp_talker.ts";
import { eventually, LONG_FILM, requestText, underFire } from "../support/under_fire.ts";

const WITNESSES = 2;
const LARGE_PICTURES = makeJpegs(3, { width: 2040, height: 2040 });
/** More than any system keeps for a connection whose peer does not read. */
const LARGE_FILM = makeRawFilm(Array.from({ length: 240 }, (_, number) => LARGE_PICTURES[number % 3]!));

Deno.test("X01 connections that ask nothing are bounded, and those who watch lose nothing", async () => {
  await underFire(async (server, url) => {
    const streams: ByteStream[] = [];
    try {
      for (let n = 0; n < 200; n++) streams.push(await connectTcp({ hostname: "127.0.0.1", port: server.port }));
      await eventually(() => server.stats().openConnections <= 64 + WITNESSES);
    } finally {
      for (const stream of streams) stream.close();
    }
    await eventually(() => server.stats().openConnections === WITNESSES);
    await using talker = await RtspTalker.open(server.port);
    assertEquals((await talker.ask("DESCRIBE", `${url}/${LONG_FILM}`)).status, 200);
  });
});

Deno.test("X03 a thousand connections that come, ask and go cost the viewers nothing", async () => {
  await underFire(async (server, url) => {
    const visit = async () => {
      await using talker = await RtspTalker.open(server.port);
      assertEquals((await talker.ask("DESCRIBE", `${url}/${LONG_FILM}`)).status, 200);
    };
    for (let round = 0; round < 40; round++) await Promise.all(Array.from({ length: 25 }, visit));
    await eventually(() => server.stats().openConnections === WITNESSES);
    assertEquals(server.stats().connections, 1000 + WITNESSES);
  });
});

Deno.test("X04 a viewer that never reads loses whole frames, and the others none", async () => {
  await underFire(async (server, url) => {
    const stream = await connectTcp({ hostname: "127.0.0.1", port: server.port });
    try {
      await using talker = await RtspTalker.open(server.port);
      const say = (text: string) => stream.write(new TextEncoder().encode(text));
      await say(requestText("SETUP", `${url}/large.mjpeg`, "CSeq: 1", "Transport: RTP/AVP/TCP;unicast"));
      const [, id] = /Session: (\w+)/.exec(new TextDecoder().decode(await stream.read()))!;
      await say(requestText("PLAY", url, "CSeq: 2", `Session: ${id}`));
      await eventually(() => server.stats().droppedFrames > 5, () => `${server.stats().droppedFrames} frames dropped`);
      assertEquals((await talker.ask("OPTIONS", url)).status, 200);
    } finally {
      stream.close();
    }
    await eventually(() => server.stats().openSessions === WITNESSES);
  }, { files: { "large.mjpeg": LARGE_FILM } });
});

Deno.test("F10 a source that fails ends its own stream and nothing else", async () => {
  await underFire(async (server, url) => {
    async function* broken() {
      for (let n = 0; n < 5; n++) yield await Promise.resolve(makeJpeg(n));
      throw new Error("The camera is gone");
    }
    server.addStream("camera", broken(), { frameRate: 50 });
    await using talker = await RtspTalker.open(server.port);
    const setup = await talker.ask("SETUP", `${url}/camera`, { Transport: "RTP/AVP/TCP" });
    if (setup.status === 200) await talker.ask("PLAY", url, { Session: setup.headers.get("Session")! });
    const gone = async () => (await talker.ask("DESCRIBE", `${url}/camera`)).status === 404;
    let found = await gone();
    while (!found) found = await gone();
    assert(found);
  });
});
