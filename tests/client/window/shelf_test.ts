import { join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import { openShelf, safeName } from "../../../lib/client/window/shelf.ts";
import { makeJpeg } from "../../support/make_film.ts";

Deno.test("openShelf() keeps the picture byte for byte, makes films of each format, and overwrites nothing", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const data = makeJpeg(7);
    const frame = { data, index: 7, mediaTime: undefined, width: 64, height: 48, arrival: 0 };
    const [pictures, films] = [join(folder, "made", "on demand"), join(folder, "films")];
    const shelf = openShelf({ pictures, films });
    const paths = [await shelf.savePicture("movie.Mjpeg", frame), await shelf.savePicture("movie.Mjpeg", frame)];
    assertEquals(paths, [join(pictures, "movie-00007.jpg"), join(pictures, "movie-00007-2.jpg")]);
    for (const path of paths) assertEquals(await Deno.readFile(path), data);
    const made = [];
    for (const format of ["avi", "avi", "mjpeg", "lab"] as const) {
      made.push(await shelf.createFilm("films/a b", format));
    }
    made.forEach(({ film }) => film.close());
    const names = ["films-a-b.avi", "films-a-b-2.avi", "films-a-b.mjpeg"].map((name) => join(films, name));
    assertEquals(made.slice(0, 3).map(({ path }) => path), names);
    // Where upper and lower case are the same the other film has the name.
    assert(/films-a-b(-2)?\.Mjpeg$/.test(made[3]!.path));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("H01 safeName() makes a plain file name of whatever a server calls its stream", () => {
  assertEquals(safeName("../../etc/passwd"), "etc-passwd");
  assertEquals(safeName("C:\\con\0\n\u202e<b>"), "C-con-b");
  assertEquals([safeName("..."), safeName(".mjpeg"), safeName("")], ["stream", "mjpeg", "stream"]);
  assertEquals([safeName("films/day.MJPEG"), safeName("v1.2")], ["films-day", "v1.2"]);
  assertEquals([safeName("nul"), safeName("Con.avi"), safeName("lpt1.x"), safeName("conga")], [
    "stream-nul",
    "stream-Con",
    "stream-lpt1.x",
    "conga",
  ]);
  assert(safeName("x".repeat(5000)).length < 80);
});
