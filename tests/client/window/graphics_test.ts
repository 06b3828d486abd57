import { assertEquals } from "@std/assert";
import { hasRenderNode, PLAIN_MEMORY, prepareGraphics } from "../../../lib/client/window/graphics.ts";

function withVariable(value: string | undefined, body: () => void): void {
  const before = Deno.env.get(PLAIN_MEMORY);
  try {
    if (value === undefined) Deno.env.delete(PLAIN_MEMORY);
    else Deno.env.set(PLAIN_MEMORY, value);
    body();
  } finally {
    if (before === undefined) Deno.env.delete(PLAIN_MEMORY);
    else Deno.env.set(PLAIN_MEMORY, before);
  }
}

Deno.test("prepareGraphics() asks WebKitGTK for plain memory only on a Linux without graphics processor", () => {
  withVariable(undefined, () => {
    prepareGraphics();
    assertEquals(Deno.env.get(PLAIN_MEMORY), Deno.build.os === "linux" && hasRenderNode() === false ? "1" : undefined);
  });
});

Deno.test("prepareGraphics() leaves what the person has set", () => {
  withVariable("0", () => {
    prepareGraphics();
    assertEquals(Deno.env.get(PLAIN_MEMORY), "0");
  });
});
