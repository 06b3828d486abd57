import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { Workspace } from "../../lib/jpeg/workspace.ts";

Deno.test("Workspace gives arrays of zeros that do not overlap, first from fresh memory, then from what it kept", () => {
  const workspace = new Workspace();
  for (let picture = 0; picture < 3; picture++) {
    const numbers = workspace.int16(5);
    const masks = workspace.int32(3);
    const bytes = workspace.bytes(7);
    assertEquals([...numbers, ...masks], [0, 0, 0, 0, 0, 0, 0, 0]);
    assertEquals(bytes.length, 7);
    numbers.fill(-1);
    masks.fill(-2);
    bytes.fill(3);
    assertEquals([...numbers, ...masks, ...bytes], [-1, -1, -1, -1, -1, -2, -2, -2, 3, 3, 3, 3, 3, 3, 3]);
    workspace.clear();
  }
});

Deno.test("Workspace uses the same memory again after clear(), and other memory beyond it", () => {
  const workspace = new Workspace();
  workspace.int32(100);
  workspace.clear();
  const { buffer } = workspace.int32(100);
  assert(workspace.int32(100).buffer !== buffer);
  workspace.clear();
  const again = workspace.int32(200);
  workspace.clear();
  assertStrictEquals(workspace.int32(200).buffer, again.buffer);
});

Deno.test("Workspace keeps no more than 32 MiB", () => {
  const workspace = new Workspace();
  workspace.bytes(80 << 20);
  workspace.clear();
  assertEquals(workspace.bytes(1).buffer.byteLength, 32 << 20);
  assertEquals(workspace.bytes(80 << 20).length, 80 << 20);
});
