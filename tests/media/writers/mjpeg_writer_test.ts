import { assertEquals } from "@std/assert";
import { MjpegWriter } from "../../../lib/media/writers/mjpeg_writer.ts";
import { makeJpegs } from "../../support/make_film.ts";
import { framesOf, MemoryTarget, readFilm } from "../../support/written_film.ts";

Deno.test("MjpegWriter writes the pictures as they are", async () => {
  const file = new MemoryTarget();
  const writer = new MjpegWriter(file);
  const jpegs = makeJpegs(4);
  for (const frame of framesOf(jpegs, 20)) await writer.write(frame);
  await writer.finish();
  assertEquals([(await readFilm("film.mjpeg", file.bytes)).pictures, writer.size], [jpegs, file.bytes.length]);
});
