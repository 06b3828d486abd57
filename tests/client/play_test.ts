import { assert, assertEquals, assertRejects } from "@std/assert";
import { play } from "../../lib/client/play.ts";
import { Player, PlayerError, type PlayerOptions, type ReceivedFrame, type Source } from "../../lib/client/player.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { startServer } from "../../lib/server/server.ts";
import { startLabServer } from "../support/lab_server.ts";
import { makeJpegs, makeLabFilm, makeRawFilm, withMedia } from "../support/make_film.ts";

const FILM = makeJpegs(30, { width: 320, height: 240 });

async function withServer(body: (port: number) => Promise<void>): Promise<void> {
  await withMedia({ "film.mjpeg": makeRawFilm(FILM), "lab.Mjpeg": makeLabFilm(FILM) }, async (directory) => {
    const server = await startServer({ host: "127.0.0.1", port: 0, media: [directory], frameRate: 100 });
    try {
      await body(server.port);
    } finally {
      await server.close();
    }
  });
}

/** All frames until the film ends. */
async function playToEnd(source: Source, options: PlayerOptions): Promise<ReceivedFrame[]> {
  const frames: ReceivedFrame[] = [];
  const end = Promise.withResolvers<void>();
  const player = new Player(source, options, {
    frame: (frame) => frames.push(frame),
    ended: () => end.resolve(),
    problem: ({ message }) => end.reject(new Error(message)),
  });
  try {
    await player.play();
    await end.promise;
  } finally {
    await player.close();
  }
  return frames;
}

for (const transport of ["udp", "tcp"] as const) {
  Deno.test(`play() yields every frame of a film by ${transport}, with the pictures' own bits`, async () => {
    await withServer(async (port) => {
      const frames: ReceivedFrame[] = [];
      for await (const frame of play(`rtsp://127.0.0.1:${port}/film.mjpeg`, { transport })) frames.push(frame);
      assertEquals(frames.map(({ index }) => index), FILM.map((_, index) => index));
      frames.forEach(({ data }, at) => {
        const [received, sent] = [parseJpeg(data), parseJpeg(FILM[at]!)];
        assertEquals(received.scans[0]!.data, sent.scans[0]!.data);
        assertEquals(received.quantization, sent.quantization);
      });
    });
  });
}

Deno.test("play() from the middle yields the rest, and leaving the loop ends the session", async () => {
  await withServer(async (port) => {
    const url = `rtsp://127.0.0.1:${port}/film.mjpeg`;
    for await (const frame of play(url, { from: 0.1, transport: "tcp" })) {
      assertEquals(frame.index, 10);
      break;
    }
  });
});

Deno.test("play() throws a problem in words for a person", async () => {
  await withServer(async (port) => {
    const frames = play(`rtsp://127.0.0.1:${port}/none.mjpeg`);
    await assertRejects(() => frames.next(), PlayerError, "No stream named none.mjpeg");
  });
});

Deno.test("Player plays from Flipbook's own server in the assignment's dialect, byte for byte", async () => {
  await withServer(async (port) => {
    const source = { kind: "lab", host: "127.0.0.1", port, rtpPort: 0, file: "lab.Mjpeg" } as const;
    const frames = await playToEnd(source, { timeouts: { endSilence: 300 } });
    assertEquals(frames.length, FILM.length);
    assert(frames.every(({ data }, at) => data.every((byte, index) => byte === FILM[at]![index])));
  });
});

Deno.test("Player plays from a scripted server of the assignment over real sockets", async () => {
  const server = startLabServer({ films: { "movie.Mjpeg": FILM }, interval: 5 });
  const source = { kind: "lab", host: "127.0.0.1", port: server.port, rtpPort: 0, file: "movie.Mjpeg" } as const;
  try {
    const frames = await playToEnd(source, { timeouts: { endSilence: 300 } });
    assertEquals(frames.map(({ data }) => data), FILM);
  } finally {
    await server.close();
  }
});

Deno.test("Player seeks and steps to exactly the picture that was meant", async () => {
  await withServer(async (port) => {
    const shown: ReceivedFrame[] = [];
    const url = `rtsp://127.0.0.1:${port}/film.mjpeg`;
    const player = new Player({ kind: "rtsp", url }, { transport: "udp" }, { frame: (frame) => shown.push(frame) });
    try {
      for (const index of [17, 3, 29, 0]) await player.seek(index / 100);
      for (const direction of [1, 1, 1, -1, -1] as const) await player.step(direction);
      assertEquals(shown.map(({ index }) => index), [17, 3, 29, 0, 1, 2, 3, 2, 1]);
      await player.play({ from: 0.2 });
      await player.seek(0.1);
      assertEquals(player.state, "PLAYING");
      for (const { index, data } of shown) {
        assertEquals(parseJpeg(data).scans[0]!.data, parseJpeg(FILM[index]!).scans[0]!.data);
      }
    } finally {
      await player.close();
    }
  });
});

Deno.test("F12 Player has the picture back within 3 s of a server's restart", async () => {
  await withMedia({ "film.mjpeg": makeRawFilm(FILM) }, async (directory) => {
    const options = { host: "127.0.0.1", media: [directory], frameRate: 10 };
    const first = await startServer({ ...options, port: 0 });
    const url = `rtsp://127.0.0.1:${first.port}/film.mjpeg`;
    const { promise: playing, resolve: started } = Promise.withResolvers<void>();
    const { promise: back, resolve: cameBack } = Promise.withResolvers<ReceivedFrame>();
    let away = false;
    const player = new Player({ kind: "rtsp", url }, { transport: "tcp", reconnect: true }, {
      frame: (frame) => {
        started();
        if (away) cameBack(frame);
      },
    });
    await player.play();
    await playing;
    await first.close();
    away = true;
    const second = await startServer({ ...options, port: first.port });
    try {
      const frame = await back;
      assertEquals([frame.index > 0, player.state], [true, "PLAYING"]);
    } finally {
      await player.close();
      await second.close();
    }
  });
});
