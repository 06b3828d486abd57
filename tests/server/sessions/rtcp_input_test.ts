import { assertEquals } from "@std/assert";
import type { UdpPair } from "../../../lib/net/udp.ts";
import { SessionRegistry } from "../../../lib/server/sessions/registry.ts";
import { RtcpInput } from "../../../lib/server/sessions/rtcp_input.ts";
import type { Session } from "../../../lib/server/sessions/session.ts";

const PEER = { hostname: "192.0.2.7", port: 5000 };

Deno.test("T09 T10 RtcpInput gives packets to the session of that very address, counts all others, answers nothing", () => {
  const sent: unknown[] = [];
  const socket = () => ({ onPacket: undefined, send: (...what: unknown[]) => sent.push(what) });
  const udp = { rtp: socket(), rtcp: socket() } as unknown as UdpPair;
  const calls: string[] = [];
  const session = {
    id: "1",
    ssrc: 1,
    address: PEER.hostname,
    udpPeers: [PEER, { ...PEER, port: 5001 }],
    heard: () => calls.push("heard"),
    reported: () => calls.push("reported"),
  } as unknown as Session;
  const registry = new SessionRegistry<Session>({ maxViewers: 9, maxViewersPerAddress: 9, maxBitrate: Infinity });
  registry.add(session);
  const input = new RtcpInput(udp, registry);
  const data = new Uint8Array(8);
  udp.rtp.onPacket!(data, PEER);
  udp.rtcp.onPacket!(data, { ...PEER, port: 5001 });
  assertEquals(calls, ["heard", "heard", "reported"]);
  udp.rtcp.onPacket!(data, { ...PEER, port: 5002 });
  udp.rtcp.onPacket!(data, { hostname: "192.0.2.8", port: 5001 });
  assertEquals(calls.length, 3);
  registry.remove(session);
  udp.rtcp.onPacket!(data, { ...PEER, port: 5001 });
  assertEquals(calls.length, 3);
  assertEquals(input.counts, { accepted: 2, strangers: 3 });
  assertEquals(sent, []);
});
