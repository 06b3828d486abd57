import type { Browser } from "playwright-core";

/** Where Debian's Chromium and its kin stand. */
const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * The machine's own Chromium on a profile that vanishes with it; without a window, or with one on `display`. `flags` are
 * further words of its command line.
 */
export async function openChromium(display?: string, flags: readonly string[] = []): Promise<Browser> {
  const executablePath = PATHS.find(exists);
  if (executablePath === undefined) throw new Error("Cannot find Chromium: deno task test installs it on Debian");
  // While it loads, playwright-core looks for Windows below Linux in files that Deno guards; this keeps it from that.
  Deno.env.set("__IS_WSL_TEST__", "1");
  const { chromium } = await import("playwright-core");
  const env = display === undefined ? {} : { env: { ...Deno.env.toObject(), DISPLAY: display } };
  return await chromium.launch({ executablePath, args: [...FLAGS, ...flags], headless: display === undefined, ...env });
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
