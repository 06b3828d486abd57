import { assert, assertEquals, assertMatch } from "@std/assert";
import { connectTcp } from "../../lib/net/tcp.ts";
import { LAB_FILM, LAB_PICTURES, withServer } from "../support/local_server.ts";
import { MediaPorts, RtspTalker } from "../support/rtsp_talker.ts";

/** Short films, so that a test need not wait for their end. */
const FAST = { frameRate: 100 };

/** What each family of the assignment's clients writes for SETUP, PLAY, PAUSE and TEARDOWN, to the byte. */
const CLIENTS: Record<string, { requests: (port: number) => string[]; reply: RegExp }> = {
  "the basic client": {
    requests: (port) => [
      `SETUP ${LAB_FILM} RTSP/1.0\nCSeq: 1\nTransport: RTP/UDP; client_port= ${port}`,
      `PLAY ${LAB_FILM} RTSP/1.0\nCSeq: 2\nSession: 123456`,
      `PAUSE ${LAB_FILM} RTSP/1.0\nCSeq: 3\nSession: 123456`,
      `TEARDOWN ${LAB_FILM} RTSP/1.0\nCSeq: 4\nSession: 123456`,
    ],
    reply: /^RTSP\/1\.0 200 OK\nCSeq: (\d)\nSession: \d{6}\n(?:[A-Z][\w ]+: .*\n)*$/,
  },
  "the seed text with a colon and blanks before line ends": {
    requests: (port) => [
      `SETUP ${LAB_FILM} RTSP/1.0 \nCSeq: 1 \nTransport: RTP/UDP; client_port: ${port}`,
      `PLAY ${LAB_FILM} RTSP/1.0 \nCseq: 2 \nSession: 123456`,
      `PAUSE ${LAB_FILM} RTSP/1.0 \nSEeq: 3 \nSession: 123456`,
      `TEARDOWN ${LAB_FILM} RTSP/1.0 \nSeq: 4 \nSession: 123456`,
    ],
    reply: /^RTSP\/1\.0 200 OK\nCSeq: (\d)\nSession: \d{6}\n(?:[A-Z][\w ]+: .*\n)*$/,
  },
  "the Java client, three lines with CRLF": {
    requests: (port) => [
      `SETUP ${LAB_FILM} RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/UDP; client_port= ${port}\r\n`,
      `PLAY ${LAB_FILM} RTSP/1.0\r\nCSeq: 2\r\nSession: 123456\r\n`,
      `PAUSE ${LAB_FILM} RTSP/1.0\r\nCSeq: 3\r\nSession: 123456\r\n`,
      `TEARDOWN ${LAB_FILM} RTSP/1.0\r\nCSeq: 4\r\nSession: 123456\r\n`,
    ],
    reply: /^RTSP\/1\.0 200 OK\r\nCSeq: (\d)\r\nSession: \d{6}\r\n$/,
  },
  "tibbers' client without header names": {
    requests: (port) => [
      `SETUP ${LAB_FILM}\n1\n RTSP/1.0 RTP/UDP ${port}`,
      "PLAY \n2",
      "PAUSE \n3",
      "TEARDOWN \n4",
    ],
    reply: /^RTSP\/1\.0 200 OK\nCSeq: (\d)\nSession: \d{6}\n(?:[A-Z][\w ]+: .*\n)*$/,
  },
  "a client with CRLF and an empty line": {
    requests: (port) => [
      `SETUP ${LAB_FILM} RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/UDP;client_port=${port}\r\n\r\n`,
      `PLAY ${LAB_FILM} RTSP/1.0\r\nCSeq: 2\r\nSession: 123456\r\n\r\n`,
      `PAUSE ${LAB_FILM} RTSP/1.0\r\nCSeq: 3\r\nSession: 123456\r\n\r\n`,
      `TEARDOWN ${LAB_FILM} RTSP/1.0\r\nCSeq: 4\r\nSession: 123456\r\n\r\n`,
    ],
    reply: /^RTSP\/1\.0 200 OK\r\nCSeq: (\d)\r\nSession: \d{6}\r\n(?:[A-Z][\w ]+: .*\r\n)*\r\n$/,
  },
  "a client with a URL": {
    requests: (port) => [
      `SETUP rtsp://127.0.0.1:1/${LAB_FILM} RTSP/1.0\nCSeq: 1\nTransport: RTP/UDP; client_port=${port}`,
      `PLAY rtsp://127.0.0.1:1/${LAB_FILM} RTSP/1.0\nCSeq: 2\nSession:  123456`,
      `PAUSE rtsp://127.0.0.1:1/${LAB_FILM} RTSP/1.0\nCSeq: 3\nSession:  123456`,
      `TEARDOWN rtsp://127.0.0.1:1/${LAB_FILM} RTSP/1.0\nCSeq: 4\nSession:  123456`,
    ],
    reply: /^RTSP\/1\.0 200 OK\nCSeq: (\d)\nSession: \d{6}\n(?:[A-Z][\w ]+: .*\n)*$/,
  },
};

for (const [name, { requests, reply }] of Object.entries(CLIENTS)) {
  Deno.test(`${name} plays, pauses, goes on and tears down`, async () => {
    await withServer(async (server) => {
      await using talker = await RtspTalker.open(server.port);
      await using ports = new MediaPorts();
      const [setup, play, pause, teardown] = requests(ports.port);
      const say = async (request: string) => {
        await talker.say(request);
        const text = await talker.text();
        assertMatch(text!, reply);
        return reply.exec(text!)![1];
      };
      assertEquals(await say(setup!), "1");
      assertEquals(await say(play!), "2");
      await ports.until(() => ports.rtp.length >= 3);
      assertEquals(await say(pause!), "3");
      const paused = ports.rtp.length;
      assertEquals(await say(play!.replace(/2(?=\D*(?:Session.*)?\s*$)/, "5")), "5");
      await ports.until(() => ports.rtp.length >= LAB_PICTURES.length);
      assert(paused < LAB_PICTURES.length);
      assertEquals(ports.rtp.map(({ sequence }) => sequence), LAB_PICTURES.map((_, index) => index + 1));
      assertEquals(ports.rtp.map(({ payload }) => payload), LAB_PICTURES);
      assert(ports.rtp.every(({ marker, payloadType, ssrc }) => marker && payloadType === 26 && ssrc === 0));
      assertEquals(ports.rtcp.length, 0);
      assertEquals(await say(teardown!), "4");
    }, FAST);
  });
}

Deno.test("the assignment's clients get a third line with every error, and the connection stays", async () => {
  await withServer(async (server) => {
    await using talker = await RtspTalker.open(server.port);
    await using ports = new MediaPorts();
    const say = async (request: string) => {
      await talker.say(request);
      return await talker.text();
    };
    assertEquals(
      await say(`SETUP none.Mjpeg RTSP/1.0\nCSeq: 1\nTransport: RTP/UDP; client_port= ${ports.port}`),
      "RTSP/1.0 404 Not Found\nCSeq: 1\nSession: 0\n",
    );
    assertMatch(
      (await say(`PLAY none.Mjpeg RTSP/1.0\nCSeq: 2\nSession: 0`))!,
      /^RTSP\/1\.0 455 .*\nCSeq: 2\nSession: 0\n$/,
    );
    assertMatch(
      (await say(`SETUP ${LAB_FILM} RTSP/1.0\nCSeq: 1\nTransport: RTP/UDP; client_port= ${ports.port}`))!,
      /^RTSP\/1\.0 200 OK\nCSeq: 1\nSession: \d{6}\n/,
    );
    assertEquals((await say(`TEARDOWN ${LAB_FILM} RTSP/1.0\nCSeq: 2\nSession: 1`))!.slice(0, 15), "RTSP/1.0 200 OK");
    assertEquals((await say(`TEARDOWN ${LAB_FILM} RTSP/1.0\nCSeq: 3\nSession: 1`))!.slice(0, 15), "RTSP/1.0 200 OK");
  });
});

Deno.test("a request of the assignment's dialect may come in pieces, and two may stick together", async () => {
  await withServer(async (server) => {
    await using talker = await RtspTalker.open(server.port);
    await using ports = new MediaPorts();
    await talker.say(`SETUP ${LAB_FILM} RTSP/1.0\nCS`);
    await talker.say(`eq: 1\nTransport: RTP/UDP; client_port= ${ports.port}`);
    await talker.say(`PLAY ${LAB_FILM} RTSP/1.0\nCSeq: 2\nSession: 0`);
    let replies = "";
    while (!replies.includes("CSeq: 2")) replies += await talker.text();
    assertMatch(replies, /^RTSP\/1\.0 200 OK\nCSeq: 1\n(?:.*\n)*RTSP\/1\.0 200 OK\nCSeq: 2\n/);
    await ports.until(() => ports.rtp.length >= 1);
  });
});

Deno.test("the assignment's client that leaves takes its frames with it", async () => {
  await withServer(async (server) => {
    await using ports = new MediaPorts();
    const stream = await connectTcp({ hostname: "127.0.0.1", port: server.port });
    const say = async (text: string) => {
      await stream.write(new TextEncoder().encode(text));
      await stream.read();
    };
    await say(`SETUP ${LAB_FILM} RTSP/1.0\nCSeq: 1\nTransport: RTP/UDP; client_port= ${ports.port}`);
    await say(`PLAY ${LAB_FILM} RTSP/1.0\nCSeq: 2\nSession: 0`);
    await ports.until(() => ports.rtp.length >= 1);
    assertEquals(server.stats().openSessions, 1);
    stream.close();
    while (server.stats().openSessions > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });
});
