import { assertEquals } from "@std/assert";
import { enginePermissions } from "../../../lib/client/window/confinement.ts";
import { PROJECT_ROOT } from "../../support/source_files.ts";

Deno.test("enginePermissions() allows the network, the program's own files, two names of variables and the window's library", () => {
  const { ffi, ...others } = enginePermissions("/somewhere/libwebview-x64.so", []);
  assertEquals(others, {
    net: true,
    read: [PROJECT_ROOT],
    write: false,
    run: false,
    env: ["WS_NO_BUFFER_UTIL", "WS_NO_UTF_8_VALIDATE"],
    sys: false,
    import: false,
  });
  assertEquals((ffi as string[])[0], "/somewhere/libwebview-x64.so");
  assertEquals((ffi as string[]).slice(1), enginePermissions(undefined, []).ffi);
});

Deno.test("enginePermissions() allows to write into the folders for pictures and films alone", () => {
  const folders = ["/home/ann/Pictures/Flipbook", "/home/ann/Videos/Flipbook"];
  assertEquals(enginePermissions(undefined, folders).write, folders);
});
