import { assertEquals, assertStringIncludes } from "@std/assert";
import { Keeping, type Shelf } from "../../../lib/client/bridge/keeping.ts";
import { MjpegWriter } from "../../../lib/media/writers/mjpeg_writer.ts";
import { makeJpeg } from "../../support/make_film.ts";

function frame(index: number) {
  return { data: makeJpeg(index), index, mediaTime: index / 25, width: 64, height: 48, arrival: 0 };
}

function shelf(film: Uint8Array[], append?: () => Promise<void>): Shelf {
  const file = {
    size: 0,
    append: append ?? ((bytes: Uint8Array) => {
      film.push(bytes.slice());
      file.size += bytes.length;
      return Promise.resolve();
    }),
    patch: () => Promise.resolve(),
  };
  return {
    pictures: "/pictures",
    films: "/films",
    savePicture: () => Promise.reject(new Error("The disk is full")),
    createFilm: (_, format) =>
      Promise.resolve({ path: `film.${format}`, film: { writer: new MjpegWriter(file), close: () => {} } }),
  };
}

Deno.test("Keeping records what plays between record() and stop(), byte for byte, and tells where", async () => {
  const film: Uint8Array[] = [];
  const told: string[] = [];
  const keeping = new Keeping(shelf(film), (message) => told.push(message));
  keeping.frame(frame(0));
  await Promise.all([keeping.record("film"), keeping.record("film")]);
  for (const index of [1, 2, 3]) keeping.frame(frame(index));
  await keeping.stop();
  keeping.frame(frame(4));
  assertEquals(film, [1, 2, 3].map((index) => makeJpeg(index)));
  assertEquals([told.length, told[0]?.startsWith("Recorded film.avi: "), told[0]?.includes("3 pictures")], [
    1,
    true,
    true,
  ]);
  assertEquals(keeping.recording, undefined);
});

Deno.test("Keeping records in the format that was asked for, and remembers it", async () => {
  const told: string[] = [];
  const keeping = new Keeping(shelf([]), (message) => told.push(message));
  assertEquals(keeping.saving, { pictures: "/pictures", films: "/films", format: undefined });
  for (const format of [undefined, "lab", undefined] as const) {
    await keeping.record("film", format);
    keeping.frame(frame(1));
    assertEquals(keeping.recording?.path, format === undefined && told.length === 0 ? "film.avi" : "film.lab");
    await keeping.stop();
  }
  assertEquals(keeping.saving?.format, "lab");
  assertEquals(told.map((line) => line.split(":")[0]), ["Recorded film.avi", "Recorded film.lab", "Recorded film.lab"]);
});

Deno.test("Keeping says why a recording ended early and why a picture was not saved", async () => {
  const told: string[] = [];
  const full = () => Promise.reject(Object.assign(new Error("No space left on device"), { code: "ENOSPC" }));
  const keeping = new Keeping(shelf([], full), (message) => told.push(message));
  await keeping.record("film");
  keeping.frame(frame(1));
  await keeping.stop();
  await keeping.savePicture("film", frame(1));
  assertEquals(told[0]?.includes("the disk is full"), true);
  assertStringIncludes(told[1]!, "The snapshot could not be saved: The disk is full");
});

Deno.test("Keeping without a shelf keeps nothing", async () => {
  const keeping = new Keeping(undefined, () => {});
  await keeping.record("film");
  assertEquals([keeping.saving, keeping.recording], [undefined, undefined]);
});
