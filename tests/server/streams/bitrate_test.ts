import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { BitrateMeter } from "../../../lib/server/streams/bitrate.ts";

function frame(packets: number, bytes: number) {
  return { payloads: Array.from({ length: packets }, () => new Uint8Array(bytes)) };
}

Deno.test("BitrateMeter.at() is the mean of the frames, RTP headers included, at a frame rate", () => {
  const meter = new BitrateMeter();
  assertEquals(meter.at(25), 0);
  meter.note(frame(2, 488));
  assertEquals(meter.at(25), 8 * 2 * 500 * 25);
  meter.note(frame(1, 188));
  assertAlmostEquals(meter.at(10), 8 * 600 * 10);
});

Deno.test("BitrateMeter.at() follows a stream whose frames grow", () => {
  const meter = new BitrateMeter();
  for (let count = 0; count < 5000; count++) meter.note(frame(1, 88));
  for (let count = 0; count < 1500; count++) meter.note(frame(1, 988));
  assertLess(Math.abs(meter.at(1) - 8000), 100);
});
