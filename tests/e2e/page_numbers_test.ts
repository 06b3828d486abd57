import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import { systemClock } from "../../lib/core/clock.ts";
import { openChromium } from "../support/chromium.ts";
import { until } from "../support/display.ts";
import { painted } from "../support/page_picture.ts";
import { filmPictures, PageStage } from "../support/page_stage.ts";
import { type Fate, sayHello, sendPictures } from "../support/wire_sample.ts";

const WIDE = { viewport: { width: 1280, height: 800 } };

async function playing(stage: PageStage, browser: Browser): Promise<Page> {
  sayHello(stage.wire);
  const page = await stage.page(browser, WIDE);
  await page.click("#verb-play");
  await painted(page, 2);
  return page;
}

/** The number of the status line with this name, as a screen reader finds it. */
function number(page: Page, name: RegExp) {
  return page.locator("#status").getByRole("button", { name });
}

function tab(page: Page): Promise<string | null> {
  return page.locator(".inspector .tab[aria-selected=true]").textContent();
}

async function send(stage: PageStage, fates: Readonly<Record<number, Fate>>): Promise<void> {
  await until("listening", () => stage.wire.listening);
  const pictures = (await filmPictures()).slice(0, 20);
  sendPictures(stage.wire, systemClock, pictures, { fate: (at) => fates[at] ?? "arrives" });
}

Deno.test("every number of the page opens into its cause", async (test) => {
  const browser = await openChromium();
  try {
    await test.step("a measure opens its chart, which opens what goes over the wire", async () => {
      await using stage = await PageStage.open();
      const page = await playing(stage, browser);
      const measures = [
        ["fps", /^Frame rate: [\d.]+ fps$/],
        ["bitrate", /^Bitrate: [\d.]+ Mbit\/s$/],
        ["jitter", /^Jitter: [\d.]+ ms$/],
        ["delay", /^Delay: . ms$/],
        ["buffer", /^Buffer: \d+ ms$/],
        ["dropped", /^Dropped: \d+$/],
      ] as const;
      for (const [id, name] of measures) {
        await number(page, name).click();
        assertEquals(await tab(page), "Statistics");
        assertEquals(await page.locator(".card.open").getAttribute("data-measure"), id);
        assertEquals(await page.locator(".card.open .behind").isVisible(), true);
      }
      await page.getByRole("button", { name: "Lost fragments" }).click();
      assertEquals(await tab(page), "RTP");
    });

    await test.step("loss opens the map at the lost fragments, even of frames long gone", async () => {
      await using stage = await PageStage.open();
      const page = await playing(stage, browser);
      await number(page, /^Loss: 0\.0 %$/).click();
      await page.getByText("No packet was lost since the inspector was opened.").waitFor();
      await send(stage, { 9: "lost", 30: "late" });
      await page.locator(".frame-row").waitFor();
      assertEquals(await page.locator(".frame-row").count(), 1);
      assertStringIncludes(await page.locator(".fragment").innerText(), "never came");
      assertEquals(await page.getByRole("combobox", { name: "Which frames" }).inputValue(), "lost");
      await number(page, /^Frame \d+$/).click();
      assertEquals(await page.locator(".frame-row").count(), 14);
    });

    await test.step("delay stands beside the sender reports that it comes from", async () => {
      await using stage = await PageStage.open();
      const page = await playing(stage, browser);
      await number(page, /^Delay/).click();
      await send(stage, {});
      await page.locator(".card.open .reports").getByText("NTP time").waitFor();
      assertEquals(await page.locator(".card.open .reports li").count(), 1);
      await page.locator(".card.open").getByRole("button", { name: "Sender reports" }).click();
      assertEquals(await tab(page), "RTCP");
      assertEquals(await page.locator("#view-rtcp .reports li:visible").count(), 1);
      await page.click("#tab-statistics");
      await page.locator(".card.open .card-head").click();
      await until("the engine forgets", () => !stage.wire.listening);
    });

    await test.step("transport, Scale, position and state open the messages that say them", async () => {
      await using stage = await PageStage.open();
      const page = await playing(stage, browser);
      const said = () => page.locator(".ladder li:visible .said b").allTextContents();
      await number(page, /^Transport: UDP$/).click();
      await page.locator(".ladder li:visible").first().waitFor();
      assertEquals(await said(), ["SETUP", "200 OK"]);
      await page.click("#time");
      assertEquals(await said(), ["200 OK", "PLAY", "200 OK"]);
      await number(page, /^Scale: 1\u00d7$/).click();
      await page.getByText("No message matches the filter.").waitFor();
      await page.click("#speed");
      await page.getByRole("menuitem", { name: "What the server granted" }).click();
      assertEquals(await page.locator(".inspector .filter").inputValue(), "scale");
      await page.click("#state");
      assertEquals((await said()).length, 6);
      await page.locator(".ladder li:last-child details[open]").waitFor();
    });

    await test.step("the keyboard goes to the explanation, and back to the number", async () => {
      await using stage = await PageStage.open();
      const page = await playing(stage, browser);
      const focused = () => page.evaluate("document.activeElement.id || document.activeElement.className");
      await page.locator("#jitter").focus();
      await page.keyboard.press("Enter");
      assertEquals(await focused(), "card-head");
      assertEquals(await page.locator(".card.open .card-head").getAttribute("aria-expanded"), "true");
      await page.keyboard.press("Escape");
      assertEquals(await focused(), "jitter");
      await page.keyboard.press("Space");
      assertEquals(await focused(), "card-head");
      assertEquals(await page.getAttribute("html", "data-state"), "PLAYING");
      await page.keyboard.press("Escape");
      await page.locator("#loss").focus();
      await page.keyboard.press("Enter");
      assertEquals(await focused(), "choice");
    });

    await test.step("an error opens the message that caused it", async () => {
      const message = "No stream named movie2 on 127.0.0.1:8554. Check the name in the address.";
      await using stage = await PageStage.open({ problem: { code: "not-found", message } });
      const page = await stage.page(browser, WIDE);
      const ends = { local: { hostname: "127.0.0.1", port: 40_000 }, remote: { hostname: "127.0.0.1", port: 8554 } };
      const text = (words: string) => new TextEncoder().encode(words);
      stage.wire.message(true, ends, text("DESCRIBE rtsp://127.0.0.1:8554/movie2 RTSP/1.0\r\nCSeq: 1\r\n\r\n"));
      stage.wire.message(false, ends, text("RTSP/1.0 404 Not Found\r\nCSeq: 1\r\n\r\n"));
      await page.getByRole("button", { name: "Show the messages" }).click();
      const opened = page.locator(".ladder details[open]");
      await opened.waitFor();
      assertStringIncludes(await opened.innerText(), "404 Not Found");
      await page.keyboard.press("Escape");
      assertEquals(await page.locator("#inspector").isVisible(), false);
    });
  } finally {
    await browser.close();
  }
});
