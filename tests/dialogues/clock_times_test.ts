import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { startServer } from "../../lib/server/server.ts";
import { makeJpegs, makeRawFilm, withMedia } from "../support/make_film.ts";
import { RtspTalker } from "../support/rtsp_talker.ts";

const FILM = "film.mjpeg";
const STILL = "still.jpg";
/** 25 frames at 25 a second, and the file was last written at ten past eight: the film began a second before. */
const WRITTEN = Date.UTC(2024, 0, 1, 8, 10, 1) / 1000;

/** A server of one film and one still; `ask` plays ranges of one of them. */
async function withRecording(
  body: (ask: (name: string, ...ranges: string[]) => ReturnType<typeof playRanges>) => Promise<void>,
) {
  const pictures = makeJpegs(25);
  await withMedia({ [FILM]: makeRawFilm(pictures), [STILL]: pictures[0]! }, async (directory) => {
    await Deno.utime(join(directory, FILM), WRITTEN, WRITTEN);
    const server = await startServer({ host: "127.0.0.1", port: 0, media: [directory] });
    try {
      await body((name, ...ranges) => playRanges(`rtsp://127.0.0.1:${server.port}/${name}`, ranges));
    } finally {
      await server.close();
    }
  });
}

/** The answers to PLAY with each of `ranges`, one after the other in one session. */
async function playRanges(url: string, ranges: readonly string[]) {
  await using talker = await RtspTalker.open(Number(new URL(url).port));
  await talker.ask("DESCRIBE", url);
  const setup = await talker.ask("SETUP", `${url}/track1`, { Transport: "RTP/AVP/TCP;unicast;interleaved=0-1" });
  const Session = setup.headers.get("Session")!.split(";")[0]!;
  const answers = [];
  for (const Range of ranges) {
    const { status, headers } = await talker.ask("PLAY", url, { Session, Range });
    answers.push({ status, range: headers.get("Range") });
  }
  return answers;
}

Deno.test("PLAY takes clock times of a film from when its file was last written, and answers in them", async () => {
  await withRecording(async (ask) => {
    const [inside, before] = await ask(
      FILM,
      "clock=20240101T081000.4Z-20240101T081000.8Z",
      "clock=20240101T080000Z-20240101T081000.6Z",
    );
    assertEquals(inside!.status, 200);
    assertEquals(inside!.range, "clock=20240101T081000.4Z-20240101T081000.8Z");
    assertEquals(before!.range, "clock=20240101T081000Z-20240101T081000.6Z");
  });
});

Deno.test("PLAY refuses clock times after the film and of what nobody knows when it was taken", async () => {
  await withRecording(async (ask) => {
    const [after] = await ask(FILM, "clock=20240102T000000Z-");
    assertEquals(after!.status, 457);
    const [still] = await ask(STILL, "clock=20240101T081000Z-");
    assertEquals(still!.status, 457);
  });
});
