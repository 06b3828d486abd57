import type { Page } from "playwright-core";

/** Notes, in every document that the page loads from now on, the SHA-256 of each picture that came, and how many were painted. */
export async function notePictures(page: Page): Promise<void> {
  await page.addInitScript(`
    globalThis.noted = { hashes: [], painted: 0 };
    const property = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
    Object.defineProperty(WebSocket.prototype, "onmessage", { set(handler) {
      property.set.call(this, (event) => {
        if (typeof event.data !== "string") {
          const picture = event.data.slice(new DataView(event.data).getUint16(2));
          crypto.subtle.digest("SHA-256", picture).then((hash) => noted.hashes.push(new Uint8Array(hash).toHex()));
        }
        handler(event);
      });
    } });
    addEventListener("DOMContentLoaded", () =>
      new MutationObserver((changes) => noted.painted += changes.length)
        .observe(document.querySelector("#picture"), { attributeFilter: ["data-index"] }));
  `);
}

/** What has been noted so far. */
export async function notedPictures(page: Page): Promise<{ readonly hashes: string[]; readonly painted: number }> {
  return await page.evaluate("noted");
}
