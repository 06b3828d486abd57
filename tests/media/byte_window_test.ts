import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { ByteWindow } from "../../lib/media/byte_window.ts";
import { RandomAccessFile } from "../../lib/media/random_access_file.ts";
import { MemoryFile } from "../support/memory_file.ts";
import { withMedia } from "../support/make_film.ts";

const BYTES = Uint8Array.from({ length: 700_000 }, (_, i) => i * 31 + (i >> 9));

async function withWindow(
  body: (window: ByteWindow) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  await withMedia({ "bytes.bin": BYTES }, async (directory) => {
    const file = await RandomAccessFile.open(join(directory, "bytes.bin"));
    await body(new ByteWindow(file, signal));
    file.close();
  });
}

Deno.test("ByteWindow shows at least what was asked for, forward, backward and over its own size", async () => {
  await withWindow(async (window) => {
    for (const [offset, length] of [[0, 10], [200_000, 100_000], [5, 300], [262_140, 9], [100, 600_000]] as const) {
      const bytes = await window.at(offset, length);
      assert(bytes.length >= length);
      assertEquals(bytes.slice(0, length), BYTES.slice(offset, offset + length));
    }
  });
});

Deno.test("ByteWindow shows fewer bytes only where the file ends", async () => {
  await withWindow(async (window) => {
    assertEquals((await window.at(699_000, 5000)).length, 1000);
    assertEquals((await window.at(700_000, 1)).length, 0);
    assertEquals((await window.at(900_000, 1)).length, 0);
    assertEquals((await window.at(10, 4)).slice(0, 4), BYTES.slice(10, 14));
  });
});

Deno.test("ByteWindow reads no byte twice on its way through a file", async () => {
  const file = new MemoryFile(BYTES);
  const window = new ByteWindow(file);
  for (let offset = 0; offset < BYTES.length; offset += 1000) await window.at(offset, 60_000);
  assertEquals(file.bytesRead, BYTES.length);
});

Deno.test("ByteWindow stops when it is told to", async () => {
  const stop = new AbortController();
  await withWindow(async (window) => {
    await window.at(0, 1);
    stop.abort();
    await assertRejects(() => window.at(0, 1), DOMException);
  }, stop.signal);
});

Deno.test("ByteWindow.copy() gives bytes that stay, and reads what is larger than the window into them alone", async () => {
  const file = new MemoryFile(BYTES);
  const window = new ByteWindow(file);
  const small = await window.copy(10, 20);
  const large = await window.copy(5, 600_000);
  assertEquals(file.bytesRead, 256 * 1024 + 600_000);
  await window.at(500_000, 10);
  assertEquals([small, large], [BYTES.slice(10, 30), BYTES.slice(5, 600_005)]);
  assertEquals((await window.copy(699_990, 600_000)).length, 10);
});
