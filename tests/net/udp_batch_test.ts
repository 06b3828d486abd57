import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Bytes, concatBytes } from "../../lib/core/bytes.ts";
import { EAGAIN, EINVAL, type Libc } from "../../lib/net/libc.ts";
import type { Peer } from "../../lib/net/peer.ts";
import { type BatchEngine, batchEngine, BatchUdpSocket } from "../../lib/net/udp_batch.ts";
import { PlainUdpSocket } from "../../lib/net/udp_plain.ts";
import { describeUdpEngine, openUdpSocket, type PacketRun, type UdpSocket } from "../../lib/net/udp.ts";
import { ManualClock } from "../support/manual_clock.ts";

const LOOPBACK = { hostname: "127.0.0.1" };
const HEADER_SIZE = 12;
const native = batchEngine();
const engines: ("plain" | "batch")[] = native ? ["plain", "batch"] : ["plain"];

/** A frame of `count` payloads of `size` bytes, the last one of `last`, each filled with its number. */
function payloadsOf(count: number, size: number, last = size): Bytes[] {
  return Array.from({ length: count }, (_, index) => new Uint8Array(index === count - 1 ? last : size).fill(index));
}

function runTo(to: Peer, payloads: readonly Bytes[], mark = 0xa0): PacketRun {
  const headers = new Uint8Array(payloads.length * HEADER_SIZE).fill(mark);
  for (let i = 0; i < payloads.length; i++) headers[i * HEADER_SIZE] = i;
  return { to, headers, headerSize: HEADER_SIZE, payloads, first: 0, count: payloads.length };
}

function datagramsOf(run: PacketRun): Bytes[] {
  return Array.from({ length: run.count }, (_, i) =>
    concatBytes([
      run.headers.subarray(i * run.headerSize, (i + 1) * run.headerSize),
      run.payloads[run.first + i]!,
    ]));
}

function receive(socket: UdpSocket, count: number): Promise<Bytes[]> {
  const got: Bytes[] = [];
  return new Promise((resolve) =>
    socket.onPacket = (data) => {
      if (got.push(data) === count) resolve(got);
    }
  );
}

for (const engine of engines) {
  const open = (hostname = LOOPBACK.hostname) => openUdpSocket({ hostname, engine });

  Deno.test(`UdpSocket (${engine}) delivers the runs of many viewers whole and in order`, async () => {
    const sender = open();
    const viewers = Array.from({ length: 20 }, () => open());
    const payloads = payloadsOf(19, 700, 33);
    const runs = viewers.map((viewer, index) => runTo(viewer.local, payloads, index));
    const received = viewers.map((viewer) => receive(viewer, payloads.length));
    for (const run of runs) sender.queue(run);
    for (const run of runs) run.headers.fill(0xff); // the socket has copies
    sender.flush();
    for (const [index, viewer] of viewers.entries()) {
      assertEquals(await received[index], datagramsOf(runTo(viewer.local, payloads, index)));
    }
    assertEquals(sender.sendErrors, 0);
    for (const socket of [sender, ...viewers]) socket.close();
  });

  Deno.test(`UdpSocket (${engine}) keeps the borders of payloads of any lengths`, async () => {
    const sender = open();
    const viewer = open();
    for (const lengths of [[100, 100, 40], [40, 100, 100, 7, 7], [0, 5, 0], [1], [20_000, 20_000, 20_000, 20_000]]) {
      const run = runTo(viewer.local, lengths.map((length, index) => new Uint8Array(length).fill(index)));
      const received = receive(viewer, lengths.length);
      sender.queue(run);
      sender.flush();
      assertEquals(await received, datagramsOf(run));
    }
    sender.close();
    viewer.close();
  });

  Deno.test(`UdpSocket (${engine}) sends a part of a frame, and more packets than one buffer can hold`, async () => {
    const sender = open();
    const viewer = open();
    const run = { ...runTo(viewer.local, payloadsOf(150, 100, 50)), first: 10, count: 140 };
    const received = receive(viewer, run.count);
    sender.queue(run);
    sender.flush();
    assertEquals(await received, datagramsOf(run));
    sender.close();
    viewer.close();
  });

  Deno.test(`UdpSocket (${engine}) sends over IPv6, and to IPv4 from a socket for both`, async () => {
    const sender = open("::");
    for (const hostname of ["::1", "127.0.0.1"]) {
      const viewer = open(hostname);
      const run = runTo(viewer.local, payloadsOf(3, 30, 10));
      const received = receive(viewer, 3);
      sender.queue(run);
      sender.flush();
      assertEquals(await received, datagramsOf(run));
      viewer.close();
    }
    sender.close();
  });

  Deno.test(`R21 UdpSocket (${engine}) loses only the packets of the viewer that cannot be reached`, async () => {
    const sender = open();
    const gone = open();
    const first = open();
    const last = open();
    const payloads = payloadsOf(5, 60);
    const received = [receive(first, 5), receive(last, 5)];
    gone.close();
    let lost = 0;
    const onLost = (datagrams: number) => lost += datagrams;
    for (const to of [first.local, gone.local, { hostname: "::1", port: 9 }, last.local]) {
      sender.queue({ ...runTo(to, payloads), onLost });
    }
    sender.flush();
    assertEquals((await Promise.all(received)).map((datagrams) => datagrams.length), [5, 5]);
    assertEquals(lost, 5); // an IPv4 socket cannot reach an IPv6 address; a closed port is no error
    assertEquals(sender.sendErrors, 5);
    for (const socket of [sender, first, last]) socket.close();
  });

  Deno.test(`UdpSocket (${engine}) sends nothing after close()`, () => {
    const sender = open();
    const viewer = open();
    sender.queue(runTo(viewer.local, payloadsOf(2, 10)));
    sender.close();
    sender.close();
    sender.flush();
    sender.queue(runTo(viewer.local, payloadsOf(2, 10)));
    sender.flush();
    viewer.close();
  });
}

/** A socket whose `sendmmsg` fails with what `errors` names, call by call (0: it works), and a clock moved by hand. */
function faultySocket(engine: BatchEngine, errors: number[]) {
  const real = engine.libc;
  const clock = new ManualClock();
  let failed = 0;
  const counts: number[] = [];
  const sendmmsg: Libc["call"]["sendmmsg"] = (fd, messages, count, flags) => {
    failed = errors.shift() ?? 0;
    counts.push(count);
    return failed === 0 ? real.call.sendmmsg(fd, messages, count, flags) : -1;
  };
  const libc = { call: { ...real.call, sendmmsg }, errno: () => failed || real.errno() };
  const plain = new PlainUdpSocket(Deno.listenDatagram({ transport: "udp", ...LOOPBACK, port: 0 }));
  return { socket: BatchUdpSocket.over(plain, { ...engine, libc }, clock)!, clock, counts };
}

const ENOBUFS = 105;

Deno.test({
  name: "R21 BatchUdpSocket loses one viewer's packets when the system refuses them, and goes on with the next",
  ignore: !native,
  fn: async () => {
    const { socket } = faultySocket(native!, [ENOBUFS]);
    const viewers = [openUdpSocket(LOOPBACK), openUdpSocket(LOOPBACK)];
    const received = receive(viewers[1]!, 4);
    let lost = 0;
    for (const viewer of viewers) {
      socket.queue({ ...runTo(viewer.local, payloadsOf(4, 50)), onLost: (datagrams) => lost += datagrams });
    }
    socket.flush();
    assertEquals((await received).length, 4);
    assertEquals([lost, socket.sendErrors], [4, 4]);
    for (const each of [socket, ...viewers]) each.close();
  },
});

Deno.test({
  name: "BatchUdpSocket waits a moment for a full kernel buffer, in order, then gives up",
  ignore: !native,
  fn: async () => {
    const errors = [EAGAIN, EAGAIN];
    const { socket, clock } = faultySocket(native!, errors);
    const viewer = openUdpSocket(LOOPBACK);
    const received = receive(viewer, 4);
    socket.queue(runTo(viewer.local, payloadsOf(2, 50), 1));
    socket.flush();
    socket.queue(runTo(viewer.local, payloadsOf(2, 50), 2));
    socket.flush();
    clock.advance(1);
    assertEquals((await received).map((datagram) => datagram[1]), [1, 1, 2, 2]);
    assertEquals(socket.sendErrors, 0);

    errors.push(...new Array<number>(1000).fill(EAGAIN));
    socket.queue(runTo(viewer.local, payloadsOf(2, 50), 3));
    socket.flush();
    clock.advance(1000);
    assertEquals(socket.sendErrors, 2);
    for (const each of [socket, viewer]) each.close();
    assertEquals(clock.pending, 0);
  },
});

Deno.test({
  name: "BatchUdpSocket sends single datagrams to a peer on whose way the kernel cannot cut buffers",
  ignore: !native?.segmentation,
  fn: async () => {
    const { socket, counts } = faultySocket(native!, [EINVAL]);
    const viewer = openUdpSocket(LOOPBACK);
    const run = runTo(viewer.local, payloadsOf(3, 50, 20));
    for (const calls of [[1, 1, 1, 1], [3]]) {
      const received = receive(viewer, 3);
      socket.queue(run);
      socket.flush();
      assertEquals(await received, datagramsOf(run));
      assertEquals(counts.splice(0), calls);
    }
    assertEquals(socket.sendErrors, 0);
    for (const each of [socket, viewer]) each.close();
  },
});

Deno.test({
  name: "BatchUdpSocket works where the kernel never cuts buffers",
  ignore: !native,
  fn: async () => {
    const { socket, counts } = faultySocket({ ...native!, segmentation: false }, []);
    const viewer = openUdpSocket(LOOPBACK);
    const run = runTo(viewer.local, payloadsOf(30, 500, 20));
    const received = receive(viewer, 30);
    socket.queue(run);
    socket.flush();
    assertEquals(await received, datagramsOf(run));
    assertEquals(counts, [30]);
    for (const each of [socket, viewer]) each.close();
  },
});

Deno.test("openUdpSocket() uses batches where they work, and says so where they are demanded and do not", () => {
  const engine = describeUdpEngine();
  assertEquals(engine.startsWith("batch"), native !== undefined);
  assertEquals(describeUdpEngine("plain"), "plain");
  if (native) {
    const socket = openUdpSocket({ ...LOOPBACK, engine: "batch" });
    assert(socket instanceof BatchUdpSocket);
    socket.close();
  } else {
    assertThrows(() => openUdpSocket({ ...LOOPBACK, engine: "batch" }), Error, "64-bit Linux");
  }
});
