import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { decode } from "imagescript";
import { drawIcons } from "../../.ci/release/draw_icon.ts";

Deno.test("drawIcons() makes a picture with clear corners for each system", async () => {
  const folder = await Deno.makeTempDir({ prefix: "flipbook-test-" });
  try {
    assertEquals(await drawIcons(folder), join(folder, "flipbook.ico"));
    const image = await decode(await Deno.readFile(join(folder, "flipbook.png")));
    assert("bitmap" in image);
    assertEquals([image.width, image.height, image.bitmap[3]], [512, 512, 0]);
    for (const name of ["flipbook.ico", "flipbook.icns"]) assert((await Deno.stat(join(folder, name))).size > 10_000);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
