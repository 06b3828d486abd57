import { assert, assertEquals } from "@std/assert";
import { sourceFiles } from "../support/source_files.ts";

const LONGEST_FILE = 400;
const MEDIAN_FILE = 140;

Deno.test("no file is longer than a reader can hold", async () => {
  const lengths = (await sourceFiles("lib")).map((file) => ({ path: file.path, lines: file.text.split("\n").length }));
  assertEquals(lengths.filter(({ lines }) => lines > LONGEST_FILE), []);
  const median = lengths.map(({ lines }) => lines).sort((a, b) => a - b)[Math.floor(lengths.length / 2)]!;
  assert(median <= MEDIAN_FILE, `the median file has ${median} lines`);
});

Deno.test("every test stands beside a file of the same name", async () => {
  const sources = new Set((await sourceFiles("lib")).map((file) => file.path));
  const mirrored = ["core", "jpeg", "rtsp", "rtp", "net", "media", "server", "client"];
  const strays: string[] = [];
  for (const room of mirrored) {
    for (const test of await sourceFiles(`tests/${room}`, ["_test.ts"])) {
      const source = test.path.replace(/^tests\//, "lib/").replace(/_test\.ts$/, "");
      if (!sources.has(`${source}.ts`) && !sources.has(`${source}.js`)) strays.push(test.path);
    }
  }
  assertEquals(strays, []);
});

Deno.test("no source holds unfinished work or a path of one machine", async () => {
  const marks = /\b(TODO|FIXME|XXX|HACK)\b|@ts-ignore|@ts-nocheck|deno-lint-ignore-file|\/(?:work|root|farm)\//;
  const wrong: string[] = [];
  for (const folder of ["lib", "tests"]) {
    for (const file of await sourceFiles(folder)) {
      if (file.path !== "tests/style/files_test.ts" && marks.test(file.text)) wrong.push(file.path);
    }
  }
  assertEquals(wrong, []);
});
