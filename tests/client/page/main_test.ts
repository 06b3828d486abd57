import { assert, assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import { openChromium } from "../../support/chromium.ts";
import { numberOn, painted } from "../../support/page_picture.ts";
import { PageStage } from "../../support/page_stage.ts";

async function enabledVerbs(page: Page): Promise<string[]> {
  return await page.locator(".verbs .button:enabled span").allTextContents();
}

function problems(page: Page): string[] {
  const found: string[] = [];
  page.on("pageerror", (error) => found.push(error.message));
  page.on("console", (message) => message.type() === "error" && found.push(message.text()));
  return found;
}

Deno.test("the page in Chromium", async (test) => {
  const browser = await openChromium();
  try {
    await test.step("the four verbs do what they say, and only the possible ones can be pressed", async () => {
      await using stage = await PageStage.open();
      const page = await stage.page(browser);
      const found = problems(page);
      await page.locator("html[data-state=READY]").waitFor();
      assertEquals(await enabledVerbs(page), ["Play", "Teardown"]);
      await page.click("#verb-play");
      await painted(page, 10);
      assertEquals(await enabledVerbs(page), ["Pause", "Teardown"]);
      await page.click("#verb-pause");
      await page.locator("html[data-state=READY]").waitFor();
      const stood = await numberOn(page);
      assertEquals(stood, stage.player.index);
      assertEquals(await page.textContent("#frame"), `#${stood}`);
      await page.keyboard.press("Space");
      await painted(page, stood! + 3);
      await page.click("#verb-teardown");
      await page.locator("html[data-state=INIT]").waitFor();
      assertEquals(await enabledVerbs(page), ["Setup", "Play"]);
      assertEquals(stage.player.calls, ["setup", "play", "pause", "play", "teardown"]);
      assertEquals(found, []);
    });

    await test.step("B05 the token is out of the address, and works once", async () => {
      await using stage = await PageStage.open();
      const address = stage.bridge.newAddress();
      const page = await (await browser.newContext()).newPage();
      await page.goto(address);
      await page.locator("html[data-state=READY]").waitFor();
      assertEquals(page.url(), address.split("#")[0]);
      await page.reload();
      await page.locator("html[data-state=READY]").waitFor();
      const thief = await (await browser.newContext()).newPage();
      await thief.goto(address);
      assertEquals(await thief.locator("#message h1").textContent(), "This address was used before");
    });

    await test.step("B09 a page that is loaded anew shows the same session and picture", async () => {
      await using stage = await PageStage.open({ frameRate: 0 });
      const page = await stage.page(browser);
      stage.player.step();
      await painted(page, 0);
      await page.reload();
      await painted(page, 0);
      assertEquals(stage.player.calls, ["setup"]);
    });

    await test.step("B11 a picture that cannot be decoded leaves the last good one, and the next is shown", async () => {
      await using stage = await PageStage.open({ frameRate: 0 });
      const page = await stage.page(browser);
      stage.player.step();
      await painted(page, 0);
      const frame = { index: 7, mediaTime: 1, width: 640, height: 480, arrival: 0 };
      for (let count = 0; count < 5; count++) {
        stage.player.events.frame?.({ ...frame, data: Uint8Array.of(255, 216, 1) });
      }
      stage.player.step();
      await painted(page, 1);
      assertEquals(await numberOn(page), 1);
    });

    await test.step("failures are told in words, with a button that tries again", async () => {
      const message = "No stream named <b>movie2</b>. It offers: movie.Mjpeg";
      await using stage = await PageStage.open({ problem: { code: "not-found", message } });
      const page = await stage.page(browser);
      assertEquals(await page.getByRole("alert").locator("p").textContent(), message);
      assertEquals(await page.locator("#message b").count(), 0);
      await page.getByRole("button", { name: "Try again" }).click();
      await page.getByRole("alert").waitFor();
      assertEquals(stage.player.calls, ["setup", "setup"]);
    });

    await test.step("a dead server leaves the last picture under the message; the end offers the film anew", async () => {
      await using stage = await PageStage.open({}, true);
      const page = await stage.page(browser);
      await painted(page, 2);
      stage.player.fail({ code: "server-gone", message: "The server closed the connection." });
      assertStringIncludes(await page.getByRole("alert").textContent() ?? "", "The server closed the connection.");
      assert(await page.locator("#picture").isVisible());
      await page.getByRole("button", { name: "Try again" }).click();
      await page.locator("html[data-state=PLAYING]").waitFor();
      stage.player.end();
      await page.getByRole("button", { name: "Play again" }).click();
      await page.locator("html[data-state=PLAYING]").waitFor();
      assertEquals(stage.player.calls.at(-1), "play 0");
    });

    await test.step("the close question is answered by keys: Esc goes on, Enter closes", async () => {
      await using stage = await PageStage.open({}, true);
      const page = await stage.page(browser);
      await painted(page, 2);
      stage.host.requestClose();
      const question = page.getByRole("dialog", { name: "Close the player?" });
      await question.waitFor();
      await page.locator("html[data-state=READY]").waitFor();
      await page.keyboard.press("Escape");
      await page.locator("html[data-state=PLAYING]").waitFor();
      assertEquals(await question.isVisible(), false);
      stage.host.requestClose();
      await question.waitFor();
      await page.keyboard.press("Enter");
      await page.getByText("The player has quit").waitFor();
      assertEquals(stage.player.calls.at(-1), "close");
    });

    await test.step("controls step back while the pointer rests, return at a movement, and move no picture", async () => {
      await using stage = await PageStage.open({}, true);
      const page = await stage.page(browser, { viewport: { width: 480, height: 360 } });
      await painted(page, 2);
      const before = await page.locator("#picture").boundingBox();
      await page.mouse.move(100, 100);
      await page.locator("body.idle").waitFor();
      assertEquals(await page.locator("#picture").boundingBox(), before);
      await page.mouse.move(110, 110);
      await page.locator("body:not(.idle)").waitFor();
      assertGreater(before!.width / before!.height, 1.32);
      assertEquals(await page.getByRole("button", { name: "Teardown" }).isVisible(), true);
    });
  } finally {
    await browser.close();
  }
});
