import type { Browser } from "playwright-core";
import { addWitness, keepShot, lastWords, PATIENCE } from "./until.ts";

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
  const args = [...FLAGS, ...flags];
  const browser = await chromium.launch({ executablePath, args, headless: display === undefined, ...env });
  browser.on("context", (context) => context.setDefaultTimeout(PATIENCE));
  const witness = addWitness(() => tell(browser));
  browser.on("disconnected", () => witness[Symbol.dispose]());
  return browser;
}

/** What stands in all pages of a browser, in words and as pictures. */
async function tell(browser: Browser): Promise<string> {
  const pages = browser.contexts().flatMap((context) => context.pages());
  const told = await Promise.all(pages.map(async (page, number) => {
    const path = await keepShot(`page-${number}`, await page.screenshot());
    return `The page ${page.url()} is in ${path} and says: ${lastWords(await page.locator("body").innerText())}`;
  }));
  return told.join("\n");
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
