import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { stateFolder } from "../../../lib/client/recent/state_folder.ts";

function folder(os: string, variables: Record<string, string>): string | undefined {
  return stateFolder(os, { get: (name) => variables[name] });
}

Deno.test("stateFolder() follows the customs of Linux, macOS and Windows", () => {
  const home = { HOME: join("home", "ann"), USERPROFILE: "elsewhere" };
  assertEquals(folder("linux", { ...home, XDG_STATE_HOME: "state" }), join("state", "flipbook"));
  assertEquals(folder("linux", { ...home, XDG_STATE_HOME: "" }), join(home.HOME, ".local", "state", "flipbook"));
  assertEquals(folder("darwin", home), join(home.HOME, "Library", "Application Support", "Flipbook"));
  assertEquals(folder("windows", { ...home, LOCALAPPDATA: "local" }), join("local", "Flipbook", "State"));
});

Deno.test("stateFolder() is undefined where the environment does not tell, or may not be read", () => {
  for (const os of ["linux", "darwin", "windows"]) assertEquals(folder(os, {}), undefined);
  const closed = () => {
    throw new Deno.errors.NotCapable("Requires env access");
  };
  assertEquals(stateFolder("linux", { get: closed }), undefined);
});
