import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { cacheDirectory } from "../../lib/media/cache_directory.ts";

/** The variables that name the place on this system, and what comes behind them. */
const PLACES: Record<string, [variable: string, ...names: string[]][]> = {
  windows: [["LOCALAPPDATA", "Flipbook", "Cache"]],
  darwin: [["HOME", "Library", "Caches", "Flipbook"]],
  linux: [["XDG_CACHE_HOME", "flipbook"], ["HOME", ".cache", "flipbook"]],
};

Deno.test("cacheDirectory() is where the system wants it, and nowhere without an environment", () => {
  for (const [variable, ...names] of PLACES[Deno.build.os] ?? PLACES.linux!) {
    const environment = (name: string) => name === variable ? join("base", "dir") : undefined;
    assertEquals(cacheDirectory(environment), join("base", "dir", ...names));
  }
  assertEquals(cacheDirectory(() => undefined), undefined);
  assertEquals(cacheDirectory(() => ""), undefined);
});
