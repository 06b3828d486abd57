import { assertEquals, assertThrows } from "@std/assert";
import { parseTransport } from "../../../lib/rtsp/headers/transport.ts";
import { RtspError } from "../../../lib/rtsp/status.ts";
import { chooseTransport, type TransportSituation } from "../../../lib/server/sessions/transport_choice.ts";

const SITUATION: TransportSituation = {
  remote: { hostname: "192.0.2.7", port: 40_000 },
  local: { hostname: "192.0.2.1", port: 8554 },
  ownPorts: [6000, 6001, 8554],
  isTaken: ({ port }) => port === 7000,
};

/** What a Transport header comes to: `udp 5000-5001`, `tcp 0-1`, or the status of the refusal. */
function chosen(value: string, situation: Partial<TransportSituation> = {}): string | number {
  try {
    const choice = chooseTransport(parseTransport(value), { ...SITUATION, ...situation });
    return choice.kind === "udp" ? `udp ${choice.clientPort.join("-")}` : `tcp ${choice.interleaved.join("-")}`;
  } catch (thrown) {
    if (thrown instanceof RtspError) return thrown.status;
    throw thrown;
  }
}

Deno.test("chooseTransport() takes the first alternative that can be had", () => {
  assertEquals(chosen("RTP/AVP;unicast;client_port=5000-5001,RTP/AVP/TCP;interleaved=0-1"), "udp 5000-5001");
  assertEquals(chosen("RTP/AVP/TCP;unicast;interleaved=4-5,RTP/AVP;unicast;client_port=5000-5001"), "tcp 4-5");
  assertEquals(chosen("RTP/SAVP;unicast;client_port=5000-5001,RTP/AVP/TCP;unicast"), "tcp 0-1");
  assertEquals(chosen("RTP/AVP/UDP;unicast;client_port=5000"), "udp 5000-5001");
});

Deno.test("T01 chooseTransport() refuses to send to another host", () => {
  assertEquals(chosen("RTP/AVP;unicast;client_port=5000-5001;destination=198.51.100.9"), 403);
  assertEquals(chosen("RTP/AVP;unicast;client_port=5000-5001;destination=192.0.2.7"), "udp 5000-5001");
  assertEquals(chosen("RTP/AVP;unicast;client_port=5000-5001;source=198.51.100.9"), "udp 5000-5001");
});

Deno.test("T02 chooseTransport() refuses ports that are none", () => {
  for (const ports of ["0-0", "0-1", "7-6", "65535-65536", "x"]) {
    assertEquals(chosen(`RTP/AVP;unicast;client_port=${ports}`), 400, ports);
  }
  assertEquals(chosen("RTP/AVP;unicast"), 461);
});

Deno.test("T03 chooseTransport() refuses low ports, and on this machine our own", () => {
  assertEquals(chosen("RTP/AVP;unicast;client_port=1022-1023"), 461);
  const here = { remote: { hostname: "192.0.2.1", port: 40_000 } };
  for (const port of [6000, 5999, 8554]) assertEquals(chosen(`RTP/AVP;unicast;client_port=${port}`, here), 461);
  assertEquals(chosen("RTP/AVP;unicast;client_port=6000-6001"), "udp 6000-6001");
});

Deno.test("T04 chooseTransport() refuses a port of another session", () => {
  assertEquals(chosen("RTP/AVP;unicast;client_port=7000-7001"), 461);
  assertEquals(chosen("RTP/AVP;unicast;client_port=6999-7000"), 461);
});

Deno.test("T05 chooseTransport() refuses multicast", () => {
  assertEquals(chosen("RTP/AVP;multicast"), 461);
  assertEquals(chosen("RTP/AVP;unicast;client_port=5000-5001;ttl=255"), 461);
  assertEquals(chosen("RTP/AVP;multicast,RTP/AVP/TCP;unicast;interleaved=0-1"), "tcp 0-1");
});

Deno.test("T06 chooseTransport() refuses channels that are no pair and picks some where there are none", () => {
  for (const pair of ["0-0", "5-4", "255-256"]) assertEquals(chosen(`RTP/AVP/TCP;interleaved=${pair}`), 400, pair);
  assertEquals(chosen("RTP/AVP/TCP;unicast"), "tcp 0-1");
});

Deno.test("chooseTransport() refuses to record", () => {
  assertEquals(chosen('RTP/AVP/TCP;unicast;interleaved=0-1;mode="RECORD"'), 461);
  assertEquals(chosen('RTP/AVP/TCP;unicast;interleaved=0-1;mode="PLAY"'), "tcp 0-1");
});

Deno.test("chooseTransport() says what stood against each alternative", () => {
  const specs = parseTransport("RTP/AVP;multicast,RTP/AVP;unicast;client_port=80-81");
  const error = assertThrows(() => chooseTransport(specs, SITUATION), RtspError);
  assertEquals(error.message, "Cannot use any transport offered: multicast is off, client_port 80 is below 1024");
});
