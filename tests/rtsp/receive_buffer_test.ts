import { assertEquals } from "@std/assert";
import { ReceiveBuffer } from "../../lib/rtsp/receive_buffer.ts";
import { seededRandom } from "../../lib/core/random.ts";

Deno.test("ReceiveBuffer gives back what was pushed, however it is cut and taken", () => {
  const random = seededRandom(7);
  const buffer = new ReceiveBuffer();
  const sent = random.bytes(40_000);
  const got: number[] = [];
  for (let at = 0; at < sent.length;) {
    const size = random.uint32() % 900;
    buffer.push(sent.subarray(at, at + size));
    at += size;
    while (buffer.length > 0 && random.uint32() % 3 > 0) got.push(...buffer.take(1 + random.uint32() % buffer.length));
  }
  got.push(...buffer.take(buffer.length));
  assertEquals(got, [...sent]);
});

Deno.test("ReceiveBuffer.take() gives a copy that later bytes do not touch", () => {
  const buffer = new ReceiveBuffer();
  buffer.push(new Uint8Array([1, 2, 3]));
  const taken = buffer.take(2);
  buffer.drop(1);
  buffer.push(new Uint8Array([7, 8, 9]));
  assertEquals([...taken], [1, 2]);
  assertEquals([...buffer.view(1, 3), buffer.at(0)], [8, 9, 7]);
});

Deno.test("ReceiveBuffer stands a push far beyond its first size", () => {
  const buffer = new ReceiveBuffer();
  buffer.push(new Uint8Array(1_000_000).fill(5));
  assertEquals(buffer.length, 1_000_000);
  assertEquals(buffer.take(1_000_000)[999_999], 5);
  buffer.push(new Uint8Array([6]));
  assertEquals([buffer.length, buffer.at(0)], [1, 6]);
});

Deno.test("ReceiveBuffer holds no memory while it is empty and small", () => {
  const buffer = new ReceiveBuffer();
  assertEquals(buffer.view(0, 0).buffer.byteLength, 0);
  buffer.push(new Uint8Array(300));
  buffer.drop(300);
  assertEquals(buffer.view(0, 0).buffer.byteLength, 0);
});
