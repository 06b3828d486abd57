import { assertEquals } from "@std/assert";
import { aviHeader, oldIndex, partIndex } from "../../../lib/media/writers/avi_header.ts";

const FACTS = {
  width: 640,
  height: 480,
  frameRate: { rate: 25, scale: 1 },
  frames: 3,
  firstFrames: 2,
  largest: 1000,
  riffSize: 77,
  moviSize: 55,
  parts: [{ offset: 5e9, size: 40, frames: 3 }],
  finished: true,
};

function textAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

Deno.test("aviHeader() has the same length whatever it tells, and the fields where programs look for them", () => {
  const bytes = aviHeader(FACTS);
  const view = new DataView(bytes.buffer);
  assertEquals(aviHeader({ ...FACTS, parts: [], finished: false }).length, bytes.length);
  assertEquals([textAt(bytes, 0), view.getUint32(4, true), textAt(bytes, 8)], ["RIFF", 77, "AVI "]);
  assertEquals([textAt(bytes, 24), view.getUint32(32, true), view.getUint32(48, true)], ["avih", 40_000, 2]);
  assertEquals([textAt(bytes, 108), textAt(bytes, 112), view.getUint32(140, true)], ["vids", "MJPG", 3]);
  assertEquals([textAt(bytes, bytes.length - 12), view.getUint32(bytes.length - 8, true)], ["LIST", 55]);
});

Deno.test("aviHeader() hides the index of indexes until it is complete", () => {
  const text = (finished: boolean) => new TextDecoder("latin1").decode(aviHeader({ ...FACTS, finished }));
  assertEquals([text(true).includes("indx"), text(false).includes("indx")], [true, false]);
});

Deno.test("partIndex() and oldIndex() point at the data and at the chunk", () => {
  const entries = [{ offset: 5e9 + 12, length: 100 }];
  const part = new DataView(partIndex(entries, 5e9).buffer);
  assertEquals([part.getBigUint64(20, true), part.getUint32(32, true), part.getUint32(36, true)], [
    5000000000n,
    12,
    100,
  ]);
  const old = new DataView(oldIndex([{ offset: 5012, length: 100 }], 5000).buffer);
  assertEquals([old.getUint32(12, true), old.getUint32(16, true), old.getUint32(20, true)], [0x10, 4, 100]);
});
