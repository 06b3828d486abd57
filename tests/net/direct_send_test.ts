import { assert, assertEquals, assertLess } from "@std/assert";
import { type Bytes, concatBytes } from "../../lib/core/bytes.ts";
import { directSendOn } from "../../lib/net/direct_send.ts";
import { openLibc } from "../../lib/net/libc.ts";
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

function frameOf(size: number): Bytes {
  return Uint8Array.from({ length: size }, (_, index) => index * index);
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
  name: "ByteStream.sendNow() sends bytes in order between ordinary writes, and lets them change afterwards",
  ignore: !native,
  fn: () =>
    connected(async (ours, theirs) => {
      const whole = frameOf(26_000);
      await ours.write(Uint8Array.of(1, 2));
      const lent = whole.slice();
      assertEquals(ours.sendNow?.(lent), whole.length);
      lent.fill(0);
      await ours.write(Uint8Array.of(3));
      assertEquals(
        await readBytes(theirs, whole.length + 3),
        concatBytes([Uint8Array.of(1, 2), whole, Uint8Array.of(3)]),
      );
    }),
});

Deno.test({
  name: "ByteStream.sendNow() never waits for a peer that does not read, and says how much was taken",
  ignore: !native,
  fn: () =>
    connected(async (ours, theirs) => {
      const whole = frameOf(560_000);
      let taken = 0;
      let last = whole.length;
      for (; last === whole.length; taken += last) last = ours.sendNow!(whole);
      assertLess(last, whole.length);
      assertEquals(ours.sendNow!(whole), 0);
      const received = await readBytes(theirs, taken);
      assertEquals(received.length, taken);
      assertEquals(received.subarray(-last), last === 0 ? received : whole.subarray(0, last));
    }),
});

Deno.test({
  name: "ByteStream.sendNow() takes nothing once the connection is closed, on either side",
  ignore: !native,
  fn: () =>
    connected(async (ours, theirs) => {
      const frame = frameOf(100);
      assert(directSendOn(ours.local, ours.remote) !== undefined);
      theirs.close();
      for (let attempt = 0; attempt < 100 && ours.sendNow!(frame) > 0; attempt++) await ours.read();
      assertEquals(ours.sendNow!(frame), 0);
      ours.close();
      assertEquals(ours.sendNow!(frame), 0);
    }),
});

Deno.test({
  name: "ByteStream.sendNow() sends what it is given each time, few bytes and many, the same ones again",
  ignore: !native,
  fn: () =>
    connected(async (ours, theirs) => {
      const sizes = [2000, 3, 2000, 1024, 1025, 64, 5000];
      const frames = sizes.map((size, index) => frameOf(size).fill(index, 1));
      const sent = [...frames, frames[6]!, frames[0]!];
      for (const frame of sent) assertEquals(ours.sendNow!(frame), frame.length);
      assertEquals(await readBytes(theirs, concatBytes(sent).length), concatBytes(sent));
    }),
});
