import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Bytes, encodeText } from "../../lib/core/bytes.ts";
import { openUdpPair, openUdpSocket, type UdpSocket } from "../../lib/net/udp.ts";
import type { Peer } from "../../lib/net/peer.ts";

const LOOPBACK = { hostname: "127.0.0.1" };

function nextPacket(socket: UdpSocket): Promise<[Bytes, Peer]> {
  return new Promise((resolve) => socket.onPacket = (data, from) => resolve([data, from]));
}

Deno.test("openUdpPair() binds RTP to an even port and RTCP to the next one", () => {
  const pair = openUdpPair(LOOPBACK);
  assertEquals(pair.rtp.local.port % 2, 0);
  assertEquals(pair.rtcp.local.port, pair.rtp.local.port + 1);
  pair.close();
});

Deno.test("openUdpPair() refuses an odd port, and a taken one with nothing left open", () => {
  assertThrows(() => openUdpPair({ ...LOOPBACK, port: 5001 }), RangeError, "5001");
  const taken = openUdpPair(LOOPBACK);
  assertThrows(() => openUdpPair({ ...LOOPBACK, port: taken.rtp.local.port }), Deno.errors.AddrInUse);
  taken.close();
});

Deno.test("UdpSocket.send() delivers a datagram and its sender's address", async () => {
  const pair = openUdpPair(LOOPBACK);
  const received = nextPacket(pair.rtcp);
  pair.rtp.send(encodeText("hello"), pair.rtcp.local);
  assertEquals(await received, [encodeText("hello"), pair.rtp.local]);
  pair.close();
});

Deno.test("UdpSocket.queue() sends each header in front of its payload", async () => {
  const pair = openUdpPair(LOOPBACK);
  const got: string[] = [];
  const all = new Promise<void>((resolve) =>
    pair.rtcp.onPacket = (data) => {
      if (got.push(new TextDecoder().decode(data)) === 2) resolve();
    }
  );
  pair.rtp.queue({
    to: pair.rtcp.local,
    headers: encodeText("AABB"),
    headerSize: 2,
    payloads: ["zero", "one", "two"].map(encodeText),
    first: 1,
    count: 2,
  });
  pair.rtp.flush();
  await all;
  assertEquals(got, ["AAone", "BBtwo"]);
  pair.close();
});

Deno.test("R21 UdpSocket counts what cannot be sent and lives on", async () => {
  const pair = openUdpPair(LOOPBACK);
  pair.rtp.send(new Uint8Array(70_000), pair.rtcp.local);
  pair.rtp.send(encodeText("to nobody"), { hostname: "127.0.0.1", port: 1 });
  const received = nextPacket(pair.rtcp);
  pair.rtp.send(encodeText("after"), pair.rtcp.local);
  assertEquals((await received)[0], encodeText("after"));
  assertEquals(pair.rtp.sendErrors, 1);
  pair.close();
});

Deno.test("UdpSocket goes on when its owner's handler throws", async () => {
  const pair = openUdpPair(LOOPBACK);
  let calls = 0;
  const second = new Promise<void>((resolve) =>
    pair.rtcp.onPacket = () => {
      if (++calls === 1) throw new Error("broken handler");
      resolve();
    }
  );
  pair.rtp.send(encodeText("1"), pair.rtcp.local);
  pair.rtp.send(encodeText("2"), pair.rtcp.local);
  await second;
  assertEquals(calls, 2);
  pair.close();
});

Deno.test("UdpSocket on an IPv6 address reaches IPv4 peers and names them in IPv4 form", async () => {
  const both = openUdpSocket({ hostname: "::" });
  const four = openUdpSocket(LOOPBACK);
  const received = nextPacket(four);
  both.send(encodeText("down"), four.local);
  const [, from] = await received;
  assertEquals(from.hostname, "127.0.0.1");
  const answered = nextPacket(both);
  four.send(encodeText("up"), { hostname: "127.0.0.1", port: both.local.port });
  assertEquals((await answered)[1], four.local);
  both.close();
  four.close();
});

Deno.test("UdpSocket.close() is harmless when repeated, and silences send()", () => {
  const socket = openUdpSocket(LOOPBACK);
  socket.close();
  socket.close();
  socket.send(encodeText("late"), { hostname: "127.0.0.1", port: 9 });
  assert(socket.sendErrors === 0);
});
