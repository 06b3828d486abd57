import { assert, assertEquals } from "@std/assert";
import { browserCommand, hasDisplay } from "../../../lib/client/window/browser.ts";

Deno.test("browserCommand() opens an address without a shell on every system", () => {
  const url = "http://127.0.0.1:4000/#abc&calc";
  assertEquals(browserCommand("linux", url), { command: "xdg-open", args: [url] });
  assertEquals(browserCommand("darwin", url), { command: "open", args: [url] });
  assertEquals(browserCommand("windows", url), { command: "rundll32", args: ["url.dll,FileProtocolHandler", url] });
});

Deno.test("hasDisplay() asks the environment on Linux alone", () => {
  assert(hasDisplay("linux", new Map([["DISPLAY", ":0"]])));
  assert(hasDisplay("linux", new Map([["WAYLAND_DISPLAY", "wayland-0"]])));
  assert(!hasDisplay("linux", new Map([["DISPLAY", ""]])));
  assert(!hasDisplay("linux", new Map()));
  assert(hasDisplay("darwin", new Map()));
  assert(hasDisplay("windows", new Map()));
});
