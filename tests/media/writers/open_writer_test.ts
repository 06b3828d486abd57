import { assertEquals, assertRejects } from "@std/assert";
import { AviWriter } from "../../../lib/media/writers/avi_writer.ts";
import { LabWriter } from "../../../lib/media/writers/lab_writer.ts";
import { MjpegWriter } from "../../../lib/media/writers/mjpeg_writer.ts";
import { createFilm, writerFor } from "../../../lib/media/writers/open_writer.ts";
import { makeJpegs, withMedia } from "../../support/make_film.ts";
import { framesOf, MemoryTarget, readFilm } from "../../support/written_film.ts";

Deno.test("writerFor() tells the format by the ending", () => {
  const kinds = ["a.avi", "a.AVI", "a.mjpeg", "b/a.mjpg", "movie.Mjpeg"].map((path) =>
    writerFor(path)?.(new MemoryTarget()).constructor
  );
  assertEquals(kinds, [AviWriter, AviWriter, MjpegWriter, MjpegWriter, LabWriter]);
  assertEquals(["a.mp4", "avi", ""].map(writerFor), [undefined, undefined, undefined]);
});

Deno.test("createFilm() makes a film on the disk, and replaces none unless told to", async () => {
  await withMedia({}, async (directory) => {
    const path = `${directory}/film.avi`;
    for (const count of [5, 3]) {
      const film = await createFilm(path, { replace: count === 3 });
      for (const frame of framesOf(makeJpegs(count), 25)) await film.writer.write(frame);
      await film.writer.finish();
      film.close();
      assertEquals((await readFilm("film.avi", await Deno.readFile(path))).pictures, makeJpegs(count));
      await assertRejects(() => createFilm(path, { replace: false }), Deno.errors.AlreadyExists);
    }
    await assertRejects(() => createFilm(`${directory}/a.mp4`, { replace: true }), TypeError, "Cannot tell the format");
  });
});
