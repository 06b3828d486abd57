import { assertEquals } from "@std/assert";
import { hasRenderNode, prepareGraphics, WITHOUT_PROCESSOR } from "../../../lib/client/window/graphics.ts";

const NAMES = Object.keys(WITHOUT_PROCESSOR);

/** What the variables are after `prepareGraphics()` where they were all `value` before. */
function prepared(value: string | undefined): (string | undefined)[] {
  const before = NAMES.map((name) => Deno.env.get(name));
  const put = (name: string, value: string | undefined) =>
    value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
  try {
    for (const name of NAMES) put(name, value);
    prepareGraphics();
    return NAMES.map((name) => Deno.env.get(name));
  } finally {
    NAMES.forEach((name, index) => put(name, before[index]));
  }
}

Deno.test("prepareGraphics() imitates no graphics processor on a Linux that has none, and only there", () => {
  const none = Deno.build.os === "linux" && hasRenderNode() === false;
  assertEquals(prepared(undefined), none ? Object.values(WITHOUT_PROCESSOR) : NAMES.map(() => undefined));
});

Deno.test("prepareGraphics() leaves what the person has set", () => {
  assertEquals(prepared("own"), NAMES.map(() => "own"));
});
