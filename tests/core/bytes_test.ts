import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader, ByteWriter, concatBytes, decodeLatin1, encodeText, equalBytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";

Deno.test("ByteWriter and ByteReader agree on big-endian numbers", () => {
  const writer = new ByteWriter(12).u8(0xfe).u16(0xfedc).u24(0xfedcba).u32(0xfedcba98).put(encodeText("ok"));
  assertEquals([...writer.bytes], [0xfe, 0xfe, 0xdc, 0xfe, 0xdc, 0xba, 0xfe, 0xdc, 0xba, 0x98, 0x6f, 0x6b]);
  const reader = new ByteReader(writer.bytes);
  assertEquals([reader.u8(), reader.u16(), reader.u24(), reader.u32()], [0xfe, 0xfedc, 0xfedcba, 0xfedcba98]);
  assertEquals(decodeLatin1(reader.rest()), "ok");
  assertEquals(reader.remaining, 0);
});

Deno.test("ByteReader names data and position when it would read past the end", () => {
  const reader = new ByteReader(new Uint8Array(3), "RTP header");
  reader.u16();
  const error = assertThrows(() => reader.u32(), InvalidDataError, "Cannot read 4 bytes of RTP header: 1 are left");
  assertEquals(error.offset, 2);
  assertEquals(reader.position, 2);
});

Deno.test("ByteReader refuses a negative length", () => {
  assertThrows(() => new ByteReader(new Uint8Array(3)).take(-1), InvalidDataError);
});

Deno.test("ByteReader.take() gives a view, not a copy", () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const view = new ByteReader(bytes).take(2);
  bytes[0] = 9;
  assertEquals([...view], [9, 2]);
});

Deno.test("ByteWriter refuses to write past its size", () => {
  assertThrows(() => new ByteWriter(1).u16(1), RangeError);
});

Deno.test("concatBytes() and equalBytes() look at every byte", () => {
  const joined = concatBytes([new Uint8Array([1]), new Uint8Array(), new Uint8Array([2, 3])]);
  assertEquals(equalBytes(joined, new Uint8Array([1, 2, 3])), true);
  assertEquals(equalBytes(joined, new Uint8Array([1, 2, 4])), false);
  assertEquals(equalBytes(joined, new Uint8Array([1, 2])), false);
});

Deno.test("decodeLatin1() gives every byte as the character of the same code", () => {
  const bytes = Uint8Array.from({ length: 20_000 }, (_, index) => index);
  const text = decodeLatin1(bytes);
  assertEquals(text.length, bytes.length);
  assertEquals(Uint8Array.from(text, (character) => character.charCodeAt(0)), bytes);
  assertEquals(text.charCodeAt(0x80), 0x80);
});
