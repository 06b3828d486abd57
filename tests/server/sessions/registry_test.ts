import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { RtspError } from "../../../lib/rtsp/status.ts";
import { type RegisteredSession, SessionRegistry } from "../../../lib/server/sessions/registry.ts";

const LIMITS = { maxViewers: 30, maxViewersPerAddress: 20, maxBitrate: Infinity };

function session(id: number, address = "192.0.2.1"): RegisteredSession & { played: boolean } {
  const udpPeers = [{ hostname: address, port: 5000 + 2 * id }, { hostname: address, port: 5001 + 2 * id }];
  return { id: String(id), ssrc: id, address, bitrate: 8e6, played: false, udpPeers, end: () => {} };
}

Deno.test("SessionRegistry finds a session by the address its client sends from, and by that alone", () => {
  const registry = new SessionRegistry(LIMITS);
  const one = session(1);
  registry.add(one);
  assertEquals(registry.byPeer({ hostname: "192.0.2.1", port: 5003 }), one);
  assertEquals(registry.byPeer({ hostname: "192.0.2.1", port: 5004 }), undefined);
  assertEquals(registry.byPeer({ hostname: "192.0.2.2", port: 5003 }), undefined);
  registry.remove(one);
  assertEquals(registry.byPeer({ hostname: "192.0.2.1", port: 5003 }), undefined);
  assertEquals([registry.size, registry.has("1"), registry.hasSsrc(1)], [0, false, false]);
});

Deno.test("T11 SessionRegistry bounds the sessions of one address; others are still admitted", () => {
  const registry = new SessionRegistry(LIMITS);
  for (let id = 0; id < 20; id++) registry.add(session(id));
  assertEquals(assertThrows(() => registry.checkRoom("192.0.2.1"), RtspError).status, 453);
  registry.checkRoom("192.0.2.2");
  for (let id = 20; id < 30; id++) registry.add(session(id, "192.0.2.2"));
  assertEquals(assertThrows(() => registry.checkRoom("192.0.2.3"), RtspError).status, 453);
  registry.remove(registry.values()[0]!);
  registry.checkRoom("192.0.2.1");
});

Deno.test("T12 SessionRegistry tells when an address holds many sessions that it does not play", () => {
  const registry = new SessionRegistry(LIMITS);
  const sessions = Array.from({ length: 17 }, (_, id) => session(id));
  for (const one of sessions.slice(0, 16)) registry.add(one);
  assertEquals(registry.isCrowded("192.0.2.1"), false);
  registry.add(sessions[16]!);
  assertEquals(registry.isCrowded("192.0.2.1"), true);
  assertEquals(registry.isCrowded("192.0.2.2"), false);
  sessions[3]!.played = true;
  assertEquals(registry.isCrowded("192.0.2.1"), false);
});

Deno.test("SessionRegistry bounds the bits that all sessions send, and says how many are in use", () => {
  const registry = new SessionRegistry({ ...LIMITS, maxBitrate: 20e6 });
  registry.add(session(1));
  registry.add(session(2));
  assertEquals(registry.bitrate, 16e6);
  registry.checkRoom("192.0.2.1", 4e6);
  const refusal = assertThrows(() => registry.checkRoom("192.0.2.1", 8e6), RtspError);
  assertEquals(refusal.status, 453);
  assertStringIncludes(refusal.message, "20 Mbit/s: 16 Mbit/s are in use, 8 Mbit/s more were asked for");
  registry.remove(registry.values()[0]!);
  registry.checkRoom("192.0.2.1", 8e6);
});
