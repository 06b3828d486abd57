import { assertEquals } from "@std/assert";
import { describeBytes, describeProgress } from "../../../lib/client/record/progress.ts";

Deno.test("describeProgress() draws a bar where the length is known", () => {
  const progress = { frames: 1000, bytes: 12_345_678, seconds: 75.9, dropped: 0 };
  assertEquals(
    describeProgress(progress, 100),
    "[##################------]  75 % 1:15 of 1:40, 1000 pictures, 12.3 MB",
  );
  assertEquals(describeProgress(progress), "1:15, 1000 pictures, 12.3 MB");
  assertEquals(
    describeProgress({ ...progress, dropped: 2 }, 50),
    "[########################] 100 % 1:15 of 0:50, 1000 pictures, 12.3 MB, 2 left out: the disk is too slow",
  );
});

Deno.test("describeBytes() gives three digits that count", () => {
  const cases: [number, string][] = [
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [9949, "9.9 kB"],
    [12_345, "12.3 kB"],
    [99_960, "100 kB"],
    [999_600, "1.0 MB"],
    [1.3e9, "1.3 GB"],
  ];
  for (const [bytes, text] of cases) assertEquals(describeBytes(bytes), text);
});
