import { assertEquals } from "@std/assert";
import { fragmentFields, FragmentFrames, MAX_FRAMES } from "../../../lib/client/page/fragment_frames.js";
import type { WirePacket } from "../../../lib/client/inspection/inspection_messages.ts";

/** Packets of frames of four fragments each. */
function packet(sequence: number, ssrc = 1): WirePacket {
  return {
    serial: sequence,
    at: sequence,
    size: 1000,
    sequence: sequence & 0xffff,
    timestamp: Math.floor(sequence / 4),
    marker: sequence % 4 === 3,
    payloadType: 26,
    ssrc,
  };
}

function framesOf(...sequences: number[]) {
  const frames = new FragmentFrames();
  for (const sequence of sequences) frames.add(packet(sequence));
  return frames.frames().map(({ fragments }) => fragments.map(({ state }) => state[0]).join(""));
}

Deno.test("FragmentFrames tells what arrived, late, twice and never, newest frame first", () => {
  assertEquals(framesOf(0, 1, 2, 3, 4, 5, 6, 7), ["aaaa", "aaaa"]);
  assertEquals(framesOf(0, 2, 3), ["alaa"]);
  assertEquals(framesOf(0, 2, 1, 3), ["alaa"]);
  assertEquals(framesOf(0, 1, 1, 2, 3), ["adaa"]);
});

Deno.test("FragmentFrames gives a gap between frames to the one that was not complete", () => {
  const lengths = (...sequences: number[]) => framesOf(...sequences).map(({ length }) => length);
  assertEquals(lengths(0, 1, 4, 5, 6, 7), [4, 4]);
  assertEquals(lengths(0, 1, 2, 3, 6, 7), [4, 4]);
});

Deno.test("R02 FragmentFrames counts on over the wrap, and begins anew at a jump and another source", () => {
  assertEquals(framesOf(65_532, 65_533, 65_534, 65_535, 65_536, 65_537), ["aa", "aaaa"]);
  assertEquals(framesOf(0, 1, 20_000, 20_001), ["aa"]);
  const frames = new FragmentFrames();
  frames.add(packet(8, 1));
  frames.add(packet(9, 2));
  assertEquals(frames.frames().map(({ fragments }) => fragments.length), [1]);
});

Deno.test("FragmentFrames finds the frames with a fault among all that are remembered", () => {
  const frames = new FragmentFrames();
  for (let sequence = 0; sequence < 4000; sequence++) if (sequence !== 9) frames.add(packet(sequence));
  frames.add(packet(3998));
  const told = (choice: "all" | "faults" | "lost" | "late") => frames.frames(choice).map(({ key }) => key - 0x10000);
  assertEquals(told("all").length, MAX_FRAMES);
  assertEquals(told("lost"), [8]);
  assertEquals(told("faults"), [3996, 8]);
  assertEquals(told("late"), []);
});

Deno.test("FragmentFrames is bounded", () => {
  const frames = new FragmentFrames();
  for (let sequence = 0; sequence < 40_000; sequence++) frames.add(packet(sequence));
  assertEquals(frames.frames().length, MAX_FRAMES);
});

Deno.test("fragmentFields() tells RTP and RFC 2435 headers by name", () => {
  const jpeg = { typeSpecific: 0, offset: 1380, type: 65, q: 255, width: 640, height: 480 };
  const restart = { interval: 8, first: true, last: false, count: 3 };
  const parts = fragmentFields({
    sequence: 3,
    state: "arrived",
    copies: 1,
    packet: { ...packet(3), jpeg: { ...jpeg, restart } },
  });
  assertEquals(parts.map(({ section }) => section), ["RFC 3550, 5.1", "RFC 2435, 3.1"]);
  const fields = new Map(parts.flatMap((part) => part.fields));
  assertEquals(fields.get("Fragment offset"), "1380");
  assertEquals(fields.get("Type"), "65, 4:2:0 with restart markers");
  assertEquals(fields.get("F, L, count"), "1, 0, 3");
  const extended = { ...packet(4), jpeg: { ...jpeg, type: 128 } };
  const others = fragmentFields({ sequence: 4, state: "arrived", copies: 1, packet: extended });
  assertEquals(new Map(others[1]!.fields).get("Type"), "128, as the header extension says");
  assertEquals(
    fragmentFields({ sequence: 65_539, state: "lost", packet: undefined, copies: 0 })[0]?.title,
    "Packet 3 never came",
  );
});
