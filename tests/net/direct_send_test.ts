import { assert, assertEquals, assertLess } from "@std/assert";
import { type Bytes, concatBytes } from "../../lib/core/bytes.ts";
import { gatherOn } from "../../lib/net/gather.ts";
import { openLibc } from "../../lib/net/libc.ts";
import { joinPackets, type Packets } from "../../lib/net/packets.ts";
import { type ByteStream, connectTcp, TcpListener } from "../../lib/net/tcp.ts";

const native = openLibc() !== undefined;

async function connected(body: (ours: ByteStream, theirs: ByteStream) => Promise<void>): Promise<void> {
  const listener = TcpListener.open({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener[Symbol.asyncIterator]().next();
  const ours = await connectTcp(listener.address);
  const theirs = (await accepted).value as ByteStream;
  await body(ours, theirs);
  for (const each of [ours, theirs, listener]) each.close();
}

function frameOf(count: number, size: number): Packets {
  const payloads = Array.from({ length: count }, (_, index) => new Uint8Array(size + index).fill(index));
  const headers = Uint8Array.from({ length: 16 * (count - 1) }, (_, index) => index);
  return { headers, headerSize: 16, payloads, first: 1, count: count - 1 };
}

async function readBytes(stream: ByteStream, count: number): Promise<Bytes> {
  const parts: Bytes[] = [];
  for (let length = 0; length < count;) {
    const part = await stream.read();
    if (!part) break;
    parts.push(part);
    length += part.length;
  }
  return concatBytes(parts);
}

Deno.test({
  name: "ByteStream.gather() sends headers and payloads in order, between ordinary writes",
  ignore: !native,
  fn: () =>
    connected(async (ours, theirs) => {
      const frame = frameOf(20, 1300);
      const whole = joinPackets(frame);
      await ours.write(Uint8Array.of(1, 2));
      assertEquals(ours.gather?.(frame), whole.length);
      await ours.write(Uint8Array.of(3));
      assertEquals(
        await readBytes(theirs, whole.length + 3),
        concatBytes([Uint8Array.of(1, 2), whole, Uint8Array.of(3)]),
      );
    }),
});

Deno.test({
  name: "ByteStream.gather() never waits for a peer that does not read, and says how much was taken",
  ignore: !native,
  fn: () =>
    connected(async (ours, theirs) => {
      const frame = frameOf(400, 1400);
      const whole = joinPackets(frame);
      let taken = 0;
      let last = whole.length;
      for (; last === whole.length; taken += last) last = ours.gather!(frame);
      assertLess(last, whole.length);
      assertEquals(ours.gather!(frame), 0);
      const received = await readBytes(theirs, taken);
      assertEquals(received.length, taken);
      assertEquals(received.subarray(-last), last === 0 ? received : whole.subarray(0, last));
    }),
});

Deno.test({
  name: "ByteStream.gather() takes nothing once the connection is closed, on either side",
  ignore: !native,
  fn: () =>
    connected(async (ours, theirs) => {
      const frame = frameOf(3, 10);
      assert(gatherOn(ours.local, ours.remote) !== undefined);
      theirs.close();
      for (let attempt = 0; attempt < 100 && ours.gather!(frame) > 0; attempt++) await ours.read();
      assertEquals(ours.gather!(frame), 0);
      ours.close();
      assertEquals(ours.gather!(frame), 0);
    }),
});
