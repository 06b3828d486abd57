import { assertEquals, assertLess, fail } from "@std/assert";
import { type Bytes, concatBytes } from "../../lib/core/bytes.ts";
import { DirectSend, openDirectSend } from "../../lib/net/direct_send.ts";
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
  name: "DirectSend.send() sends bytes in order between ordinary writes, and lets them change afterwards",
  ignore: !native,
  fn: () =>
    connected(async (ours, theirs) => {
      const direct = openDirectSend()!;
      const whole = frameOf(26_000);
      await ours.write(Uint8Array.of(1, 2));
      const lent = whole.slice();
      assertEquals(direct.send(ours.handle!, lent), whole.length);
      lent.fill(0);
      await ours.write(Uint8Array.of(3));
      assertEquals(
        await readBytes(theirs, whole.length + 3),
        concatBytes([Uint8Array.of(1, 2), whole, Uint8Array.of(3)]),
      );
    }),
});

Deno.test({
  name: "DirectSend.send() never waits for a peer that does not read, and says how much was taken",
  ignore: !native,
  fn: () =>
    connected(async (ours, theirs) => {
      const direct = openDirectSend()!;
      const whole = frameOf(560_000);
      let taken = 0;
      let last = whole.length;
      for (; last === whole.length; taken += last) last = direct.send(ours.handle!, whole);
      assertLess(last, whole.length);
      assertEquals(direct.send(ours.handle!, whole), 0);
      const received = await readBytes(theirs, taken);
      assertEquals(received.length, taken);
      assertEquals(received.subarray(-last), last === 0 ? received : whole.subarray(0, last));
    }),
});

Deno.test({
  name: "DirectSend.send() takes nothing once the peer has closed, and there is no handle once we have",
  ignore: !native,
  fn: () =>
    connected(async (ours, theirs) => {
      const direct = openDirectSend()!;
      const frame = frameOf(100);
      theirs.close();
      for (let attempt = 0; attempt < 100 && direct.send(ours.handle!, frame) > 0; attempt++) await ours.read();
      assertEquals(direct.send(ours.handle!, frame), 0);
      ours.close();
      assertEquals(ours.handle, undefined);
    }),
});

Deno.test({
  name: "DirectSend sends what it is given each time, few bytes and many, lent or not, the same ones again",
  ignore: !native,
  fn: () =>
    connected(async (ours, theirs) => {
      const direct = openDirectSend()!;
      const lender = { takenInPart: (_: Bytes, taken: number) => fail(`took ${taken} bytes`) };
      const sizes = [2000, 3, 2000, 1024, 1025, 64, 5000];
      const frames = sizes.map((size, index) => frameOf(size).fill(index, 1));
      const sent = [...frames, frames[6]!, frames[0]!];
      for (const [index, frame] of sent.entries()) {
        if (index % 2 === 0) assertEquals(direct.send(ours.handle!, frame), frame.length);
        else direct.lend(ours.handle!, frame, lender);
      }
      assertEquals(await readBytes(theirs, concatBytes(sent).length), concatBytes(sent));
    }),
});

/** A kernel that takes what `limits` says of the next calls, then everything. */
function fakeKernel(limits: number[]): { direct: DirectSend; calls: string[] } {
  const calls: string[] = [];
  const direct = new DirectSend((handle, bytes) => {
    calls.push(`${handle} ${bytes}`);
    return Math.min(bytes.length, limits.shift() ?? Infinity);
  });
  return { direct, calls };
}

Deno.test("DirectSend.flush() sends what is lent to all who lent it, then tells those of whom part was taken", () => {
  const { direct, calls } = fakeKernel([3, 0, 3, 2]);
  const lender = (name: string) => ({
    takenInPart: (bytes: Bytes, taken: number) => void calls.push(`${name}: ${taken} of ${bytes}`),
  });
  const frame = Uint8Array.of(1, 2, 3);
  for (const handle of [7, 8, 9, 10]) direct.lend(handle, frame, lender(`lender ${handle}`));
  direct.flush(frame);
  assertEquals([calls, direct.rounds], [[], 0]);
  direct.flush();
  direct.flush();
  const told = ["lender 8: 0 of 1,2,3", "lender 10: 2 of 1,2,3"];
  assertEquals([calls, direct.rounds], [[7, 8, 9, 10].map((handle) => `${handle} 1,2,3`).concat(told), 1]);
});

Deno.test("DirectSend.send() goes behind what is lent", () => {
  const { direct, calls } = fakeKernel([]);
  direct.lend(7, Uint8Array.of(1), { takenInPart: () => fail("taken in part") });
  assertEquals(direct.send(8, Uint8Array.of(2, 3)), 2);
  assertEquals(calls, ["7 1", "8 2,3"]);
});
