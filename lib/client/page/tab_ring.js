// @ts-check

/** What Tab stops at. */
const STOPS = "a[href], button, input, select, summary, textarea, [tabindex='0']";

/**
 * Lets Tab go round in a window of the player's own, where there is nothing beside the page: behind the last control
 * WebKitGTK gives the keyboard away for good. A browser has controls of its own, and is left to lead to them.
 */
export function closeTabRing() {
  if (!("__webview__" in globalThis)) return;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || event.defaultPrevented || event.ctrlKey || event.altKey) return;
    const stops = [...(document.querySelector("dialog[open]") ?? document).querySelectorAll(STOPS)].filter(isStop);
    const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
    if (document.activeElement !== from) return;
    event.preventDefault();
    if (to instanceof HTMLElement) to.focus();
  });
}

/** @param {Element} element */
function isStop(element) {
  return element instanceof HTMLElement && element.tabIndex >= 0 && !element.matches(":disabled") &&
    element.checkVisibility({ visibilityProperty: true });
}
