import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { RandomAccessFile, stateOf } from "../../lib/media/random_access_file.ts";
import { withMedia } from "../support/make_film.ts";

const BYTES = Uint8Array.from({ length: 100_000 }, (_, i) => i * 7 + (i >> 8));

async function withFile(body: (file: RandomAccessFile, path: string) => Promise<void>): Promise<void> {
  await withMedia({ "bytes.bin": BYTES }, async (directory) => {
    const path = join(directory, "bytes.bin");
    const file = await RandomAccessFile.open(path);
    await body(file, path);
    file.close();
  });
}

Deno.test("RandomAccessFile reads at positions, also many at once", async () => {
  await withFile(async (file) => {
    const offsets = Array.from({ length: 200 }, (_, i) => (i * 7919) % 99_000);
    const parts = await Promise.all(offsets.map((offset) => file.read(offset, 1000)));
    for (const [i, part] of parts.entries()) assertEquals(part, BYTES.slice(offsets[i]!, offsets[i]! + 1000));
  });
});

Deno.test("RandomAccessFile reads fewer bytes only where the file ends", async () => {
  await withFile(async (file) => {
    assertEquals((await file.read(99_990, 100)).length, 10);
    assertEquals((await file.read(100_000, 100)).length, 0);
    assertEquals((await file.read(1e12, 100)).length, 0);
  });
});

Deno.test("RandomAccessFile finishes reads that are under way when it is closed", async () => {
  await withFile(async (file) => {
    const reading = file.read(5, 50_000);
    file.close();
    assertEquals(await reading, BYTES.slice(5, 50_005));
    await assertRejects(() => file.read(0, 1), Deno.errors.BadResource);
    assertThrows(() => file.state(), Deno.errors.BadResource);
  });
});

Deno.test("RandomAccessFile.state() tells a change", async () => {
  await withFile(async (file, path) => {
    const before = file.state();
    assertEquals(before.size, BYTES.length);
    await Deno.writeFile(path, Uint8Array.of(1), { append: true });
    await Deno.utime(path, 1000, 1000);
    assertEquals(file.state(), { size: BYTES.length + 1, modified: 1_000_000, inode: before.inode });
    assertEquals(await stateOf(path), file.state());
  });
});
