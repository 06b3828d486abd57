import { assertEquals, assertThrows } from "@std/assert";
import { type Bytes, concatBytes, encodeText } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { seededRandom } from "../../lib/core/random.ts";
import { findJpegEnd, JpegSplitter, type JpegSplitterOptions } from "../../lib/jpeg/boundary.ts";
import { insertAt, sampleJpeg, segment } from "../support/jpeg_samples.ts";

const NAMES = ["420", "420_progressive", "420_restart", "422", "grey", "arithmetic"];

function split(stream: Bytes, cuts: number[], options?: JpegSplitterOptions) {
  const splitter = new JpegSplitter(options);
  const frames: Bytes[] = [];
  let at = 0;
  for (const cut of [...cuts, stream.length]) {
    frames.push(...splitter.push(stream.slice(at, cut)));
    at = cut;
  }
  const last = splitter.finish();
  if (last !== undefined) frames.push(last);
  return { frames, skipped: splitter.skipped };
}

Deno.test("findJpegEnd() finds the byte behind EOI, for every kind of JPEG", () => {
  for (const name of NAMES) {
    const bytes = sampleJpeg(name);
    assertEquals(findJpegEnd(concatBytes([Uint8Array.of(9, 9), bytes, bytes]), 2), bytes.length + 2);
  }
});

Deno.test("findJpegEnd() says undefined at every cut, and throws where no SOI is", () => {
  const bytes = sampleJpeg("420_restart");
  for (let cut = 2; cut < bytes.length; cut++) assertEquals(findJpegEnd(bytes.subarray(0, cut), 0), undefined);
  assertThrows(() => findJpegEnd(bytes, 1), InvalidDataError, "does not begin with SOI");
});

Deno.test("J04 a thumbnail inside APP1 is no border", () => {
  const thumbnail = sampleJpeg("grey");
  const bytes = insertAt(sampleJpeg("420"), 2, segment(0xe1, ...encodeText("Exif\0\0"), ...thumbnail));
  assertEquals(findJpegEnd(bytes, 0), bytes.length);
  assertEquals(split(concatBytes([bytes, bytes]), []).frames, [bytes, bytes]);
});

Deno.test("JpegSplitter gives the same JPEGs wherever the stream is cut", () => {
  const jpegs = NAMES.map(sampleJpeg);
  const stream = concatBytes(jpegs);
  assertEquals(split(stream, []).frames, jpegs);
  assertEquals(split(stream, Array.from(stream.keys())).frames, jpegs);
  const random = seededRandom(7);
  for (let round = 0; round < 50; round++) {
    const cuts = Array.from({ length: 6 }, () => random.uint32() % stream.length).sort((a, b) => a - b);
    assertEquals(split(stream, cuts), { frames: jpegs, skipped: 0 });
  }
});

Deno.test("J02 JpegSplitter passes over junk and counts it", () => {
  const jpeg = sampleJpeg("420");
  const junk = [encodeText("\r\n--frame\r\n"), Uint8Array.of(0xff, 0xff, 0, 0xff, 0xd9, 0xd8), new Uint8Array(999)];
  const stream = concatBytes([junk[0]!, jpeg, junk[1]!, jpeg, junk[2]!]);
  const skipped = junk.reduce((sum, { length }) => sum + length, 0);
  assertEquals(split(stream, []), { frames: [jpeg, jpeg], skipped });
  assertEquals(split(stream, Array.from(stream.keys())), { frames: [jpeg, jpeg], skipped });
});

Deno.test("J02 JpegSplitter gives up after too much junk, with the position", () => {
  const jpeg = sampleJpeg("420");
  const stream = concatBytes([new Uint8Array(600), jpeg, new Uint8Array(600), jpeg, new Uint8Array(1001)]);
  assertEquals(split(stream.slice(0, -2), [], { maxJunk: 1000 }).frames.length, 2);
  const error = assertThrows(() => split(stream, [], { maxJunk: 1000 }), InvalidDataError, "over 1000 bytes");
  assertEquals(error.offset, stream.length);
});

Deno.test("JpegSplitter ends a JPEG without EOI where the next SOI begins", () => {
  const whole = sampleJpeg("420");
  const cut = whole.slice(0, -2);
  assertEquals(split(concatBytes([cut, whole, cut]), []), { frames: [cut, whole, cut], skipped: 0 });
});

Deno.test("JpegSplitter drops a JPEG that ends before its scan", () => {
  const whole = sampleJpeg("420");
  const empty = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);
  const header = whole.slice(0, 158);
  assertEquals(split(concatBytes([empty, whole, header, whole]), []), {
    frames: [whole, whole],
    skipped: 4 + header.length,
  });
  assertEquals(split(header, []), { frames: [], skipped: header.length });
});

Deno.test("J03 JpegSplitter goes on behind a segment of length 0", () => {
  const whole = sampleJpeg("420");
  const broken = Uint8Array.of(0xff, 0xd8, 0xff, 0xdb, 0, 0, 1, 2, 3);
  assertEquals(split(concatBytes([broken, whole]), []), { frames: [whole], skipped: broken.length });
});

Deno.test("JpegSplitter passes over fill bytes before markers", () => {
  const whole = sampleJpeg("420_restart");
  const filled = insertAt(insertAt(whole, whole.length - 2, Uint8Array.of(0xff, 0xff)), 2, Uint8Array.of(0xff));
  assertEquals(split(concatBytes([filled, whole]), []).frames, [filled, whole]);
});

Deno.test("J10 JpegSplitter refuses a JPEG over the limit, complete or not", () => {
  const whole = sampleJpeg("420");
  assertEquals(split(whole, [], { maxFrameSize: whole.length }).frames.length, 1);
  assertThrows(() => split(whole, [], { maxFrameSize: whole.length - 1 }), InvalidDataError, "over 930 bytes");
  assertThrows(() => split(whole.slice(0, -2), [], { maxFrameSize: 800 }), InvalidDataError, "over 800 bytes");
});

Deno.test("J01 JpegSplitter walks a long run of FF in linear time and refuses it", () => {
  const chunk = new Uint8Array(64 * 1024).fill(0xff);
  const splitter = new JpegSplitter();
  splitter.push(Uint8Array.of(0xff, 0xd8));
  assertThrows(
    () => {
      for (let i = 0; i < 1000; i++) splitter.push(chunk);
    },
    InvalidDataError,
    "over 1048576 bytes",
  );
});
