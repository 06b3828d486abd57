import { assertEquals, assertGreater } from "@std/assert";
import type { Page } from "playwright-core";
import { join } from "@std/path";
import { startServer } from "../../lib/server/server.ts";
import { openChromium } from "../support/chromium.ts";
import { until } from "../support/display.ts";
import { EngineStage } from "../support/engine_stage.ts";
import { lossyNetwork } from "../support/faulty_network.ts";
import { painted } from "../support/page_picture.ts";
import { writeRepairableFilm } from "../support/repairable_film.ts";
import { runProgram } from "../support/program.ts";

/** One packet of so many is lost; a picture has about ten. */
const LOSS = 37;

async function figure(page: Page, id: string): Promise<number> {
  return Number(await page.locator(`#${id} b`).textContent());
}

async function switches(page: Page): Promise<void> {
  await painted(page, 10);
  await until("dropped pictures", async () => await figure(page, "dropped") > 1);
  assertEquals(await page.locator("#repaired-count").isVisible(), false);
  assertEquals(await page.locator("#repaired").isVisible(), false);

  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Repair damaged pictures" }).click();
  await page.locator("#repaired").waitFor();
  await page.locator("#picture[data-repaired=true]").waitFor();
  await until("repaired pictures", async () => await figure(page, "repaired-count") > 1);
  const dropped = await figure(page, "dropped");
  const repaired = await figure(page, "repaired-count");
  await until("more of them", async () => await figure(page, "repaired-count") > repaired + 3);
  // A picture whose first packet is lost has no place for what has come.
  assertGreater(3, await figure(page, "dropped") - dropped);
  await page.getByRole("button", { name: /^Repaired: \d+$/ }).click();
  await until("the chart", async () => await page.locator(".card.open").getAttribute("data-measure") === "repaired");
  await page.keyboard.press("i");

  await page.keyboard.press("d");
  await page.locator("#repaired").waitFor({ state: "hidden" });
  await until("no figure", async () => !await page.locator("#repaired-count").isVisible());
  const before = await figure(page, "dropped");
  await until("dropped pictures again", async () => await figure(page, "dropped") > before + 1);
}

Deno.test("damaged pictures are shown over the one before, by a switch, and marked", async (test) => {
  const folder = await Deno.makeTempDir();
  await writeRepairableFilm(join(folder, "marked.mjpeg"));
  const server = await startServer({ host: "127.0.0.1", port: 0, media: [folder] });
  const url = `rtsp://127.0.0.1:${server.port}/marked.mjpeg`;
  const browser = await openChromium();
  try {
    await test.step("the menu and a key switch it while the film plays", async () => {
      const network = lossyNetwork((packet) => packet % LOSS === LOSS - 1);
      const options = { network, transport: "udp", loop: true } as const;
      await using stage = await EngineStage.open({ kind: "rtsp", url }, options);
      const page = await stage.page(browser, { viewport: { width: 1280, height: 800 } });
      await switches(page);
    });
    await test.step("the command line has the same switch", async () => {
      const end = await runProgram("client.ts", ["--headless", "--json", "--repair", "--duration", "1", url]);
      assertEquals([end.code, JSON.parse(end.stdout.trim().split("\n").at(-1)!).repaired_frames], [0, 0]);
    });
  } finally {
    await browser.close();
    await server.close();
    await Deno.remove(folder, { recursive: true });
  }
});
