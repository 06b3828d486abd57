import { assertEquals, assertThrows } from "@std/assert";
import {
  formatTransport,
  MAX_ALTERNATIVES,
  parseTransport,
  type TransportSpec,
} from "../../../lib/rtsp/headers/transport.ts";
import { RtspError } from "../../../lib/rtsp/status.ts";

const UDP = { protocol: "udp", profile: "RTP/AVP" } as const;
const TCP = { protocol: "tcp", profile: "RTP/AVP/TCP" } as const;

const CASES: readonly { input: string; canonical: string; value: TransportSpec[] }[] = [
  {
    input: "RTP/AVP;unicast;client_port=4588-4589",
    canonical: "RTP/AVP;unicast;client_port=4588-4589",
    value: [{ ...UDP, delivery: "unicast", clientPort: [4588, 4589] }],
  },
  {
    input: " rtp/avp/udp ; Unicast ; Client_Port = 4588 ;; x-unknown=7",
    canonical: "rtp/avp/udp;unicast;client_port=4588-4589",
    value: [{ protocol: "udp", profile: "rtp/avp/udp", delivery: "unicast", clientPort: [4588, 4589] }],
  },
  {
    input: 'RTP/AVP/TCP;unicast;interleaved=0-1;mode="PLAY",RTP/AVP;multicast;ttl=127;port=3456-3457,',
    canonical: 'RTP/AVP/TCP;unicast;interleaved=0-1;mode="PLAY",RTP/AVP;multicast;ttl=127;port=3456-3457',
    value: [
      { ...TCP, delivery: "unicast", interleaved: [0, 1], mode: "PLAY" },
      { ...UDP, delivery: "multicast", ttl: 127, port: [3456, 3457] },
    ],
  },
  {
    input: "RTP/AVP/TCP;interleaved=254",
    canonical: "RTP/AVP/TCP;interleaved=254-255",
    value: [{ ...TCP, interleaved: [254, 255] }],
  },
  {
    input: "RTP/AVP/TCP;unicast;mode=record;append",
    canonical: 'RTP/AVP/TCP;unicast;append;mode="record"',
    value: [{ ...TCP, delivery: "unicast", mode: "record", append: true }],
  },
  {
    input: 'RTP/AVP;unicast;destination=192.0.2.7;source="192.0.2.1";client_port=1-65535;server_port=6256-6257;ssrc=1a',
    canonical:
      "RTP/AVP;unicast;destination=192.0.2.7;source=192.0.2.1;client_port=1-65535;server_port=6256-6257;ssrc=0000001A",
    value: [{
      ...UDP,
      delivery: "unicast",
      destination: "192.0.2.7",
      source: "192.0.2.1",
      clientPort: [1, 65535],
      serverPort: [6256, 6257],
      ssrc: 26,
    }],
  },
  { input: "RTP/AVP", canonical: "RTP/AVP", value: [UDP] },
  { input: "RTP/SAVP;ssrc=-1", canonical: "RTP/SAVP", value: [{ protocol: "other", profile: "RTP/SAVP" }] },
  {
    input: "RTP/UDP; client_port= 25000",
    canonical: "RTP/UDP;client_port=25000-25001",
    value: [{ protocol: "other", profile: "RTP/UDP", clientPort: [25000, 25001] }],
  },
  {
    input: 'RTP/AVP;unicast;mode="PLAY,RECORD"',
    canonical: 'RTP/AVP;unicast;mode="PLAY,RECORD"',
    value: [{ ...UDP, delivery: "unicast", mode: "PLAY,RECORD" }],
  },
];

Deno.test("parseTransport() and formatTransport() agree on every form", () => {
  for (const { input, canonical, value } of CASES) {
    assertEquals(parseTransport(input), value, input);
    assertEquals(value.map(formatTransport).join(","), canonical, input);
    assertEquals(parseTransport(canonical), value, canonical);
  }
});

function assertRefuses(value: string): void {
  assertEquals(assertThrows(() => parseTransport(value), RtspError, "Cannot read Transport").status, 400, value);
}

Deno.test("T02 parseTransport() refuses ports that are none", () => {
  const wrong = [
    "0-0",
    "0-1",
    "0",
    "7-6",
    "7-7",
    "65535-65536",
    "65535",
    "65536",
    "a-b",
    "",
    "-1",
    "5000-",
    "1-2-3",
    "1e3",
  ];
  for (const port of wrong) {
    for (const name of ["client_port", "server_port", "port"]) assertRefuses(`RTP/AVP;unicast;${name}=${port}`);
  }
});

Deno.test("T02 parseTransport() leaves an absent client_port to the caller", () => {
  assertEquals(parseTransport("RTP/AVP;unicast")[0]?.clientPort, undefined);
});

Deno.test("T06 parseTransport() refuses channels that are none", () => {
  for (const channels of ["0-0", "5-4", "255-256", "255", "256", "a", "", "-1"]) {
    assertRefuses(`RTP/AVP/TCP;unicast;interleaved=${channels}`);
  }
});

Deno.test("T05 parseTransport() refuses a ttl beyond a byte", () => {
  for (const ttl of [0, 255]) assertEquals(parseTransport(`RTP/AVP;multicast;ttl=${ttl}`)[0]?.ttl, ttl);
  for (const ttl of ["256", "-1", "x", ""]) assertRefuses(`RTP/AVP;multicast;ttl=${ttl}`);
});

Deno.test("P21 parseTransport() refuses 500 alternatives, open quotes, 64 KB and nothing", () => {
  const alternatives = (count: number) => Array(count).fill("RTP/AVP;unicast").join(",");
  assertEquals(parseTransport(alternatives(MAX_ALTERNATIVES)).length, MAX_ALTERNATIVES);
  assertRefuses(alternatives(MAX_ALTERNATIVES + 1));
  for (
    const value of [alternatives(500), 'RTP/AVP;mode="PLAY', "a".repeat(65536), '"'.repeat(65536), "", ",,", ";unicast"]
  ) {
    assertRefuses(value);
  }
});
