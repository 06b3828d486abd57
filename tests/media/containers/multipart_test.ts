import { assertAlmostEquals, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { concatBytes, encodeText } from "../../../lib/core/bytes.ts";
import { InvalidDataError } from "../../../lib/core/errors.ts";
import { isMultipart, multipartContainer } from "../../../lib/media/containers/multipart.ts";
import { makeJpegs, makeMultipart } from "../../support/make_film.ts";
import { cutFrames, scanBytes } from "../../support/scan_bytes.ts";

const JPEGS = makeJpegs(5);

function times(stamps: readonly (number | undefined)[]): Promise<number[]> {
  return scanBytes(multipartContainer, makeMultipart(JPEGS, stamps)).then(({ frames }) =>
    frames.map(({ time }) => Math.round(time! * 1000) / 1000)
  );
}

Deno.test("isMultipart() knows a dump with and without HTTP headers, and nothing else", () => {
  const answer = "HTTP/1.1 200 OK\r\nServer: cam\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n--b\r\n";
  const cases: [string, boolean][] = [
    [answer, true],
    ["--b\r\nContent-Type: image/jpeg\r\n\r\n", true],
    ["\r\n--b\nX-Timestamp: 1\nContent-length: 9\n\n", true],
    ["HTTP/1.1 404 Not Found\r\nContent-Type: multipart/x-mixed-replace\r\n\r\n", false],
    ["HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", false],
    ["--help\r\nusage\r\n", false],
    ["", false],
  ];
  for (const [text, expected] of cases) assertEquals(isMultipart(encodeText(text)), expected, text);
});

Deno.test("multipartContainer finds every part, whatever its length line says", async () => {
  const answer = encodeText("HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=frame\r\n\r\n");
  const wrong = JPEGS.flatMap((jpeg) => [encodeText("--b\r\nContent-Length: 3\r\n\r\n"), jpeg, encodeText("\r\n")]);
  const bare = JPEGS.flatMap((jpeg) => [encodeText("\n--b\nContent-Type: image/jpeg\n\n"), jpeg]);
  for (
    const film of [makeMultipart(JPEGS), concatBytes([answer, makeMultipart(JPEGS)]), ...[wrong, bare].map(concatBytes)]
  ) {
    const found = await scanBytes(multipartContainer, film);
    assertEquals(cutFrames(film, found), JPEGS);
    assertEquals(found.remarks, []);
    assertEquals(found.frames.map(({ time }) => time), JPEGS.map((_, i) => i / 25));
  }
});

Deno.test("multipartContainer takes the times from X-Timestamp, and goes on evenly where they are missing or jump", async () => {
  assertEquals(await times([1700000000.5, 1700000000.6, 1700000001, 1700000001.01, 1700000003]), [
    0,
    0.1,
    0.5,
    0.51,
    2.5,
  ]);
  assertEquals(await times([10, 11, undefined, undefined, 12]), [0, 1, 1.04, 1.08, 2]);
  assertEquals(await times([10, 11, 5, 5.5, 6]), [0, 1, 1.04, 1.54, 2.04]);
  assertEquals(await times([10, 11, 900000, 900001, 900002]), [0, 1, 1.04, 2.04, 3.04]);
  assertEquals(await times([undefined, 7, 8]), [0, 0.04, 1.04, 1.08, 1.12]);
});

Deno.test("multipartContainer keeps exact time over many frames", async () => {
  const { frames } = await scanBytes(multipartContainer, makeMultipart(Array.from({ length: 3000 }, () => JPEGS[0]!)));
  assertAlmostEquals(frames[2999]!.time!, 2999 / 25, 1e-9);
});

Deno.test("F06 multipartContainer leaves a part out that is cut off", async () => {
  const film = makeMultipart(JPEGS);
  const { frames, remarks } = await scanBytes(multipartContainer, film.subarray(0, film.length - 30));
  assertEquals(frames.length, 4);
  assertMatch(remarks[0]!, /cut off/);
});

Deno.test("multipartContainer gives up where no JPEG follows any more", async () => {
  const film = concatBytes([makeMultipart(JPEGS), new Uint8Array(100_000)]);
  await assertRejects(() => scanBytes(multipartContainer, film), InvalidDataError);
});
