import { assert, assertEquals, assertLess, assertStringIncludes, fail } from "@std/assert";
import { type Bytes, concatBytes, encodeText } from "../../lib/core/bytes.ts";
import { DirectSend } from "../../lib/net/direct_send.ts";
import { StreamWriter } from "../../lib/net/stream_writer.ts";
import type { ByteStream } from "../../lib/net/tcp.ts";
import { ManualClock, settle } from "../support/manual_clock.ts";

/** A peer that takes at most `take` bytes of each write; 0: none, until `open()`. */
class FakeStream implements ByteStream {
  readonly local = { hostname: "127.0.0.1", port: 1 };
  readonly remote = { hostname: "127.0.0.1", port: 2 };
  readonly failure = undefined;
  readonly taken: Bytes[] = [];
  closed = false;
  #waiting: (() => void)[] = [];

  constructor(public take: number) {}

  read(): Promise<Bytes | undefined> {
    return Promise.resolve(undefined);
  }

  async writeSome(bytes: Bytes): Promise<number> {
    if (this.take === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.closed) throw new Error("operation canceled");
    const part = bytes.slice(0, this.take);
    this.taken.push(part);
    return part.length;
  }

  write(): Promise<void> {
    return Promise.reject(new Error("not used"));
  }

  open(take: number): void {
    this.take = take;
    this.#waiting.splice(0).forEach((resolve) => resolve());
  }

  close(): void {
    this.closed = true;
    this.#waiting.splice(0).forEach((resolve) => resolve());
  }

  get text(): string {
    return new TextDecoder().decode(concatBytes(this.taken));
  }
}

Deno.test("R17 StreamWriter keeps frames and messages whole when the peer takes 5 bytes at a time", async () => {
  const stream = new FakeStream(5);
  const writer = new StreamWriter(stream, { clock: new ManualClock() });
  writer.media(encodeText("<frame one>"));
  writer.message(encodeText("<answer to a request>"));
  writer.media(encodeText("<frame two>"));
  await writer.drain();
  assertEquals(stream.text, "<frame one><answer to a request><frame two>");
  assertEquals(writer.queued, 0);
  assertEquals(writer.written, stream.text.length);
});

Deno.test("X04 StreamWriter skips whole frames, the oldest first, while the peer does not read", async () => {
  const stream = new FakeStream(0);
  const writer = new StreamWriter(stream, { clock: new ManualClock() });
  const answers = ["<1>", "<2>", "<3>", "<4>", "<5>"].map((frame) => writer.media(encodeText(frame)));
  assertEquals(answers, [true, true, true, false, false]);
  assertEquals(writer.dropped, 2);
  stream.open(100);
  await writer.drain();
  assertEquals(stream.text, "<1><4><5>");
});

Deno.test("X04 StreamWriter holds at most 4 MiB for a peer that does not read, and one frame of any size", async () => {
  const stream = new FakeStream(0);
  const writer = new StreamWriter(stream, { clock: new ManualClock() });
  const frame = (mebibytes: number) => new Uint8Array(mebibytes * 1024 * 1024);
  assertEquals([writer.media(frame(3)), writer.media(frame(1)), writer.media(frame(1))], [true, true, false]);
  assertEquals([writer.queued / 1024 / 1024, writer.dropped], [4, 1]);
  assertEquals([writer.media(frame(2)), writer.queued / 1024 / 1024, writer.dropped], [false, 3, 3]);
  stream.open(Infinity);
  await writer.drain();
  assertEquals(writer.media(frame(9)), true);
  await writer.drain();
  assertEquals(writer.written / 1024 / 1024, 12);
});

Deno.test("X04 StreamWriter ends a connection that takes nothing for 10 s", async () => {
  const clock = new ManualClock();
  const stream = new FakeStream(0);
  const writer = new StreamWriter(stream, { clock });
  writer.media(encodeText("<frame>"));
  clock.advance(9_999);
  assert(!stream.closed);
  clock.advance(1);
  assert(stream.closed);
  assertStringIncludes(await writer.closed, "no byte taken for 10 s");
  assertEquals(clock.pending, 0);
});

Deno.test("StreamWriter goes on for a peer that is slow but takes something", async () => {
  const clock = new ManualClock();
  const stream = new FakeStream(0);
  const writer = new StreamWriter(stream, { clock });
  writer.media(encodeText("abc"));
  for (const _ of "abc") {
    clock.advance(9_000);
    stream.open(1);
    stream.take = 0;
    await settle();
  }
  assert(!stream.closed);
});

Deno.test("StreamWriter ends a connection that asks on and reads no answer, at a bound", async () => {
  const stream = new FakeStream(0);
  const writer = new StreamWriter(stream, { clock: new ManualClock() });
  let sent = 0;
  for (; sent < 100 && !stream.closed; sent++) writer.message(new Uint8Array(64 * 1024));
  assert(stream.closed);
  assertLess(sent, 20);
  assertEquals(await writer.closed, "the peer does not read its answers");
});

Deno.test("StreamWriter.discardMedia() lets the frame in flight end and sends nothing old after it", async () => {
  const stream = new FakeStream(0);
  const writer = new StreamWriter(stream, { clock: new ManualClock() });
  writer.media(encodeText("<half sent>"));
  writer.media(encodeText("<waits>"));
  writer.discardMedia();
  writer.message(encodeText("<200 OK>"));
  stream.open(4);
  await writer.drain();
  assertEquals(stream.text, "<half sent><200 OK>");
});

Deno.test("StreamWriter names the reason when a write fails", async () => {
  const stream = new FakeStream(0);
  const writer = new StreamWriter(stream, { clock: new ManualClock() });
  writer.message(encodeText("x"));
  stream.close();
  assertStringIncludes(await writer.closed, "write failed: operation canceled");
});

const FRAME = "<a frame that is lent>";
const HANDLE = 5;

/** A writer whose peer reads 4 bytes at a time, and of what is sent directly as much as `atOnce()` says. */
function directWriter(atOnce: () => number): { stream: FakeStream; writer: StreamWriter } {
  const stream = Object.assign(new FakeStream(4), { handle: HANDLE });
  const direct = new DirectSend((handle, bytes) => {
    assertEquals(handle, HANDLE);
    stream.taken.push(bytes.slice(0, atOnce()));
    return Math.min(atOnce(), bytes.length);
  });
  return { stream, writer: new StreamWriter(stream, { clock: new ManualClock(), direct }) };
}

for (const atOnce of [0, 1, 9, FRAME.length]) {
  Deno.test(`R17 StreamWriter.mediaLent() keeps a frame whole of which the kernel takes ${atOnce} bytes at once`, async () => {
    const { stream, writer } = directWriter(() => atOnce);
    const lent = encodeText(FRAME);
    assert(writer.mediaLent(lent));
    assertEquals(stream.text, "");
    writer.flush();
    lent.fill(0);
    writer.message(encodeText("<answer>"));
    writer.discardMedia();
    await writer.drain();
    assertEquals(stream.text, `${FRAME}<answer>`);
    assertEquals([writer.queued, writer.written], [0, stream.text.length]);
  });
}

Deno.test("R17 StreamWriter.mediaLent() lets a second frame wait for the rest of the first, the same bytes or others", async () => {
  for (const second of [FRAME, "<another frame>"]) {
    const { stream, writer } = directWriter(() => 6);
    const first = encodeText(FRAME);
    assert(writer.mediaLent(first));
    assert(writer.mediaLent(second === FRAME ? first : encodeText(second)));
    await writer.drain();
    assertEquals(stream.text, FRAME + second);
  }
});

Deno.test("StreamWriter sends what is lent before it ends", async () => {
  const { stream, writer } = directWriter(() => Infinity);
  writer.mediaLent(encodeText(FRAME));
  await writer.drain();
  assertEquals(stream.text, FRAME);
  writer.mediaLent(encodeText("<last>"));
  writer.close();
  assertEquals(stream.text, `${FRAME}<last>`);
  assert(!writer.mediaLent(encodeText(FRAME)));
});

Deno.test("StreamWriter.mediaLent() waits behind what is being written, the newest frames winning", async () => {
  const stream = Object.assign(new FakeStream(0), { handle: HANDLE });
  const direct = new DirectSend(() => fail("sent before what is being written"));
  const writer = new StreamWriter(stream, { clock: new ManualClock(), direct });
  writer.message(encodeText("<answer>"));
  await settle();
  assertEquals([1, 2, 3].map(() => writer.mediaLent(encodeText(FRAME))), [true, true, false]);
  stream.open(1000);
  await writer.drain();
  assertEquals(stream.text, `<answer>${FRAME}${FRAME}`);
});

for (const atOnce of [0, 3, 8]) {
  Deno.test(`R17 StreamWriter.message() stays whole behind media that is lent, when ${atOnce} bytes are taken`, async () => {
    let sent = 0;
    const { stream, writer } = directWriter(() => sent++ < 2 ? Infinity : atOnce);
    writer.mediaLent(encodeText(FRAME));
    writer.message(encodeText("<report>"));
    writer.message(encodeText("<answer>"));
    await writer.drain();
    assertEquals(stream.text, `${FRAME}<report><answer>`);
    assertEquals([writer.queued, writer.written], [0, stream.text.length]);
  });
}

Deno.test("StreamWriter.message() looks for no other way to send on a connection without media", async () => {
  const stream = Object.defineProperty(new FakeStream(100), "handle", { get: (): number => fail("looked for") });
  const direct = new DirectSend(() => fail("sent at once"));
  const writer = new StreamWriter(stream, { clock: new ManualClock(), direct });
  writer.message(encodeText("<answer>"));
  await writer.drain();
  assertEquals(stream.text, "<answer>");
});

Deno.test("StreamWriter.mediaLent() copies what it sends where the system has no fast way", async () => {
  const stream = new FakeStream(4);
  const writer = new StreamWriter(stream, { clock: new ManualClock() });
  const lent = encodeText(FRAME);
  assert(writer.mediaLent(lent));
  writer.flush();
  lent.fill(0);
  await writer.drain();
  assertEquals(stream.text, FRAME);
});
