import { assertEquals } from "@std/assert";
import { FrameGate, MAX_BYTES_IN_FLIGHT } from "../../../lib/client/bridge/frame_gate.ts";

function gate() {
  const sent: string[] = [];
  const frameGate = new FrameGate<{ name: string; size: number }>((serial, { name }) => sent.push(`${serial}:${name}`));
  return { sent, frameGate, push: (name: string, size = 1000) => frameGate.push({ name, size }) };
}

Deno.test("B08 FrameGate lets two pictures fly and keeps only the newest of the others", () => {
  const { sent, frameGate, push } = gate();
  for (const name of ["a", "b", "c", "d", "e"]) push(name);
  assertEquals(sent, ["0:a", "1:b"]);
  assertEquals(frameGate.skipped, 2);
  frameGate.acknowledge(0);
  assertEquals(sent, ["0:a", "1:b", "2:e"]);
  frameGate.acknowledge(1);
  frameGate.acknowledge(2);
  assertEquals([sent.length, frameGate.inFlight], [3, 0]);
});

Deno.test("B08 FrameGate holds at most 8 MiB in flight but never holds back a picture for ever", () => {
  const { sent, frameGate, push } = gate();
  push("huge", MAX_BYTES_IN_FLIGHT + 1);
  push("next", 10);
  assertEquals(sent, ["0:huge"]);
  frameGate.acknowledge(0);
  assertEquals(sent, ["0:huge", "1:next"]);
});

Deno.test("FrameGate ignores numbers that were never sent and numbers sent back twice", () => {
  const { sent, frameGate, push } = gate();
  for (const name of ["a", "b", "c", "d"]) push(name);
  frameGate.acknowledge(99);
  frameGate.acknowledge(0);
  frameGate.acknowledge(0);
  assertEquals(sent, ["0:a", "1:b", "2:d"]);
});
