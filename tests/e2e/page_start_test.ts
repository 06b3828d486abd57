import { assertEquals, assertStringIncludes } from "@std/assert";
import { openChromium } from "../support/chromium.ts";
import { StartStage } from "../support/start_stage.ts";

Deno.test("the start page in Chromium: Enter plays, a wrong address is explained, another stream can follow", async () => {
  await using stage = await StartStage.open();
  const browser = await openChromium();
  try {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    await page.goto(stage.bridge.newAddress());
    await page.locator(".start input:focus").waitFor();
    assertEquals(await page.locator(".start input:focus").inputValue(), "rtsp://");
    await page.locator(".start input:focus").fill("http://127.0.0.1/<b>x</b>");
    await page.keyboard.press("Enter");
    await page.locator(".start-problem:not(:empty)").waitFor();
    assertStringIncludes(await page.locator(".start-problem").innerText(), "<b>x</b> is no stream address");
    await page.locator(".start input:focus").fill("rtsp://127.0.0.1:8554/film.mjpeg");
    await page.keyboard.press("Enter");
    await page.locator("html[data-state=PLAYING]").waitFor();
    assertEquals(await page.locator(".start").isVisible(), false);

    await page.click("text=Other stream");
    await page.click("#tab-assignment");
    await page.getByLabel("Server port").fill("1025");
    await page.getByLabel("RTP port").fill("0");
    await page.keyboard.press("Enter");
    await page.locator("html[data-state=PLAYING]").waitFor();
    assertEquals(stage.sources, [
      { kind: "rtsp", url: "rtsp://127.0.0.1:8554/film.mjpeg" },
      { kind: "lab", host: "127.0.0.1", port: 1025, rtpPort: 0, file: "movie.Mjpeg" },
    ]);
    assertEquals(problems, []);
  } finally {
    await browser.close();
  }
});
