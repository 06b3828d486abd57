import { sleep, systemClock } from "../../core/clock.ts";

/** Milliseconds in which the system's opener tells that it cannot. */
const OPENER_PATIENCE = 3000;

/** The command that opens an address in the person's browser. No shell reads it. */
export function browserCommand(
  os: string,
  url: string,
): { readonly command: string; readonly args: readonly string[] } {
  if (os === "windows") return { command: "rundll32", args: ["url.dll,FileProtocolHandler", url] };
  return { command: os === "darwin" ? "open" : "xdg-open", args: [url] };
}

/** Whether a window can appear at all: Linux needs a display server, others always have one. */
export function hasDisplay(os: string, environment: { get(name: string): string | undefined }): boolean {
  if (os !== "linux") return true;
  return Boolean(environment.get("DISPLAY") || environment.get("WAYLAND_DISPLAY"));
}

/** Opens the person's browser; false when the system has none, or says that it cannot. */
export async function openBrowser(url: string): Promise<boolean> {
  const { command, args } = browserCommand(Deno.build.os, url);
  try {
    const child = new Deno.Command(command, { args: [...args], stdin: "null", stdout: "null", stderr: "null" }).spawn();
    child.unref();
    const patience = new AbortController();
    const waited = sleep(systemClock, OPENER_PATIENCE, patience.signal).then(() => true);
    return await Promise.race([child.status.then(({ success }) => success), waited]).finally(() => patience.abort());
  } catch {
    return false;
  }
}
