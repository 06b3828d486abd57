import { assertEquals } from "@std/assert";
import { MAX_WAITING_BYTES, Recorder } from "../../../lib/client/record/recorder.ts";
import type { ReceivedFrame } from "../../../lib/client/player.ts";
import { LabWriter } from "../../../lib/media/writers/lab_writer.ts";
import { AviWriter } from "../../../lib/media/writers/avi_writer.ts";
import type { FilmFrame, FilmWriter } from "../../../lib/media/writers/film_writer.ts";
import { makeJpegs } from "../../support/make_film.ts";
import { settle } from "../../support/manual_clock.ts";
import { diskFull, MemoryTarget, readFilm } from "../../support/written_film.ts";

const JPEGS = makeJpegs(6);

function frame(data: Uint8Array<ArrayBuffer>, index: number): ReceivedFrame {
  return { data, index, mediaTime: index / 25, width: 64, height: 48, arrival: index * 40 };
}

function opened(writer: FilmWriter) {
  const film = { writer, closed: 0, close: () => film.closed++ };
  return { film, recorder: new Recorder(film) };
}

Deno.test("Recorder keeps every picture with its time, and tells how far it is", async () => {
  const target = new MemoryTarget();
  const { film, recorder } = opened(new AviWriter(target));
  JPEGS.forEach((data, index) => recorder.frame(frame(data, index)));
  assertEquals([await recorder.stop(), film.closed], [undefined, 1]);
  const { frames, bytes, seconds, dropped } = recorder.progress;
  assertEquals([frames, bytes, seconds.toFixed(2), dropped], [6, target.size, "0.20", 0]);
  const read = await readFilm("film.avi", target.bytes);
  assertEquals([read.pictures, read.rate], [JPEGS, 25]);
  recorder.frame(frame(JPEGS[0]!, 7));
  assertEquals([await recorder.stop(), recorder.progress.frames, film.closed], [undefined, 6, 1]);
});

Deno.test("F04 Recorder ends with the cause when the disk is full, and the film plays", async () => {
  const target = new MemoryTarget();
  const { film, recorder } = opened(new LabWriter(target));
  target.capacity = 3 * (5 + JPEGS[0]!.length) + 100;
  for (const [index, data] of JPEGS.entries()) {
    recorder.frame(frame(data, index));
    await settle();
  }
  assertEquals(await recorder.ended, "The recording has ended: the disk is full, make room. What was written plays.");
  assertEquals([film.closed, recorder.progress.frames], [1, 3]);
  assertEquals((await readFilm("film.Mjpeg", target.bytes)).pictures, JPEGS.slice(0, 3));
});

Deno.test("Recorder says what the format cannot hold", async () => {
  const { recorder } = opened(new LabWriter(new MemoryTarget()));
  recorder.frame(frame(new Uint8Array(100_000), 0));
  assertEquals(
    await recorder.ended,
    "The recording has ended: Cannot write a picture of 100000 bytes in the assignment's format: it ends at 99999. What was written plays.",
  );
});

Deno.test("Recorder leaves pictures out rather than wait for a slow disk", async () => {
  const kept: FilmFrame[] = [];
  const gate = Promise.withResolvers<void>();
  const slow: FilmWriter = {
    size: 0,
    write: async (next) => {
      await gate.promise;
      kept.push(next);
    },
    finish: () => Promise.reject(diskFull()),
  };
  const { recorder } = opened(slow);
  const data = new Uint8Array(MAX_WAITING_BYTES / 4);
  for (let index = 0; index < 7; index++) recorder.frame(frame(data, index));
  assertEquals(recorder.progress.dropped, 3);
  gate.resolve();
  assertEquals([await recorder.stop(), kept.length], [
    "The recording has ended: the disk is full, make room. What was written plays.",
    4,
  ]);
});
