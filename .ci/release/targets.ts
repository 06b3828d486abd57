import { libcPaths } from "../../lib/net/libc.ts";
import { KERNEL32_PATH } from "../../lib/server/program/console_window.ts";
import { WEB_SOCKET_VARIABLES } from "../../lib/client/window/confinement.ts";
import { WITHOUT_PROCESSOR } from "../../lib/client/window/graphics.ts";
import { webviewLibraryName } from "../../lib/client/window/window_library.ts";

/** A kind of machine that the programs are made for. */
export interface Target {
  /** The name that `deno compile --target` knows. */
  readonly triple: string;
  readonly os: "linux" | "darwin" | "windows";
  readonly arch: "x86_64" | "aarch64";
  /** The name in a download: rtsp-server-NAME. */
  readonly name: string;
}

/** All that the programs are made for. */
export const TARGETS: readonly Target[] = [
  { triple: "x86_64-unknown-linux-gnu", os: "linux", arch: "x86_64", name: "linux-x64" },
  { triple: "aarch64-unknown-linux-gnu", os: "linux", arch: "aarch64", name: "linux-arm64" },
  { triple: "x86_64-apple-darwin", os: "darwin", arch: "x86_64", name: "macos-x64" },
  { triple: "aarch64-apple-darwin", os: "darwin", arch: "aarch64", name: "macos-arm64" },
  { triple: "x86_64-pc-windows-msvc", os: "windows", arch: "x86_64", name: "windows-x64" },
];

/** The names of the two programs. */
export const PROGRAMS = ["rtsp-server", "rtsp-client"] as const;
export type ProgramName = typeof PROGRAMS[number];

/** What a program consists of, as paths from the project's root, and what it may do. */
export interface ProgramParts {
  readonly entry: string;
  /** Files that are read while it runs. A path that ends in "/" stands for the page's files in that folder. */
  readonly files: readonly string[];
  /** File of the package `webview-bun` that is the window's library. */
  readonly webview: string | undefined;
  readonly permissions: readonly string[];
  /** How its JavaScript engine is set. */
  readonly engine: readonly string[];
}

/**
 * How the server's engine is set. It collects young objects in 4 MiB: in the 16 that it may take by itself, with
 * hundreds of viewers all would be used, which looks like memory that every viewer costs, and gains nothing; in the one
 * that it begins with, it would collect four times as often. It begins to look for old garbage at 32 MiB, of which a
 * server takes half, and never because it has time to. There is hardly any but what waits for a viewer's next request,
 * renewed with each, which at 64 MiB would have memory grow for half an hour before it is flat. It looks for that by
 * itself, in small steps: threads that help take four times as long in all. It compiles functions after few calls: for
 * what happens once a frame it would wait half a minute. `deno task serve` has the same.
 */
export const SERVER_ENGINE: readonly string[] = [
  "--v8-flags=" + [
    "--min-semi-space-size=4",
    "--max-semi-space-size=4",
    "--initial-old-space-size=32",
    "--no-memory-reducer",
    "--no-concurrent-marking",
    "--always-sparkplug",
    "--invocation-count-for-maglev=100",
    "--invocation-count-for-turbofan=800",
    "--minimum-invocations-after-ic-update=100",
  ].join(),
];

/** Variables of the environment that the player reads: the screen, its colours, and where the user's cache, state and films lie. */
export const CLIENT_VARIABLES = [
  "DISPLAY",
  "WAYLAND_DISPLAY",
  "GTK_THEME",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "XDG_STATE_HOME",
  "XDG_PICTURES_DIR",
  "XDG_VIDEOS_DIR",
  "HOME",
  "USERPROFILE",
  "LOCALAPPDATA",
  "FLIPBOOK_NO_CLOSE_HOOK",
  ...WEB_SOCKET_VARIABLES,
  // These it also sets.
  ...Object.keys(WITHOUT_PROCESSOR),
];

/**
 * The programs that open an address in the browser, by their usual places: a bare name would have to be found when the
 * program starts, or it would not start.
 */
const OPENERS: Record<Target["os"], string> = {
  linux: "/usr/bin/xdg-open,/usr/local/bin/xdg-open",
  darwin: "/usr/bin/open",
  windows: "C:\\Windows\\System32\\rundll32.exe",
};

/** What goes into `program` for `target`. */
export function programParts(program: ProgramName, target: Target): ProgramParts {
  return program === "rtsp-server" ? serverParts(target) : clientParts(target);
}

function serverParts({ os, arch }: Target): ProgramParts {
  // Only the thread that reads the command line may read everything; the one that serves reads its films.
  const libraries = { linux: libcPaths(arch), darwin: [], windows: [KERNEL32_PATH] }[os];
  return {
    entry: "server.ts",
    files: ["media/movie.Mjpeg"],
    webview: undefined,
    permissions: [
      "--allow-net",
      "--allow-read",
      ...(libraries.length > 0 ? [`--allow-ffi=${libraries.join(",")}`] : []),
    ],
    engine: SERVER_ENGINE,
  };
}

function clientParts({ os, arch }: Target): ProgramParts {
  return {
    entry: "client.ts",
    files: ["lib/client/page/"],
    webview: webviewLibraryName(os, arch),
    // Reading and writing are for the copy of the window's library and for the keeper of recent streams, whose places
    // depend on the user; the engine's thread, which talks to the network, may write into the folders for pictures and
    // films and read nothing else than itself.
    permissions: [
      "--allow-net",
      "--allow-read",
      "--allow-write",
      "--allow-ffi",
      `--allow-env=${CLIENT_VARIABLES.join(",")}`,
      `--allow-run=${OPENERS[os]}`,
    ],
    engine: [],
  };
}

/** The file name of a program: with its target when several are made, and with the ending of Windows. */
export function outputName(program: ProgramName, target: Target, withTarget: boolean): string {
  return program + (withTarget ? `-${target.name}` : "") + (target.os === "windows" ? ".exe" : "");
}

/** What `compileArguments()` needs to know beside the program and its target. */
export interface CompileOptions {
  readonly parts: ProgramParts;
  readonly unstable: readonly string[];
  /** Files and threads to embed. */
  readonly includes: readonly string[];
  readonly output: string;
  /** The picture of a Windows program, an .ico file. */
  readonly icon: string;
}

/** The words of `deno compile` for one program. */
export function compileArguments(program: ProgramName, target: Target, options: CompileOptions): string[] {
  const { parts, unstable, includes, output, icon } = options;
  const windows = target.os === "windows"
    ? ["--icon", icon, ...(program === "rtsp-client" ? ["--no-terminal"] : [])]
    : [];
  return [
    "compile",
    "--quiet",
    "--no-check",
    // It would lie under a known name in the folder for temporary files, where any user could put code for this one; and
    // no start was seen to be quicker by it.
    "--no-code-cache",
    "--no-prompt",
    "--node-modules-dir=none",
    "--target",
    target.triple,
    ...unstable.map((feature) => `--unstable-${feature}`),
    ...parts.engine,
    ...parts.permissions,
    ...windows,
    ...includes.flatMap((path) => ["--include", path]),
    "--output",
    output,
    parts.entry,
  ];
}
