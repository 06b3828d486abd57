import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import { isThumbnail } from "../../lib/client/recent/recent_streams.ts";
import { openChromium } from "../support/chromium.ts";
import { until } from "../support/display.ts";
import { painted } from "../support/page_picture.ts";
import { livelyScene, offered } from "../support/start_scenes.ts";
import { type StartScene, StartStage } from "../support/start_stage.ts";

/** Runs a test's body with the start page in Chromium; whatever goes wrong inside the page fails it. */
async function withPage(
  scene: StartScene,
  body: (page: Page, stage: StartStage, browser: Browser) => Promise<void>,
): Promise<void> {
  await using stage = await StartStage.open(scene);
  const browser = await openChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 880, height: 736 } });
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    await page.goto(stage.bridge.newAddress());
    await body(page, stage, browser);
    assertEquals(problems, []);
  } finally {
    await browser.close();
  }
}

async function plays(page: Page): Promise<void> {
  await page.locator("html[data-state=PLAYING]").waitFor();
  assertEquals(await page.locator(".start").isVisible(), false);
}

async function leaves(page: Page): Promise<void> {
  await page.keyboard.press("o");
  await page.locator(".start input:focus").waitFor();
}

Deno.test("the start page in Chromium: Enter plays, a wrong address is explained, another stream can follow", async () => {
  await withPage({}, async (page, stage) => {
    await page.locator(".start input:focus").waitFor();
    assertEquals(await page.locator(".start input:focus").inputValue(), "rtsp://");
    await page.locator(".start input:focus").fill("http://127.0.0.1/<b>x</b>");
    await page.keyboard.press("Enter");
    await page.locator(".start-problem:not(:empty)").waitFor();
    assertStringIncludes(await page.locator(".start-problem").innerText(), "<b>x</b> is no stream address");
    await page.locator(".start input:focus").fill("127.0.0.1:8554/film.mjpeg");
    await page.keyboard.press("Enter");
    await plays(page);

    await page.getByRole("button", { name: "Other stream" }).click();
    await page.locator(".start input:focus").waitFor();
    assertEquals(await page.locator(".start input:focus").inputValue(), "127.0.0.1:8554/film.mjpeg");
    await page.click("#tab-assignment");
    await page.getByLabel("Server port").fill("1025");
    await page.getByLabel("RTP port").fill("0");
    await page.keyboard.press("Enter");
    await plays(page);
    assertEquals(stage.sources, [
      { kind: "rtsp", url: "rtsp://127.0.0.1:8554/film.mjpeg" },
      { kind: "lab", host: "127.0.0.1", port: 1025, rtpPort: 0, file: "movie.Mjpeg" },
    ]);
    assertEquals(await page.locator(".start-section").last().isVisible(), false);
  });
});

Deno.test("a stream that was named can be left for the start page, with its session closed and its name taken off", async () => {
  const source = { kind: "rtsp", url: "rtsp://127.0.0.1:8554/flipbook.mjpeg" } as const;
  await withPage({ source, recent: [] }, async (page, stage) => {
    await plays(page);
    assertEquals(await page.title(), "flipbook.mjpeg - Flipbook");
    await leaves(page);
    assertEquals([stage.players.length, stage.players[0]!.calls.at(-1)], [1, "close"]);
    assertEquals(await page.title(), "Flipbook");
    await page.reload();
    await page.locator(".start input:focus").fill("rtsp://h/missing");
    await page.keyboard.press("Enter");
    await plays(page);
    stage.players[1]!.fail({ code: "not-found", message: "No stream named missing on h. It offers: a." });
    await page.getByRole("alert").getByRole("button", { name: "Other stream" }).click();
    await page.locator(".start input:focus").waitFor();
  });
});

Deno.test("what was played stands on the start page with its last picture, plays again, and can be forgotten", async () => {
  await withPage({ recent: [] }, async (page, stage) => {
    await page.locator(".start input:focus").waitFor();
    assertEquals(await page.locator(".tile").count(), 0);
    for (const name of ["a", "b", "c"]) {
      await page.locator(".start input:focus").fill(`rtsp://ann:secret@127.0.0.1:8554/${name}`);
      await page.keyboard.press("Enter");
      await plays(page);
      await painted(page, 3);
      await leaves(page);
    }
    assertEquals(await page.locator(".tile b").allInnerTexts(), ["c", "b", "a"]);
    const kept = await stage.memory!.list();
    const stored = await page.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)");
    assertEquals([JSON.stringify(kept), String(stored)].some((text) => text.includes("secret")), false);
    for (const { thumbnail } of kept) assert(isThumbnail(Uint8Array.fromBase64(thumbnail!)));
    await until(
      "the pictures",
      async () =>
        await page.evaluate("[...document.querySelectorAll('.tile img')].every((image) => image.naturalWidth === 320)"),
    );

    await page.locator(".tile").first().focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Delete");
    await until("b to be forgotten", async () => (await page.locator(".tile b").allInnerTexts()).join() === "c,a");
    await page.locator(".tile:focus", { hasText: "a" }).waitFor();
    await page.keyboard.press("Enter");
    await plays(page);
    assertEquals(stage.sources.at(-1), { kind: "rtsp", url: "rtsp://127.0.0.1:8554/a" });
    await leaves(page);
    await page.getByRole("button", { name: "Forget c from 127.0.0.1:8554" }).click();
    await until("c to be forgotten", async () => (await page.locator(".tile b").allInnerTexts()).join() === "a");
    await page.getByRole("button", { name: "Forget all" }).click();
    await page.locator(".tile").waitFor({ state: "detached" });
    assertEquals(await stage.memory!.list(), []);
  });
});

Deno.test("what the servers of this machine offer stands on the start page, and a click plays it", async () => {
  const names = ["flipbook.mjpeg", "<b>bold</b>", ...Array.from({ length: 30 }, (_, index) => `hall ${index}`)];
  let there = false;
  const scene: StartScene = {
    offered: () => there ? Promise.resolve(offered(...names)) : Promise.reject(new Error("no")),
  };
  await withPage(scene, async (page, stage) => {
    await page.getByText("A server answers and does not tell what it offers").waitFor();
    there = true;
    await page.getByRole("button", { name: "Ask the servers of this machine again" }).click();
    await page.getByRole("button", { name: "Play flipbook.mjpeg" }).waitFor();
    assertEquals(await page.locator(".offer").count(), 12);
    assertEquals(await page.locator(".offer").nth(1).innerText(), "<b>bold</b>");
    await page.getByRole("button", { name: "Show all 32" }).click();
    assertEquals(await page.locator(".offer").count(), 32);
    assertEquals(await page.locator(".offer:focus").innerText(), "hall 10");
    await page.getByRole("button", { name: "Play hall 29" }).click();
    await plays(page);
    assertEquals(stage.sources, [{ kind: "rtsp", url: "rtsp://127.0.0.1:8554/hall%2029" }]);
  });
});

Deno.test("every control of the start page has a name, and Tab reaches them all in their order", async () => {
  await withPage(await livelyScene(), async (page) => {
    await page.locator(".tile").nth(3).waitFor();
    const controls = page.locator(".start button, .start input");
    for (const control of await controls.all()) {
      if (!await control.isVisible()) continue;
      const name = await control.evaluate("(element) => element.getAttribute('aria-label') ?? element.innerText")
        .catch(() => "");
      const label = await control.evaluate("(element) => element.closest('label')?.innerText ?? ''");
      assert(String(name) !== "" || String(label) !== "");
    }
    const seen: string[] = [];
    await page.locator("#tab-address").focus();
    for (const key of ["i", "r", "?", "f"]) await page.keyboard.press(key);
    assertEquals(await page.locator("dialog[open], #inspector:visible").count(), 0);
    for (let count = 0; count < 8; count++) {
      seen.push(await page.evaluate("document.activeElement.innerText || document.activeElement.tagName") as string);
      await page.keyboard.press("Tab");
    }
    assertEquals(seen.slice(0, 7), [
      "Address",
      "INPUT",
      "Play",
      "BUTTON",
      "flipbook.mjpeg",
      "movie.Mjpeg",
      "films/autumn.avi",
    ]);
  });
});
