import { assertEquals, assertThrows } from "@std/assert";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { MAX_STRAY_BYTES, readSegment, walkEntropy } from "../../lib/jpeg/segments.ts";

Deno.test("readSegment() gives code, offset and data", () => {
  const bytes = Uint8Array.of(0xff, 0xd8, 0xff, 0xfe, 0, 4, 7, 8, 9);
  assertEquals(readSegment(bytes, 0), { code: 0xd8, offset: 0, start: 2, end: 2 });
  assertEquals(readSegment(bytes, 2), { code: 0xfe, offset: 2, start: 6, end: 8 });
});

Deno.test("readSegment() passes over fill and stray bytes", () => {
  const bytes = Uint8Array.of(0, 5, 0xff, 0, 0xff, 0xff, 0xff, 0xd9);
  assertEquals(readSegment(bytes, 0), { code: 0xd9, offset: 6, start: 8, end: 8 });
});

Deno.test("readSegment() says undefined at every cut of a segment", () => {
  const bytes = Uint8Array.of(0xff, 0xff, 0xfe, 0, 5, 1, 2, 3);
  for (let length = 0; length < bytes.length; length++) {
    assertEquals(readSegment(bytes.subarray(0, length), 0), undefined);
  }
  assertEquals(readSegment(bytes, 0)?.end, 8);
});

Deno.test("J03 readSegment() refuses a length of 0 and 1", () => {
  for (const length of [0, 1]) {
    const error = assertThrows(() => readSegment(Uint8Array.of(9, 0xff, 0xdb, 0, length, 1), 1), InvalidDataError);
    assertEquals([error.message, error.offset], [`Cannot read JPEG: DQT has length ${length} (at byte 1)`, 1]);
  }
});

Deno.test("J01 readSegment() gives up after a bounded run of fill bytes", () => {
  assertThrows(
    () => readSegment(new Uint8Array(MAX_STRAY_BYTES + 9).fill(0xff), 0),
    InvalidDataError,
    "no marker follows",
  );
});

Deno.test("walkEntropy() ends before fill bytes and a marker, not at stuffed zeros and restarts", () => {
  const bytes = Uint8Array.of(1, 0xff, 0, 2, 0xff, 0xd0, 3, 0xff, 0xd1, 4, 0xff, 0xff, 0xff, 0xd9);
  const run = walkEntropy(bytes, 0);
  assertEquals([run.end, run.restarts, run.restartsInOrder, run.strayMarker], [10, 2, true, undefined]);
});

Deno.test("walkEntropy() tells restarts out of order and markers that have no place there", () => {
  assertEquals(walkEntropy(Uint8Array.of(0xff, 0xd1, 0xff, 0xd9), 0).restartsInOrder, false);
  assertEquals(walkEntropy(Uint8Array.of(7, 0xff, 0x3c, 0xff, 0xd9), 0).strayMarker, 1);
});

Deno.test("walkEntropy() resumes at any cut", () => {
  const bytes = Uint8Array.of(1, 0xff, 0, 2, 0xff, 0xff, 0, 3, 0xff, 0xd0, 3, 0xff, 0xff, 0xda, 9);
  for (let cut = 0; cut < 14; cut++) {
    const first = walkEntropy(bytes.subarray(0, cut), 0);
    assertEquals(first.end, undefined);
    const { end } = walkEntropy(bytes, first.resume);
    assertEquals(end === 11 || end === 12, true);
  }
});

Deno.test("walkEntropy() finds a marker at any place and alignment, and no other byte", () => {
  const room = new Uint8Array(64);
  for (let offset = 0; offset < 8; offset++) {
    for (let place = 0; place + 2 <= 24; place++) {
      // Bytes on both sides of the view end no scan of it, and values next to 0xFF and 0 are neither.
      room.fill(0xff);
      const bytes = room.subarray(offset, offset + 24);
      for (let i = 0; i < bytes.length; i++) bytes[i] = [0xfe, 0x7f, 0xff, 0, 0x80, 1, 0xff, 0][i % 8]!;
      if (bytes[place] === 0 || bytes[place + 1] === 0xff) continue;
      bytes[place] = 0xff;
      bytes[place + 1] = 0xd9;
      if (bytes[place + 2] === 0) bytes[place + 2] = 5;
      assertEquals(walkEntropy(bytes, 0).end, place, `${place} in a view at ${offset}`);
      assertEquals(walkEntropy(bytes, place).end, place);
    }
  }
});

Deno.test("walkEntropy() says where to go on: behind all bytes, or at a 0xFF that is the last", () => {
  for (let length = 0; length < 12; length++) {
    const bytes = new Uint8Array(length).fill(0xfe);
    assertEquals(walkEntropy(bytes, 0).resume, length);
    if (length > 0) bytes[length - 1] = 0xff;
    assertEquals(walkEntropy(bytes, 0).resume, Math.max(0, length - 1));
  }
});
