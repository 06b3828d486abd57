import { assert, assertEquals, assertThrows } from "@std/assert";
import { join, SEPARATOR } from "@std/path";
import {
  webviewLibraryFolders,
  webviewLibraryName,
  webviewLibraryPath,
  windowRemedy,
} from "../../../lib/client/window/window_library.ts";

Deno.test("webviewLibraryName() names the library of each platform that has one", () => {
  assertEquals(webviewLibraryName("linux", "x86_64"), "libwebview-x64.so");
  assertEquals(webviewLibraryName("linux", "aarch64"), "libwebview-arm64.so");
  assertEquals(webviewLibraryName("darwin", "x86_64"), "libwebview.dylib");
  assertEquals(webviewLibraryName("darwin", "aarch64"), "libwebview.dylib");
  assertEquals(webviewLibraryName("windows", "x86_64"), "libwebview.dll");
  assertEquals(webviewLibraryName("windows", "aarch64"), undefined);
  assertEquals(webviewLibraryName("freebsd", "x86_64"), undefined);
});

Deno.test("webviewLibraryFolders() looks upwards to the root, nearest first", () => {
  const root = Deno.build.os === "windows" ? "C:\\" : SEPARATOR;
  const build = ["node_modules", "webview-bun", "build"];
  assertEquals(webviewLibraryFolders(join(root, "a", "b")), [
    join(root, "a", "b", ...build),
    join(root, "a", ...build),
    join(root, ...build),
  ]);
});

Deno.test("webviewLibraryPath() finds the installed library, and says so where there is none", () => {
  assert(Deno.statSync(webviewLibraryPath({ os: "linux", arch: "x86_64" })).isFile);
  assert(Deno.statSync(webviewLibraryPath({ os: "windows", arch: "x86_64" })).isFile);
  assertThrows(() => webviewLibraryPath({ os: "freebsd", arch: "x86_64" }), Deno.errors.NotFound, "freebsd");
});

Deno.test("windowRemedy() names what to install on systems that may lack it", () => {
  assertEquals(windowRemedy("darwin"), "");
  assertEquals(windowRemedy("windows"), "Windows needs Microsoft's WebView2 Runtime for it");
  assert(windowRemedy("linux").includes("apt install libwebkitgtk-6.0-4"));
});
