import { assertEquals, assertRejects } from "@std/assert";
import { DiskFile } from "../../../lib/media/writers/disk_file.ts";
import { withMedia } from "../../support/make_film.ts";

Deno.test("DiskFile appends behind what it patched, and patches only what is there", async () => {
  await withMedia({}, async (directory) => {
    const file = await DiskFile.create(`${directory}/a`, { replace: false });
    try {
      await file.append(new Uint8Array([1, 2, 3]));
      await file.patch(1, new Uint8Array([9]));
      await file.append(new Uint8Array([4]));
      await assertRejects(() => file.patch(3, new Uint8Array(2)), RangeError);
      assertEquals(file.size, 4);
    } finally {
      file.close();
    }
    assertEquals(await Deno.readFile(`${directory}/a`), new Uint8Array([1, 9, 3, 4]));
  });
});
