import { join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import { pictureFolder, saveSnapshot, snapshotName } from "../../../lib/client/window/snapshot.ts";
import { makeJpeg } from "../../support/make_film.ts";

Deno.test("saveSnapshot() writes the picture byte for byte, and overwrites nothing", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const data = makeJpeg(7);
    const frame = { data, index: 7, mediaTime: undefined, width: 64, height: 48, arrival: 0 };
    const inside = join(folder, "made", "on demand");
    const paths = [await saveSnapshot(inside, "movie.Mjpeg", frame), await saveSnapshot(inside, "movie.Mjpeg", frame)];
    assertEquals(paths, [join(inside, "movie.Mjpeg-00007.jpg"), join(inside, "movie.Mjpeg-00007-2.jpg")]);
    for (const path of paths) assertEquals(await Deno.readFile(path), data);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("H01 snapshotName() makes a plain file name of whatever a server calls its stream", () => {
  assertEquals(snapshotName("../../etc/passwd", 3), "etc-passwd-00003");
  assertEquals(snapshotName("C:\\con\0\n\u202e<b>", 123456), "C-con-b-123456");
  assertEquals(snapshotName("...", 0), "stream-00000");
  assert(snapshotName("x".repeat(5000), 0).length < 80);
});

Deno.test("pictureFolder() stands in the person's own folder for pictures", () => {
  const folder = (values: Record<string, string>) => pictureFolder({ get: (name) => values[name] });
  assertEquals(folder({ HOME: join("home", "ann") }), join("home", "ann", "Pictures", "Flipbook"));
  assertEquals(folder({ USERPROFILE: "ann", HOME: "" }), join("ann", "Pictures", "Flipbook"));
  assertEquals(folder({ XDG_PICTURES_DIR: "Bilder", HOME: "ann" }), join("Bilder", "Flipbook"));
  assertEquals(folder({}), undefined);
});
