import { assertEquals } from "@std/assert";
import { windowVanishes } from "../../../lib/server/program/console_window.ts";

Deno.test("windowVanishes() is true only for a program that has its console for itself", () => {
  assertEquals([0, 1, 2].map((processes) => windowVanishes(() => processes)), [false, true, false]);
});

Deno.test("windowVanishes() is false where terminals outlive their programs", () => {
  assertEquals(Deno.build.os !== "windows" && windowVanishes(), false);
});
