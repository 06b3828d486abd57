import { assert, assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import { openChromium } from "../support/chromium.ts";
import { until } from "../support/display.ts";
import { numberOn, painted, paintedExactly } from "../support/page_picture.ts";
import { PageStage } from "../support/page_stage.ts";

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
      const stood = stage.player.index;
      await paintedExactly(page, stood);
      assertEquals(await page.textContent("#frame"), `#${stood}`);
      await page.keyboard.press("Space");
      await painted(page, stood + 3);
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

    await test.step("a password is asked for, sent once, and stays nowhere in the page", async () => {
      const problem = { code: "unauthorized", message: "A password is needed.", realm: "Films" } as const;
      await using stage = await PageStage.open({ problem });
      const page = await stage.page(browser);
      const dialog = page.getByRole("dialog", { name: "Name and password" });
      await dialog.waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Log in" }).click();
      await page.getByLabel("Name", { exact: true }).fill("ann");
      await page.getByLabel("Password", { exact: true }).fill("a secret");
      assertEquals(await page.getByLabel("Password", { exact: true }).getAttribute("type"), "password");
      await page.keyboard.press("Enter");
      await page.getByText("The server does not take this name and password.").waitFor();
      assertEquals(stage.player.calls, ["setup", "login ann", "setup"]);
      assertEquals(await page.getByLabel("Password", { exact: true }).inputValue(), "");
      const kept = await page.evaluate("document.documentElement.outerHTML + JSON.stringify({ ...sessionStorage })");
      assertEquals(String(kept).includes("a secret"), false);
    });

    await test.step("the picture turns, grows and is moved, and fits again", async () => {
      await using stage = await PageStage.open({ frameRate: 0 });
      const page = await stage.page(browser);
      await page.click("#verb-play");
      stage.player.step();
      await painted(page, 0);
      const box = async () => (await page.locator("#picture").boundingBox())!;
      const fitting = await box();
      await page.keyboard.press("t");
      const turned = await box();
      assertGreater(turned.height, turned.width);
      for (let count = 0; count < 3; count++) await page.keyboard.press("t");
      assertEquals(await box(), fitting);
      await page.keyboard.press("z");
      assertEquals([(await box()).width, (await box()).height], [640, 480]);
      await page.keyboard.press("z");
      await page.mouse.move(440, 300);
      await page.mouse.wheel(0, -500);
      await until("a larger picture", async () => (await box()).width > 2 * fitting.width);
      const before = await box();
      await page.mouse.down();
      await page.mouse.move(480, 330);
      await page.mouse.up();
      await until("the picture to follow", async () => (await box()).x === before.x + 40);
      assertEquals((await box()).y, before.y + 30);
      await page.mouse.wheel(0, 5000);
      await until("the fitting picture", async () => (await box()).width === fitting.width);
    });

    await test.step("the picture fills the screen by a key, a button and a double click, and comes back", async () => {
      await using stage = await PageStage.open({}, true);
      const page = await stage.page(browser);
      await painted(page, 2);
      const full = (wanted: boolean) =>
        until(`fullscreen ${wanted}`, async () => {
          return await page.evaluate("document.fullscreenElement !== null") === wanted;
        });
      await page.keyboard.press("f");
      await full(true);
      const button = page.getByRole("button", { name: "Leave fullscreen" });
      await button.waitFor();
      await page.mouse.move(300, 300);
      await page.locator("body.idle").waitFor();
      await until("the picture alone", async () => {
        return await page.evaluate("getComputedStyle(document.querySelector('#status')).opacity") === "0";
      });
      await page.mouse.move(310, 310);
      await button.click();
      await full(false);
      await page.mouse.dblclick(300, 300);
      await full(true);
      await page.keyboard.press("f");
      await full(false);
      await page.getByRole("button", { name: "Fullscreen", exact: true }).waitFor();
      // What is asked for while the screen still changes counts as well.
      await page.evaluate("document.onfullscreenchange = () => changes++; globalThis.changes = 0");
      for (const [round, second] of ["f", "Escape"].entries()) {
        await page.evaluate(`addEventListener("keydown", () => {
          document.dispatchEvent(new KeyboardEvent("keydown", { key: "${second}" }));
        }, { once: true })`);
        await page.keyboard.press("f");
        await until("in full and back", async () => await page.evaluate("changes") === 2 * (round + 1));
        await full(false);
      }
      assertEquals(await page.getAttribute("html", "data-state"), "PLAYING");
    });

    await test.step("menus and the sheet of keys work by the keyboard alone", async () => {
      await using stage = await PageStage.open({}, true);
      const page = await stage.page(browser);
      await painted(page, 2);
      await page.locator("#speed").focus();
      await page.keyboard.press("Enter");
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Enter");
      await until("the speed", () => stage.player.calls.at(-1) === "play scale 2");
      await until("2\u00d7 on the button", async () => (await page.textContent("#speed"))?.trim() === "2\u00d7");
      // Pressed twice before the player has answered once.
      await page.evaluate(`for (const key of ["[", "["]) {
        document.dispatchEvent(new KeyboardEvent("keydown", { key }));
      }`);
      await until("two speeds slower", () => stage.player.calls.at(-1) === "play scale 0.5");
      await page.locator("#more").focus();
      await page.keyboard.press("Enter");
      await page.keyboard.press("Escape");
      assertEquals(await page.locator("#more-menu").isVisible(), false);
      assertEquals(await page.evaluate("document.activeElement.id"), "more");
      await page.keyboard.press("?");
      const sheet = page.getByRole("dialog", { name: "Keys" });
      assertStringIncludes(await sheet.textContent() ?? "", "Play or pause");
      await page.keyboard.press("Escape");
      assertEquals(await sheet.isVisible(), false);
    });

    await test.step("a live stream shows its delay and no bar", async () => {
      await using stage = await PageStage.open({ live: true }, true);
      const page = await stage.page(browser);
      await page.getByText("Live, 9 ms").waitFor();
      assertEquals(await page.getByRole("slider").count(), 0);
      assertEquals(await page.getByRole("button", { name: "Speed" }).isDisabled(), true);
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
