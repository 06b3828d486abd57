import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { RecentFile } from "../../../lib/client/recent/recent_file.ts";
import type { RecentStream } from "../../../lib/client/recent/recent_stream.ts";
import { withMedia } from "../../support/make_film.ts";

const NAME = "recent-streams.json";

function stream(name: string, seen: number): RecentStream {
  return { words: [`rtsp://h/${name}`], seen };
}

async function withFolder(body: (folder: string, warnings: string[]) => Promise<void>): Promise<void> {
  await withMedia({}, (folder) => body(folder, []));
}

Deno.test("RecentFile remembers from run to run, in a folder that it makes when there is something to keep", async () => {
  await withFolder(async (folder, warnings) => {
    const inside = join(folder, "state", "flipbook");
    const warn = (line: string) => void warnings.push(line);
    const file = new RecentFile(inside, warn);
    assertEquals(await file.list(), []);
    assertEquals([...Deno.readDirSync(folder)], []);
    await Promise.all([file.remember(stream("a", 1)), file.remember(stream("b", 2)), file.remember(stream("c", 3))]);
    assertEquals(await new RecentFile(inside, warn).list(), [stream("c", 3), stream("b", 2), stream("a", 1)]);
    assertEquals(await new RecentFile(inside, warn).forget(["rtsp://h/b"]), [stream("c", 3), stream("a", 1)]);
    assertEquals(await file.list(), [stream("c", 3), stream("a", 1)]);
    assertEquals(await file.forget(), []);
    assertEquals([...Deno.readDirSync(inside)].map(({ name }) => name), [NAME]);
    assertEquals(warnings, []);
    if (Deno.build.os !== "windows") {
      assertEquals([inside, join(inside, NAME)].map((path) => Deno.statSync(path).mode! & 0o777), [0o700, 0o600]);
    }
  });
});

Deno.test("RecentFile starts anew where the file is corrupt or huge, and says so once", async () => {
  await withFolder(async (folder, warnings) => {
    const file = new RecentFile(folder, (line) => warnings.push(line));
    await Deno.writeTextFile(join(folder, NAME), '{"version":1,"streams":[{"wor');
    assertEquals([await file.list(), await file.list()], [[], []]);
    assertEquals(warnings.length, 1);
    assertStringIncludes(warnings[0]!, join(folder, NAME));
    await Deno.writeTextFile(join(folder, NAME), " ".repeat(1024 * 1024));
    assertEquals(await file.list(), []);
    assertStringIncludes(warnings[1]!, "1048576 bytes");
    assertEquals(await file.remember(stream("a", 1)), [stream("a", 1)]);
    assertEquals(await new RecentFile(folder, () => {}).list(), [stream("a", 1)]);
  });
});

Deno.test("RecentFile remembers until the end of the run where nothing can be written, and says so once", async () => {
  await withFolder(async (folder, warnings) => {
    const occupied = join(folder, "occupied");
    await Deno.writeTextFile(occupied, "");
    const file = new RecentFile(occupied, (line) => warnings.push(line));
    await file.remember(stream("a", 1));
    assertEquals(await file.remember(stream("b", 2)), [stream("b", 2), stream("a", 1)]);
    assertEquals(await file.list(), [stream("b", 2), stream("a", 1)]);
    assertEquals(warnings.filter((line) => line.includes(`cannot be kept in ${occupied}`)).length, 1);
  });
});

Deno.test("RecentFile leaves the old file and nothing else where the new one cannot take its place", async () => {
  await withFolder(async (folder, warnings) => {
    await Deno.mkdir(join(folder, NAME));
    const file = new RecentFile(folder, (line) => warnings.push(line));
    await file.remember(stream("a", 1));
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), [NAME]);
    assertEquals(warnings.length > 0, true);
  });
});
