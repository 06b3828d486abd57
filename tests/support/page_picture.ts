import type { Page } from "playwright-core";
import { readBlockRow } from "./block_row.ts";
import { until, within } from "./until.ts";

/** The film's frame number as it stands on the canvas of the player's page. */
export async function numberOn(page: Page): Promise<number | undefined> {
  // The row of blocks stands at the lower edge; all pixels would take seconds to bring over.
  const { pixels, width, height } = await page.evaluate(`(() => {
    const canvas = document.querySelector("#picture");
    const height = 24;
    const { data } = canvas.getContext("2d").getImageData(0, canvas.height - height, canvas.width, height);
    return { pixels: Array.from(data), width: canvas.width, height };
  })()`) as { pixels: number[]; width: number; height: number };
  return readBlockRow(Uint8Array.from(pixels), width, height);
}

/** Waits until a picture with this number or a later one is painted. */
export async function painted(page: Page, least: number): Promise<void> {
  await until(`picture ${least}`, async () => {
    const index = await page.locator("#picture").getAttribute("data-index");
    return index !== null && Number(index) >= least;
  });
}

/** Waits until exactly this picture is painted, as its pixels tell. */
export async function paintedExactly(page: Page, number: number): Promise<void> {
  await page.locator(`#picture[data-index='${number}']`).waitFor();
  const seen = await numberOn(page);
  if (seen !== number) throw new Error(`The picture that is called ${number} shows ${seen}`);
}

/** The numbers of the pictures that are painted from now on, in their order: so many different ones. */
export async function paintedNext(page: Page, count: number): Promise<number[]> {
  const numbers = page.evaluate(`new Promise((resolve) => {
    const picture = document.querySelector("#picture");
    const seen = [];
    new MutationObserver((_, observer) => {
      const number = Number(picture.dataset.index);
      if (number !== seen.at(-1)) seen.push(number);
      if (seen.length < ${count}) return;
      observer.disconnect();
      resolve(seen);
    }).observe(picture, { attributeFilter: ["data-index"] });
  })`) as Promise<number[]>;
  return await within(`${count} pictures of a film that moves`, numbers);
}
