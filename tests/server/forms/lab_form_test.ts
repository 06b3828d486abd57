import { assert, assertEquals } from "@std/assert";
import { labForm, MAX_LAB_FRAME } from "../../../lib/server/forms/lab_form.ts";

const frame = (size: number) => ({ data: new Uint8Array(size), index: 0, time: 0 });
const shrink = (_data: Uint8Array, maxBytes: number) =>
  Promise.resolve({ data: new Uint8Array(maxBytes), change: "halved" });

Deno.test("labForm() leaves a picture whole that the assignment's clients can take", async () => {
  const prepared = await labForm(shrink).prepare(frame(MAX_LAB_FRAME));
  assert("packets" in prepared);
  assertEquals([prepared.packets.payloads.length, prepared.packets.payloads[0]!.length], [1, MAX_LAB_FRAME]);
  assertEquals(prepared.change, undefined);
});

Deno.test("labForm() shrinks a larger one and says so", async () => {
  const prepared = await labForm(shrink).prepare(frame(MAX_LAB_FRAME + 1));
  assert("packets" in prepared);
  assertEquals([prepared.packets.payloads[0]!.length, prepared.change], [MAX_LAB_FRAME, "halved"]);
});

Deno.test("labForm() sends large ones as they are only if told to, and none that fits no datagram", async () => {
  const prepared = await labForm(undefined).prepare(frame(57_000));
  assert("packets" in prepared);
  assertEquals(prepared.packets.payloads[0]!.length, 57_000);
  assertEquals(await labForm(undefined).prepare(frame(70_000)), { reason: "it has 70000 bytes and fits no datagram" });
});
