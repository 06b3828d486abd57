import { concatBytes } from "../../lib/core/bytes.ts";
import { pipe } from "./jpeg_programs.ts";
import { filmPictures } from "./page_stage.ts";

const PICTURES = 75;

/** Writes the first pictures of the film with a restart marker after each row of blocks: what can be repaired. */
export async function writeRepairableFilm(path: string): Promise<void> {
  const marked = [];
  for (const picture of (await filmPictures()).slice(0, PICTURES)) {
    marked.push(await pipe("jpegtran", ["-restart", "1"], picture));
  }
  await Deno.writeFile(path, concatBytes(marked));
}
