import { assert, assertEquals, assertRejects } from "@std/assert";
import { MAX_PARTS } from "../../../lib/media/writers/avi_header.ts";
import { AviWriter } from "../../../lib/media/writers/avi_writer.ts";
import { makeJpegs } from "../../support/make_film.ts";
import { framesOf, MemoryTarget, readFilm } from "../../support/written_film.ts";

const JPEGS = makeJpegs(9);

async function written(rate: number, options: { partSize?: number; finish?: boolean } = {}): Promise<MemoryTarget> {
  const file = new MemoryTarget();
  const writer = new AviWriter(file, options.partSize ? { partSize: options.partSize } : {});
  for (const frame of framesOf(JPEGS, rate)) await writer.write(frame);
  if (options.finish !== false) await writer.finish();
  assertEquals(writer.size, file.bytes.length);
  return file;
}

Deno.test("AviWriter writes a film with its pictures' own bytes and true rate", async () => {
  for (const rate of [5, 25, 30000 / 1001]) {
    const film = await readFilm("film.avi", (await written(rate)).bytes);
    assertEquals(film.pictures, JPEGS);
    assert(Math.abs(film.rate - rate) < 1e-4, `${film.rate}`);
  }
});

Deno.test("AviWriter writes OpenDML parts that each have an index", async () => {
  const file = await written(25, { partSize: 3000 });
  const parts = new TextDecoder("latin1").decode(file.bytes).split("AVIX").length;
  assertEquals((await readFilm("film.avi", file.bytes)).pictures, JPEGS);
  assert(parts > 2, `${parts} parts`);
});

Deno.test("F01 AviWriter leaves a film that plays whenever it is killed, without the picture in flight at most", async () => {
  for (const partSize of [1e9, 3000]) {
    const file = await written(25, { partSize, finish: false });
    let whole = 0;
    const seen = new Set<number>();
    for (const state of file.states.slice(1)) {
      const { pictures } = await readFilm("film.avi", state).catch(() => ({ pictures: [] }));
      assertEquals(pictures, JPEGS.slice(0, pictures.length));
      assert(pictures.length >= whole, `${pictures.length} of ${whole}`);
      whole = pictures.length;
      seen.add(whole);
    }
    assertEquals([whole, seen.size >= JPEGS.length], [JPEGS.length, true]);
  }
});

Deno.test("AviWriter writes nothing without a picture, and not without end", async () => {
  const file = new MemoryTarget();
  await new AviWriter(file).finish();
  assertEquals(file.size, 0);
  const writer = new AviWriter(file, { partSize: 1 });
  const [frame] = framesOf(JPEGS, 25);
  for (let part = 0; part < MAX_PARTS; part++) {
    file.states.length = 0;
    await writer.write(frame!);
  }
  await assertRejects(() => writer.write(frame!), RangeError, "more than 256 parts");
});

Deno.test("F01 AviWriter's lengths tell of every picture as soon as it is written", async () => {
  const file = new MemoryTarget();
  const writer = new AviWriter(file);
  for (const [index, frame] of framesOf(JPEGS, 25).entries()) {
    await writer.write(frame);
    const view = new DataView(file.bytes.buffer);
    const movi = new TextDecoder("latin1").decode(file.bytes).indexOf("movi");
    assertEquals([view.getUint32(4, true) + 8, view.getUint32(movi - 4, true) + movi], [file.size, file.size]);
    assertEquals([view.getUint32(48, true), view.getUint32(140, true)], [index + 1, index + 1]);
  }
});

Deno.test("F01 AviWriter's lengths of a further part follow it too", async () => {
  const file = await written(25, { partSize: 3000, finish: false });
  const text = new TextDecoder("latin1").decode(file.bytes);
  const part = text.lastIndexOf("AVIX") - 8;
  const view = new DataView(file.bytes.buffer);
  assertEquals([view.getUint32(part + 4, true) + part + 8, view.getUint32(part + 16, true) + part + 20], [
    file.size,
    file.size,
  ]);
  assertEquals(view.getUint32(4, true) + 8, text.indexOf("RIFF", 4));
});
