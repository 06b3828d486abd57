import { assert, assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import { decodeLatin1 } from "../../lib/core/bytes.ts";
import { systemClock } from "../../lib/core/clock.ts";
import { setUpLog } from "../../lib/core/log_setup.ts";
import { WireLog } from "../../lib/client/inspection/wire_log.ts";
import { openChromium } from "../support/chromium.ts";
import { ClientProcess } from "../support/client_process.ts";
import { until } from "../support/display.ts";
import { EngineStage } from "../support/engine_stage.ts";
import { LoginServer } from "../support/login_server.ts";
import { painted } from "../support/page_picture.ts";
import { lastObject, runProgram } from "../support/program.ts";

const NAME = "ann";
const PASSWORD = "a secret of 1+1";
const WRONG = "not-the-secret";

/** Everything that would give the password away: itself, as an address has it, and as Basic sends it. */
const SECRETS = [PASSWORD, encodeURIComponent(PASSWORD), WRONG, btoa(`${NAME}:${PASSWORD}`), btoa(`${NAME}:${WRONG}`)];

function assertNoSecret(text: string, where: string): void {
  for (const secret of SECRETS) assert(!text.includes(secret), `The password stands in ${where}`);
}

/** Fills the dialogue that stands on the page, by the keyboard alone. */
async function answer(page: Page, password: string): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Name and password" });
  await dialog.waitFor();
  const name = page.getByLabel("Name", { exact: true });
  if (await name.inputValue() === "") {
    await name.focus();
    await page.keyboard.type(NAME);
  }
  await page.getByLabel("Password", { exact: true }).focus();
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
}

/** All that a page shows and keeps, open panels included. */
async function textOf(page: Page): Promise<string> {
  const kept = await page.evaluate(`[
    document.documentElement.outerHTML,
    document.documentElement.innerText,
    JSON.stringify({ ...sessionStorage, ...localStorage }),
    document.cookie,
    JSON.stringify(history.state),
    [...document.querySelectorAll("input")].map(({ value }) => value).join(" "),
  ].join("\\n")`);
  return `${kept}\n${page.url()}\n${await page.title()}`;
}

async function exported(page: Page): Promise<string> {
  const download = page.waitForEvent("download");
  await page.click(".inspector [aria-label='Export as pcap']");
  return decodeLatin1(await Deno.readFile((await (await download).path())!));
}

async function logsIn(browser: Browser, scheme: "basic" | "digest"): Promise<void> {
  await using server = await LoginServer.start(scheme, NAME, PASSWORD);
  const lines: string[] = [];
  setUpLog({ level: "debug", json: false, write: (line) => lines.push(line) });
  const source = { kind: "rtsp", url: server.url } as const;
  await using stage = await EngineStage.open(source, { wire: new WireLog(systemClock) });
  const page = await stage.page(browser, { permissions: ["clipboard-read", "clipboard-write"] });
  await page.getByText(`asks for them for \u201cFilms\u201d`).waitFor();
  assertEquals(await page.locator("#login-wrong").isVisible(), false);
  await answer(page, WRONG);
  await page.getByText("The server does not take this name and password.").waitFor();
  assertEquals(await page.getByLabel("Password", { exact: true }).inputValue(), "");
  await answer(page, PASSWORD);
  await page.locator("html[data-state=PLAYING]").waitFor();
  await painted(page, 5);
  await page.keyboard.press("i");
  await until("the refusal in the ladder", async () => await page.locator(".ladder .failed").count() > 0);
  for (const summary of await page.locator(".ladder summary").all()) await summary.click();
  const shown = await textOf(page);
  assertStringIncludes(shown, "(hidden)");
  assertNoSecret(shown, "the page");
  const capture = await exported(page);
  assertStringIncludes(capture, "WWW-Authenticate");
  assertNoSecret(capture, "the capture");
  await page.click("#tab-statistics");
  await page.click(".inspector [aria-label='Copy as JSON']");
  await page.getByText("Copied").waitFor();
  const copied = await page.evaluate("navigator.clipboard.readText()") as string;
  assertEquals(JSON.parse(copied).state, "PLAYING");
  assertNoSecret(copied, "the statistics");
  assertNoSecret(lines.join(""), "the log");
  await page.context().close();
}

async function filesBelow(folder: string): Promise<string> {
  let text = "";
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    text += `${path}\n${isDirectory ? await filesBelow(path) : decodeLatin1(await Deno.readFile(path))}\n`;
  }
  return text;
}

/** The whole program: what it prints, and what it leaves on the disk. */
async function leavesNothing(browser: Browser): Promise<void> {
  await using server = await LoginServer.start("digest", NAME, PASSWORD);
  const folder = await Deno.makeTempDir();
  const environment = {
    DISPLAY: "",
    WAYLAND_DISPLAY: "",
    XDG_STATE_HOME: `${folder}/state`,
    XDG_CACHE_HOME: `${folder}/cache`,
    XDG_PICTURES_DIR: `${folder}/pictures`,
    XDG_VIDEOS_DIR: `${folder}/videos`,
  };
  try {
    await using client = new ClientProcess(["--play", server.urlFor(NAME, WRONG)], environment);
    await until("the page's address", () => /Player: http/.test(client.text));
    const page = await (await browser.newContext()).newPage();
    await page.goto(/Player: (http\S+)/.exec(client.text)![1]!);
    await page.getByText("The server does not take this name and password.").waitFor();
    await answer(page, PASSWORD);
    await painted(page, 5);
    await page.keyboard.press("s");
    await page.getByText("Snapshot saved: ").waitFor();
    assertNoSecret(await textOf(page), "the page");
    client.signal("SIGINT");
    assertEquals(await client.code(), 0);
    assertNoSecret(client.text, "what the program prints");
    const files = await filesBelow(folder);
    assertStringIncludes(files, "/pictures/");
    assertNoSecret(files, "a file");
    await page.context().close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("R18 H12 a password is asked for, asked for again when it is wrong, and stays nowhere", async (test) => {
  const browser = await openChromium();
  try {
    await test.step("by Basic, at gst-rtsp-server", () => logsIn(browser, "basic"));
    await test.step("by Digest, at gst-rtsp-server", () => logsIn(browser, "digest"));
    await test.step("the program prints and keeps none, not even one from the address", () => leavesNothing(browser));
  } finally {
    await browser.close();
  }
});

Deno.test("H12 a player without a window takes name and password from the address, and says what is missing", async () => {
  for (const scheme of ["basic", "digest"] as const) {
    await using server = await LoginServer.start(scheme, NAME, PASSWORD);
    const words = ["--headless", "--json", "--duration", "1"];
    const plays = await runProgram("client.ts", [...words, server.urlFor(NAME, PASSWORD)]);
    assertEquals([plays.code, plays.errors], [0, []]);
    assertGreater(lastObject(plays).frames, 5);
    assertNoSecret(plays.stdout, "the statistics");
    const refused = await runProgram("client.ts", [...words, server.urlFor(NAME, WRONG)]);
    assertEquals(refused.code, 1);
    assertStringIncludes(refused.errors.join("\n"), 'does not take this user name and password for "Films"');
    assertNoSecret(refused.errors.join("\n") + refused.stdout, "the error");
    const asked = await runProgram("client.ts", [...words, server.url]);
    assertEquals(asked.code, 1);
    assertStringIncludes(asked.errors.join("\n"), `rtsp://NAME:PASSWORD@127.0.0.1:${server.port}/film`);
  }
});
