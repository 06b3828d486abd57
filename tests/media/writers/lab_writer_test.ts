import { assertEquals, assertRejects } from "@std/assert";
import { LabWriter } from "../../../lib/media/writers/lab_writer.ts";
import { makeJpegs, makeLabFilm } from "../../support/make_film.ts";
import { framesOf, MemoryTarget } from "../../support/written_film.ts";

Deno.test("LabWriter writes five digits before each picture", async () => {
  const file = new MemoryTarget();
  const writer = new LabWriter(file);
  const jpegs = makeJpegs(4);
  for (const frame of framesOf(jpegs, 20)) await writer.write(frame);
  await writer.finish();
  assertEquals([file.bytes, writer.size], [makeLabFilm(jpegs), file.bytes.length]);
});

Deno.test("LabWriter refuses a picture whose length needs a sixth digit", async () => {
  const writer = new LabWriter(new MemoryTarget());
  const [small, large] = framesOf([new Uint8Array(99_999), new Uint8Array(100_000)], 20);
  await writer.write(small!);
  await assertRejects(() => writer.write(large!), RangeError, "100000 bytes in the assignment's format");
  assertEquals(writer.size, 5 + 99_999);
});
