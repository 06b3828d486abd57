import { assertEquals, assertNotEquals } from "@std/assert";
import { basename, dirname, join } from "@std/path";
import { copyLibrary } from "../../../lib/client/window/library_copy.ts";

/** Calls `test` with a library to copy and a cache directory that does not exist yet. */
async function withLibrary(test: (library: string, cache: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "flipbook-test-" });
  try {
    const library = join(folder, "libwindow.so");
    await Deno.writeFile(library, Uint8Array.of(1, 2, 3));
    test(library, join(folder, "cache"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function files(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}

Deno.test("copyLibrary() keeps one copy in the cache and writes it only once", () =>
  withLibrary((library, cache) => {
    const first = copyLibrary(library, cache);
    first.remove();
    assertEquals(Deno.readFileSync(first.path), Uint8Array.of(1, 2, 3));
    Deno.utimeSync(first.path, 1, 1);
    const second = copyLibrary(library, cache);
    assertEquals(second.path, first.path);
    assertEquals(Deno.statSync(second.path).mtime, new Date(1000));
    assertEquals(files(dirname(first.path)), ["libwindow.so"]);
  }));

Deno.test("copyLibrary() replaces a copy that is not the library", () =>
  withLibrary((library, cache) => {
    const { path } = copyLibrary(library, cache);
    Deno.writeFileSync(path, Uint8Array.of(1, 2, 4));
    assertEquals(copyLibrary(library, cache).path, path);
    assertEquals(Deno.readFileSync(path), Uint8Array.of(1, 2, 3));
    assertEquals(files(dirname(path)), ["libwindow.so"]);
  }));

Deno.test("copyLibrary() without a usable cache makes a copy for this run and takes it away", () =>
  withLibrary((library, cache) => {
    Deno.writeFileSync(cache, new Uint8Array());
    const occupied = `${cache}-2`;
    Deno.mkdirSync(join(occupied, "window", "libwindow.so"), { recursive: true });
    for (const unusable of [undefined, cache, occupied]) {
      const { path, remove } = copyLibrary(library, unusable);
      assertNotEquals(dirname(path), cache);
      assertEquals([basename(path), Deno.readFileSync(path)], ["libwindow.so", Uint8Array.of(1, 2, 3)]);
      remove();
      assertEquals(files(dirname(dirname(path))).includes(basename(dirname(path))), false);
    }
  }));
