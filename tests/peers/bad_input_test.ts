import { assert, assertEquals, assertMatch } from "@std/assert";
import { encodeText } from "../../lib/core/bytes.ts";
import { play } from "../../lib/client/play.ts";
import { LabClient } from "../support/lab_client.ts";
import { makeJpegs, makeLabFilm, makeRawFilm, withMedia } from "../support/make_film.ts";
import { lastObject, type ProgramEnd, runProgram } from "../support/program.ts";
import { RtspTalker } from "../support/rtsp_talker.ts";
import { ServerProcess } from "../support/server_process.ts";

const PICTURES = makeJpegs(200, { width: 320, height: 240 });
const LAB_FILM = makeLabFilm(PICTURES.slice(0, 20));

/** A directory as a careless user may have it. */
const MEDIA = {
  "good.mjpeg": makeRawFilm(PICTURES),
  "short.Mjpeg": LAB_FILM,
  "cut.Mjpeg": LAB_FILM.slice(0, -100),
  "cut.mjpeg": makeRawFilm(PICTURES.slice(0, 20)).slice(0, -100),
  "empty.mjpeg": new Uint8Array(0),
  "page.mjpeg": encodeText("<!doctype html><title>Not found</title>".repeat(50)),
};

/** A player without a window, that tries no second time and says what it finds. */
function headless(...words: string[]): Promise<ProgramEnd> {
  return runProgram("client.ts", ["--headless", "--json", ...words]);
}

function assertOneLine({ code, errors }: ProgramEnd, expectedCode: number, words: RegExp): void {
  assertEquals([code, errors.length], [expectedCode, 1], errors.join("\n"));
  assertMatch(errors[0]!, words);
}

/** Plays the good film and returns the numbers of the pictures that came, until all the bad ones have had their turn. */
async function playWhile(url: string, transport: "udp" | "tcp", trouble: Promise<unknown>): Promise<void> {
  let over = false;
  void trouble.finally(() => over = true).catch(() => {});
  let rounds = 0;
  while (!over || rounds === 0) {
    const numbers: number[] = [];
    for await (const { index } of play(url, { transport })) numbers.push(index);
    assertEquals(numbers, PICTURES.map((_, number) => number), `round ${rounds} by ${transport}`);
    rounds++;
  }
}

Deno.test("films that cannot be played are refused in one clear line, and viewers of the good one lose nothing", async () => {
  await withMedia(MEDIA, async (directory) => {
    await using server = await ServerProcess.start(directory, "--fps", "50");
    const base = `rtsp://127.0.0.1:${server.port}`;
    const trouble = (async () => {
      const [unknown, empty, page, lab] = await Promise.all([
        headless(`${base}/none.mjpeg`),
        headless(`${base}/empty.mjpeg`),
        headless(`${base}/page.mjpeg`),
        headless("127.0.0.1", String(server.port), "0", "none.Mjpeg"),
      ]);
      assertOneLine(unknown, 1, /^No stream named none\.mjpeg on 127\.0\.0\.1/);
      assertOneLine(empty, 1, /empty\.mjpeg.*empty/);
      assertOneLine(page, 1, /page\.mjpeg.*415/);
      assertOneLine(lab, 1, /none\.Mjpeg/);
      const [cutLab, cutRaw] = await Promise.all([headless(`${base}/cut.Mjpeg`), headless(`${base}/cut.mjpeg`)]);
      for (const cut of [cutLab, cutRaw]) {
        assertEquals([cut.code, cut.errors], [0, []]);
        const { frames, lost_packets, dropped_frames } = lastObject(cut);
        assertEquals([frames, lost_packets, dropped_frames], [19, 0, 0]);
      }
    })();
    const film = server.url("good.mjpeg");
    await Promise.all([playWhile(film, "udp", trouble), playWhile(film, "tcp", trouble), trouble]);
    await using talker = await RtspTalker.open(server.port);
    const statusOf = async (name: string) => (await talker.ask("DESCRIBE", `${base}/${name}`)).status;
    assertEquals(await statusOf("none.mjpeg"), 404);
    for (const name of ["empty.mjpeg", "page.mjpeg"]) assertEquals(await statusOf(name), 415, name);
    assertEquals(await statusOf("good.mjpeg"), 200);
    assert(!/unhandled|at file:|Uncaught/i.test(server.log), server.log);
  });
});

Deno.test("F11 the server says in one line why it cannot start, and ends with the right code", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    const port = String(taken.addr.port);
    const [missing, busy, option, word] = await Promise.all([
      runProgram("server.ts", ["--host", "127.0.0.1", "0", "no such directory"]),
      runProgram("server.ts", ["--host", "127.0.0.1", port, "media"]),
      runProgram("server.ts", ["--no-such-option"]),
      runProgram("server.ts", ["--port", "70000"]),
    ]);
    assertOneLine(missing, 1, /no such directory/);
    assertOneLine(busy, 1, new RegExp(`Cannot listen on 127\\.0\\.0\\.1:${port}: the port is in use`));
    assertOneLine(option, 2, /--no-such-option/);
    assertOneLine(word, 2, /70000/);
  } finally {
    taken.close();
  }
});

Deno.test("the player says in one line why it cannot play, and ends with the right code", async () => {
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = free.addr.port;
  free.close();
  const [nobody, scheme, number, none, lab] = await Promise.all([
    headless(`rtsp://127.0.0.1:${port}/film.mjpeg`),
    headless("http://127.0.0.1/film.mjpeg"),
    headless("rtsp://127.0.0.1:99999/film.mjpeg"),
    headless(),
    headless("127.0.0.1", String(port), "0", "movie.Mjpeg"),
  ]);
  assertOneLine(nobody, 1, new RegExp(`^No server answers on 127\\.0\\.0\\.1:${port}`));
  assertOneLine(scheme, 2, /rtsp:\/\//);
  assertOneLine(number, 1, /99999/);
  assertOneLine(none, 2, /Nothing to play/);
  assertOneLine(lab, 1, new RegExp(`^No server answers on 127\\.0\\.0\\.1:${port}`));
});

for (const transport of ["udp", "tcp"]) {
  Deno.test(`a server killed while it plays by ${transport} ends the player with one line and code 1`, async () => {
    await withMedia(MEDIA, async (directory) => {
      await using server = await ServerProcess.start(directory, "--fps", "25");
      const words = ["--headless", "--json", "--transport", transport, server.url("good.mjpeg")];
      let killed = false;
      const end = await runProgram("client.ts", words, {
        onOutput: (text) => {
          if (!killed && /"frames":[1-9]/.test(text)) server.signal("SIGKILL");
          killed ||= /"frames":[1-9]/.test(text);
        },
      });
      assertOneLine(end, 1, /server/);
      assertEquals(lastObject(end).state, "INIT");
    });
  });
}

Deno.test("a stdout that nobody reads ends the player at its first line, and the server not at all", async () => {
  await withMedia(MEDIA, async (directory) => {
    await using server = await ServerProcess.start(directory, "--fps", "50");
    const words = ["--headless", "--json", server.url("good.mjpeg")];
    const stop = new AbortController();
    let serving = true;
    const [client, other] = await Promise.all([
      runProgram("client.ts", words, { closedStdout: true }).finally(() => stop.abort()),
      runProgram("server.ts", ["--host", "127.0.0.1", "0", directory], { closedStdout: true, signal: stop.signal })
        .finally(() => serving = stop.signal.aborted),
    ]);
    assert(serving);
    assertEquals([client.code, client.errors], [0, []]);
    assert(!other.errors.some((line) => /^\s+at |Uncaught|BrokenPipe/.test(line)), other.errors.join("\n"));
    // The server still serves after all that.
    await using viewer = await LabClient.open(server.port, "short.Mjpeg");
    await viewer.ask("SETUP");
    await viewer.ask("PLAY");
    await viewer.until(() => viewer.pictures.length === 20);
  });
});
