import { dirname, fromFileUrl, join } from "@std/path";

/** Where the webview library may lie: beside the running code, or beside a program that holds it. */
const PACKAGE = "webview-bun";

/**
 * Name of the webview library for a platform, as the npm package that carries it calls it; undefined where there is none.
 */
export function webviewLibraryName(os: string, arch: string): string | undefined {
  if (os === "windows") return arch === "x86_64" ? "libwebview.dll" : undefined;
  if (os === "darwin") return "libwebview.dylib";
  if (os !== "linux") return undefined;
  return arch === "aarch64" ? "libwebview-arm64.so" : "libwebview-x64.so";
}

/**
 * Folders to look in, nearest first: `node_modules` of every folder from `start` upwards.
 */
export function webviewLibraryFolders(start: string): string[] {
  const folders: string[] = [];
  for (let folder = start, parent = ""; folder !== parent; folder = dirname(folder)) {
    folders.push(join(folder, "node_modules", PACKAGE, "build"));
    parent = dirname(folder) === folder ? folder : "";
  }
  return folders;
}

/**
 * Path of the webview library for this machine.
 *
 * @throws {Deno.errors.NotFound} when there is none for the platform, or the package is not installed.
 */
export function webviewLibraryPath(platform: { os: string; arch: string } = Deno.build): string {
  const name = webviewLibraryName(platform.os, platform.arch);
  if (name === undefined) {
    throw new Deno.errors.NotFound(`There is no webview library for ${platform.os} on ${platform.arch}`);
  }
  for (const folder of webviewLibraryFolders(dirname(fromFileUrl(import.meta.url)))) {
    const path = join(folder, name);
    if (exists(path)) return path;
  }
  throw new Deno.errors.NotFound(`Cannot find ${name}: the npm package ${PACKAGE} is not installed`);
}

/** What a person can install where the system lacks what a window needs; empty where windows are always there. */
export function windowRemedy(os: string): string {
  if (os === "windows") return "Windows needs Microsoft's WebView2 Runtime for it";
  if (os !== "linux") return "";
  return "Linux needs WebKitGTK 6.0 for it: apt install libwebkitgtk-6.0-4, dnf install webkitgtk6.0, or " +
    "pacman -S webkitgtk-6.0";
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
