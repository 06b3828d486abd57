import { join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import { openFolder, pictureFolder, safeName } from "../../../lib/client/window/picture_folder.ts";
import { makeJpeg } from "../../support/make_film.ts";

Deno.test("openFolder() keeps the picture byte for byte, makes films, and overwrites nothing", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const data = makeJpeg(7);
    const frame = { data, index: 7, mediaTime: undefined, width: 64, height: 48, arrival: 0 };
    const inside = join(folder, "made", "on demand");
    const shelf = openFolder(inside);
    const paths = [await shelf.savePicture("movie.Mjpeg", frame), await shelf.savePicture("movie.Mjpeg", frame)];
    assertEquals(paths, [join(inside, "movie.Mjpeg-00007.jpg"), join(inside, "movie.Mjpeg-00007-2.jpg")]);
    for (const path of paths) assertEquals(await Deno.readFile(path), data);
    const films = [await shelf.createFilm("movie.Mjpeg"), await shelf.createFilm("movie.Mjpeg")];
    films.forEach(({ film }) => film.close());
    const names = ["movie.Mjpeg-recording.avi", "movie.Mjpeg-recording-2.avi"];
    assertEquals(films.map(({ path }) => path), names.map((name) => join(inside, name)));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("H01 safeName() makes a plain file name of whatever a server calls its stream", () => {
  assertEquals(safeName("../../etc/passwd"), "etc-passwd");
  assertEquals(safeName("C:\\con\0\n\u202e<b>"), "C-con-b");
  assertEquals(safeName("..."), "stream");
  assert(safeName("x".repeat(5000)).length < 80);
});

Deno.test("pictureFolder() stands in the person's own folder for pictures", () => {
  const folder = (values: Record<string, string>) => pictureFolder({ get: (name) => values[name] });
  assertEquals(folder({ HOME: join("home", "ann") }), join("home", "ann", "Pictures", "Flipbook"));
  assertEquals(folder({ USERPROFILE: "ann", HOME: "" }), join("ann", "Pictures", "Flipbook"));
  assertEquals(folder({ XDG_PICTURES_DIR: "Bilder", HOME: "ann" }), join("Bilder", "Flipbook"));
  assertEquals(folder({}), undefined);
  const closed = () => {
    throw new Deno.errors.NotCapable("Requires env access");
  };
  assertEquals(pictureFolder({ get: closed }), undefined);
});
