import { assert, assertEquals } from "@std/assert";
import type { Bytes } from "../../lib/core/bytes.ts";
import {
  type JpegFault,
  type JpegHeader,
  jpegHeaderSize,
  readJpegPayload,
  writeJpegHeader,
} from "../../lib/rtp/jpeg_header.ts";
import { parseRtpPacket } from "../../lib/rtp/packet.ts";
import { readRecording } from "../support/rtp.ts";

function hex(text: string): Bytes {
  return Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (digits) => parseInt(digits, 16));
}

const plain: JpegHeader = { typeSpecific: 0, fragmentOffset: 0, type: 1, q: 50, width: 320, height: 240 };
const restart = { interval: 40, first: true, last: true, count: 0x3fff };

const CASES: { name: string; bytes: string; header: JpegHeader }[] = [
  { name: "the main header", bytes: "00 000000 01 32 28 1e", header: plain },
  {
    name: "the largest numbers",
    bytes: "03 ffffff 00 63 ff ff",
    header: { typeSpecific: 3, fragmentOffset: 0xffffff, type: 0, q: 99, width: 2040, height: 2040 },
  },
  {
    name: "a restart header",
    bytes: "00 000000 41 32 28 1e 0028 ffff",
    header: { ...plain, type: 65, restart },
  },
  {
    name: "a restart header that counts intervals",
    bytes: "00 000101 40 32 28 1e 0001 8005",
    header: {
      ...plain,
      fragmentOffset: 257,
      type: 64,
      restart: { interval: 1, first: true, last: false, count: 5 },
    },
  },
  {
    name: "tables in the first packet",
    bytes: "00 000000 01 ff 28 1e 00000002 0102",
    header: { ...plain, q: 255, table: { precision: 0, tables: hex("0102") } },
  },
  {
    name: "tables that were sent earlier",
    bytes: "00 000000 01 80 28 1e 00000000",
    header: { ...plain, q: 128, table: { precision: 0, tables: hex("") } },
  },
  {
    name: "restart header, then tables",
    bytes: "00 000000 41 ff 28 1e 0028 ffff 00010001 07",
    header: { ...plain, type: 65, q: 255, restart, table: { precision: 1, tables: hex("07") } },
  },
  {
    name: "no tables in later packets",
    bytes: "00 000001 01 ff 28 1e",
    header: { ...plain, fragmentOffset: 1, q: 255 },
  },
];

for (const { name, bytes, header } of CASES) {
  Deno.test(`readJpegPayload() and writeJpegHeader() agree on ${name}`, () => {
    const wire = hex(bytes);
    assertEquals(readJpegPayload(hex(bytes + "aabb")), { header, data: hex("aabb") });
    const target = new Uint8Array(wire.length + 2);
    assertEquals(writeJpegHeader(target, 1, header), wire.length);
    assertEquals(target, hex(`00 ${bytes} 00`));
    assertEquals(jpegHeaderSize(header), wire.length);
  });
}

Deno.test("writeJpegHeader() rounds sizes up to whole blocks and says 0 x 0 above 2040", () => {
  const sizes: [width: number, height: number, wire: string][] = [
    [1, 9, "01 02"],
    [2033, 2040, "ff ff"],
    [2041, 16, "00 00"],
    [16, 2041, "00 00"],
    [2560, 1440, "00 00"],
  ];
  for (const [width, height, wire] of sizes) {
    const target = new Uint8Array(8);
    writeJpegHeader(target, 0, { ...plain, width, height });
    assertEquals(target.subarray(6), hex(wire), `${width}x${height}`);
  }
});

const FAULTS: { name: string; bytes: string; fault: JpegFault }[] = [
  { name: "nothing", bytes: "", fault: "shorter than its JPEG headers" },
  { name: "7 bytes", bytes: "00 000000 01 32 28", fault: "shorter than its JPEG headers" },
  { name: "Q 0", bytes: "00 000000 01 00 28 1e", fault: "reserved Q" },
  { name: "Q 100", bytes: "00 000000 01 64 28 1e", fault: "reserved Q" },
  { name: "Q 127", bytes: "00 000000 01 7f 28 1e", fault: "reserved Q" },
  { name: "type 2", bytes: "00 000000 02 32 28 1e", fault: "JPEG type not supported" },
  { name: "type 63", bytes: "00 000000 3f 32 28 1e", fault: "JPEG type not supported" },
  { name: "type 66", bytes: "00 000000 42 32 28 1e 0028 ffff", fault: "JPEG type not supported" },
  { name: "type 128", bytes: "00 000000 80 32 28 1e", fault: "JPEG type not supported" },
  { name: "half a restart header", bytes: "00 000000 41 32 28 1e 0028 ff", fault: "shorter than its JPEG headers" },
  { name: "restart interval 0", bytes: "00 000000 41 32 28 1e 0000 ffff", fault: "restart interval of 0" },
  { name: "half a table header", bytes: "00 000000 01 ff 28 1e 000000", fault: "shorter than its JPEG headers" },
  { name: "tables past the end", bytes: "00 000000 01 ff 28 1e 00000002 01", fault: "shorter than its JPEG headers" },
  { name: "tables of 65535 bytes", bytes: "00 000000 01 ff 28 1e 0000ffff 01", fault: "shorter than its JPEG headers" },
];

for (const { name, bytes, fault } of FAULTS) {
  Deno.test(`R11 readJpegPayload() names the fault of ${name}`, () => assertEquals(readJpegPayload(hex(bytes)), fault));
}

Deno.test("readJpegPayload() finds in FFmpeg's and GStreamer's packets what RFC 2435 says", () => {
  for (const name of ["ffmpeg_422.rtp", "gstreamer_422.rtp"]) {
    const first = readJpegPayload(parseRtpPacket(readRecording(name)[0]!).payload);
    assert(typeof first !== "string");
    const { type, q, width, height, table } = first.header;
    assertEquals([type, q, width, height, table?.tables.length], [0, 255, 96, 64, 128]);
  }
});

Deno.test("readJpegPayload() takes a type and a Q of 0 that RFC 2435 does not know beside ONVIF's header extension only", () => {
  const wires: [bytes: string, type: number, q: number][] = [["00 000000 80 32 28 1e", 128, 50], [
    "00 000000 01 00 28 1e",
    1,
    0,
  ]];
  for (const [bytes, type, q] of wires) {
    assert(typeof readJpegPayload(hex(bytes)) === "string");
    const read = readJpegPayload(hex(bytes), true);
    assert(typeof read !== "string");
    assertEquals([read.header.type, read.header.q, read.header.restart], [type, q, undefined]);
  }
  for (const type of ["01", "80"]) {
    assertEquals(readJpegPayload(hex(`00 000000 ${type} 64 28 1e`), true), "reserved Q");
  }
});
