/**
 * Flipbook at a glance: starts the server as one program and the player as another, which meet on the wire as they
 * would on two machines, and stops the server when the player has quit.
 *
 *     deno run -A lib/client/demo.ts [options of the player]
 */
import { fromFileUrl } from "@std/path";
import { errorMessage } from "../core/errors.ts";
import { hasDisplay } from "./window/browser.ts";

/** The port that players expect; any other where it is taken. */
const PORT = 8554;
const HOST = "127.0.0.1";
const FILM = "flipbook.mjpeg";
const WEBVIEW_PACKAGE = "libwebkitgtk-6.0-4";
const WEBVIEW_LIBRARY = "libwebkitgtk-6.0.so.4";
/** Bytes of the server's first lines that are read to find its addresses. */
const MAX_GREETING = 64 * 1024;

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function program(entry: string, words: readonly string[], stdout: "piped" | "inherit"): Deno.ChildProcess {
  const root = new URL("../../", import.meta.url);
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", fromFileUrl(new URL(entry, root)), ...words],
    cwd: fromFileUrl(root),
    stdout,
    stdin: "null",
  }).spawn();
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: HOST, port }).close();
    return true;
  } catch {
    return false;
  }
}

/** Starts the server and resolves with the address of the film. */
async function serve(): Promise<{ server: Deno.ChildProcess; url: string }> {
  const port = isFree(PORT) ? PORT : 0;
  const server = program("server.ts", ["--host", HOST, "--port", String(port)], "piped");
  const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let greeting = "";
  while (!/^ready$/m.test(greeting)) {
    const { value, done } = await reader.read();
    if (done || greeting.length > MAX_GREETING) throw new Error("The server did not start");
    greeting += value;
  }
  void forward(reader);
  const urls = greeting.match(/^rtsp:\S+$/gm) ?? [];
  const url = urls.find((found) => found.endsWith(`/${FILM}`)) ?? urls[0];
  if (url === undefined) throw new Error("The server has no film");
  return { server, url };
}

/** Later lines of the server go to the terminal. */
async function forward(reader: ReadableStreamDefaultReader<string>): Promise<void> {
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) say(part.value.trimEnd());
  } catch (thrown) {
    say(`The server's output ended: ${errorMessage(thrown)}`);
  }
}

/** Whether the system has the library. It stays loaded: WebKit's does not survive being unloaded. */
function hasLibrary(name: string): boolean {
  try {
    Deno.dlopen(name, {});
    return true;
  } catch {
    return false;
  }
}

/** Debian's package for windows: installed where that can be done and helps, named elsewhere. */
async function provideWindow(): Promise<void> {
  if (Deno.build.os !== "linux" || !hasDisplay("linux", Deno.env) || hasLibrary(WEBVIEW_LIBRARY)) return;
  if (Deno.uid() !== 0) {
    return say(`For a window of its own the player needs ${WEBVIEW_LIBRARY}: sudo apt install ${WEBVIEW_PACKAGE}`);
  }
  say(`Installing ${WEBVIEW_PACKAGE} for the player's window`);
  const installed = await aptGet("update", "-q") &&
    await aptGet("install", "-y", "-q", "--no-install-recommends", WEBVIEW_PACKAGE);
  if (!installed) say(`Could not install ${WEBVIEW_PACKAGE}; the player goes on without its own window`);
}

async function aptGet(...args: string[]): Promise<boolean> {
  try {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    const { success } = await new Deno.Command("apt-get", { args, env, stdin: "null", stdout: "null" }).output();
    return success;
  } catch {
    return false;
  }
}

async function main(): Promise<number> {
  // Ctrl-C reaches the player and the server as well; both end in order, and this program after them.
  Deno.addSignalListener("SIGINT", () => {});
  await provideWindow();
  const { server, url } = await serve();
  say(`Serving ${url} - any RTSP player on this machine can join`);
  const player = program("client.ts", ["--play", ...Deno.args, url], "inherit");
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => player.kill("SIGTERM"));
  const { code } = await player.status;
  try {
    server.kill(Deno.build.os === "windows" ? "SIGKILL" : "SIGTERM");
  } catch {
    // It has ended by the same Ctrl-C.
  }
  await server.status;
  return code;
}

if (import.meta.main) {
  try {
    Deno.exit(await main());
  } catch (thrown) {
    say(errorMessage(thrown));
    Deno.exit(1);
  }
}
