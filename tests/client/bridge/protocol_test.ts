import { assertEquals, assertThrows } from "@std/assert";
import {
  MAX_COMMAND_LENGTH,
  parseCommand,
  PICTURE_HEADER_SIZE,
  writePicture,
} from "../../../lib/client/bridge/protocol.ts";

Deno.test("writePicture() lays out the header as documented and puts the JPEG behind it", () => {
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);
  const facts = { serial: 7, index: 499, width: 640, height: 480, mediaTime: 1.5, arrival: 1e12 };
  const header = { ...facts, again: true, repaired: true };
  const message = writePicture(header, jpeg);
  const view = new DataView(message.buffer);
  assertEquals([view.getUint8(0), view.getUint8(1), view.getUint16(2)], [1, 7, PICTURE_HEADER_SIZE]);
  assertEquals([view.getUint32(4), view.getUint32(8), view.getUint16(12), view.getUint16(14)], [7, 499, 640, 480]);
  assertEquals([view.getFloat64(16), view.getFloat64(24)], [1.5, 1e12]);
  assertEquals(message.subarray(PICTURE_HEADER_SIZE), jpeg);
});

Deno.test("writePicture() marks an unknown media time and a first delivery", () => {
  const facts = { serial: 0, index: 0, width: 8, height: 8, mediaTime: undefined, arrival: 0 };
  assertEquals(writePicture({ ...facts, again: false, repaired: false }, new Uint8Array())[1], 0);
});

Deno.test("parseCommand() reads every command of the page", () => {
  const commands = [
    { type: "setup" },
    { type: "play" },
    { type: "play", from: 2.5 },
    { type: "pause" },
    { type: "teardown" },
    { type: "retry" },
    { type: "quit" },
    { type: "ack", serial: 12 },
    { type: "close-asked" },
    { type: "close-answer", close: true },
    { type: "seek", to: 4.04 },
    { type: "step", direction: 1 },
    { type: "step", direction: -1 },
    { type: "speed", speed: -2 },
    { type: "loop", loop: true },
    { type: "repair", repair: true },
    { type: "transport", transport: "tcp" },
    { type: "login", username: "ann", password: "a secret" },
    { type: "snapshot" },
    { type: "record", record: true },
    { type: "record", record: true, format: "lab" },
    { type: "leave" },
    { type: "refresh" },
    { type: "open", words: ["rtsp://h/a"] },
    { type: "forget" },
    { type: "forget", words: ["127.0.0.1", "1025", "0", "movie.Mjpeg"] },
  ];
  for (const command of commands) assertEquals<unknown>(parseCommand(JSON.stringify(command)), command);
});

Deno.test("B06 parseCommand() takes an address by the words of the command line alone", () => {
  const command = parseCommand('{"type":"setup","url":"http://169.254.169.254/","host":"x","port":22}');
  assertEquals<unknown>(command, { type: "setup" });
  for (const words of ['"rtsp://h/a"', "[]", '["a","b"]', "[7]", `["${"a".repeat(2049)}"]`]) {
    assertThrows(() => parseCommand(`{"type":"open","words":${words}}`), SyntaxError);
  }
  assertThrows(() => parseCommand('{"type":"open","url":"file:///etc/passwd"}'), SyntaxError, "open");
});

Deno.test("parseCommand() refuses what is no command", () => {
  const wrong = [
    "",
    "null",
    "[]",
    "7",
    "{}",
    '{"type":"ack"}',
    '{"type":"ack","serial":-1}',
    '{"type":"play","from":"0"}',
    '{"type":"seek"}',
    '{"type":"speed","speed":0}',
    '{"type":"speed","speed":1e9}',
    '{"type":"transport","transport":"multicast"}',
    '{"type":"login","username":"ann"}',
    '{"type":"record","record":true,"format":"exe"}',
    '{"type":"forget","words":"all"}',
    '{"type":"thumbnail","jpeg":"x"}',
  ];
  for (const text of wrong) assertThrows(() => parseCommand(text), SyntaxError);
  assertThrows(() => parseCommand(`"${"a".repeat(MAX_COMMAND_LENGTH)}"`), SyntaxError, "characters");
});
