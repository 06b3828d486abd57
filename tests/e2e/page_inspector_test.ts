import { assert, assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import { systemClock } from "../../lib/core/clock.ts";
import { encodeText } from "../../lib/core/bytes.ts";
import { openChromium } from "../support/chromium.ts";
import { until } from "../support/display.ts";
import { filmPictures, PageStage } from "../support/page_stage.ts";
import { type Fate, sayHello, sendPictures } from "../support/wire_sample.ts";

const SCRIPT = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

/** A page whose film plays, and everything that went wrong in it. */
async function playing(stage: PageStage, browser: Browser): Promise<{ page: Page; problems: string[] }> {
  const page = await stage.page(browser);
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.click("#verb-play");
  await page.locator("html[data-state=PLAYING]").waitFor();
  return { page, problems };
}

Deno.test("the inspector in Chromium", async (test) => {
  const browser = await openChromium();
  try {
    await test.step("key I shows who said what, each message opens into its explained text", async () => {
      await using stage = await PageStage.open();
      sayHello(stage.wire);
      const { page, problems } = await playing(stage, browser);
      assertEquals(stage.wire.listening, false);
      await page.keyboard.press("i");
      await page.locator(".ladder li:nth-child(6)").waitFor();
      assertEquals(stage.wire.listening, true);
      assertEquals(await page.locator(".ladder .said b").allTextContents(), [
        "DESCRIBE",
        "200 OK",
        "SETUP",
        "200 OK",
        "PLAY",
        "200 OK",
      ]);
      await page.click(".ladder li:nth-child(3) summary");
      const opened = await page.locator(".ladder li:nth-child(3) .opened").innerText();
      assertStringIncludes(opened, "client_port=5004-5005");
      assertStringIncludes(opened, "RFC 2326, 12.39");
      assertEquals(await page.locator(".states .lit text").textContent(), "PLAYING");
      await page.fill(".inspector .filter", "rtp-info");
      assertEquals(await page.locator(".ladder li:visible").count(), 1);
      await page.keyboard.press("Escape");
      await until("the engine forgets", () => Promise.resolve(!stage.wire.listening));
      assertEquals(await page.locator("#inspector").isVisible(), false);
      assertEquals(problems, []);
    });

    await test.step("H11 network text is shown as text", async () => {
      await using stage = await PageStage.open();
      sayHello(stage.wire, "udp", SCRIPT);
      const ends = { local: { hostname: "127.0.0.1", port: 40_000 }, remote: { hostname: SCRIPT, port: 8554 } };
      stage.wire.message(
        false,
        ends,
        encodeText(`RTSP/1.0 200 ${SCRIPT}\r\nCSeq: 9\r\n${SCRIPT}: ${SCRIPT}\r\n\r\n${SCRIPT}`),
      );
      const { page, problems } = await playing(stage, browser);
      await page.keyboard.press("i");
      await page.click(".ladder li:nth-child(7) summary");
      await page.click(".ladder li:nth-child(2) summary");
      assertStringIncludes(await page.locator(".ladder li:nth-child(7)").innerText(), SCRIPT);
      assertEquals(await page.locator(".inspector img, .inspector script").count(), 0);
      assert(!(await page.title()).includes("owned"));
      assertEquals(problems, []);
    });

    await test.step("the map shows each fragment's fate and headers, by pointer and by keys; reports have their fields", async () => {
      await using stage = await PageStage.open();
      const { page, problems } = await playing(stage, browser);
      await page.keyboard.press("i");
      await page.click("#tab-rtp");
      await until("listening", () => Promise.resolve(stage.wire.listening));
      const fates: Readonly<Record<number, Fate>> = { 4: "late", 7: "twice", 15: "lost" };
      sendPictures(stage.wire, systemClock, (await filmPictures()).slice(0, 3), {
        fate: (at) => fates[at] ?? "arrives",
      });
      await page.locator(".frame-row:nth-child(3)").waitFor();
      for (const state of ["late", "duplicate", "lost"]) {
        assertEquals(await page.locator(`.map .cell.${state}`).count(), 1, state);
      }
      await page.hover(".frame-row:nth-child(3) .cell:first-child");
      const detail = page.locator(".fragment");
      assertStringIncludes(await detail.innerText(), "RFC 2435, 3.1");
      assertStringIncludes(await detail.innerText(), "65500");
      await page.locator(".frame-row:nth-child(3) .cell:first-child").focus();
      await page.keyboard.press("ArrowRight");
      assertStringIncludes(await detail.innerText(), "65501");
      await page.getByRole("combobox", { name: "Which frames" }).selectOption("With faults");
      assertEquals(await page.locator(".frame-row").count(), 2);
      await page.getByRole("combobox", { name: "Which frames" }).selectOption("With losses");
      assertEquals(await page.locator(".frame-row").count(), 1);
      assertStringIncludes(await detail.innerText(), "never came");
      await page.click("#tab-rtcp");
      assertEquals(await page.locator("#view-rtcp .reports h3").allTextContents(), [
        "RR RFC 3550, 6.4.2",
        "SDES RFC 3550, 6.5",
        "SR RFC 3550, 6.4.1",
        "SDES RFC 3550, 6.5",
      ]);
      assertEquals(problems, []);
    });

    await test.step("Pause holds the view, and what passed meanwhile comes after it; Export gives a pcap file", async () => {
      await using stage = await PageStage.open();
      const { page, problems } = await playing(stage, browser);
      await page.keyboard.press("i");
      await page.click(".inspector [aria-label=Pause]");
      sayHello(stage.wire);
      await page.waitForTimeout(500);
      assertEquals(await page.locator(".ladder li").count(), 0);
      await page.click(".inspector [aria-label='Go on']");
      await page.locator(".ladder li:nth-child(6)").waitFor();
      const download = page.waitForEvent("download");
      await page.click(".inspector [aria-label='Export as pcap']");
      const saved = await download;
      assert(/^flipbook-.*\.pcap$/.test(saved.suggestedFilename()));
      const file = await Deno.readFile((await saved.path())!);
      assertEquals([...file.subarray(0, 4)], [0xa1, 0xb2, 0xc3, 0xd4]);
      assertGreater(file.length, 1000);
      assertEquals(problems, []);
    });

    await test.step("the statistics are charts, words and JSON, and need nothing of the wire", async () => {
      await using stage = await PageStage.open();
      const page = await stage.page(browser, { permissions: ["clipboard-read", "clipboard-write"] });
      await page.click("#verb-play");
      await page.click("#inspect");
      await page.click("#tab-statistics");
      await page.locator(".plot canvas").first().waitFor();
      await until("figures", async () => await page.locator("[data-measure=fps] .value").textContent() === "25.0");
      assertStringIncludes((await page.locator("[data-measure=fps] .unseen").textContent())!, "25.0 fps now");
      assertEquals(stage.wire.listening, false);
      await page.click(".inspector [aria-label='Copy as JSON']");
      await page.getByText("Copied").waitFor();
      const copied = JSON.parse(await page.evaluate("navigator.clipboard.readText()") as string);
      assertEquals([copied.state, copied.transport], ["PLAYING", "udp"]);
    });

    await test.step("a page that is loaded anew, or goes away, leaves no open inspector behind", async () => {
      await using stage = await PageStage.open();
      const { page } = await playing(stage, browser);
      await page.keyboard.press("i");
      await until("listening", () => Promise.resolve(stage.wire.listening));
      await page.reload();
      await until("closed by the reload", () => Promise.resolve(!stage.wire.listening));
    });
  } finally {
    await browser.close();
  }
});
