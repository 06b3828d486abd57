// @ts-check

/** @typedef {import("./keys.js").Keys} Keys */
/** @typedef {import("./controls.js").Controls} Controls */
/** @typedef {import("./seek_bar.js").SeekBar} SeekBar */
/** @typedef {import("./film_controls.js").FilmControls} FilmControls */
/** @typedef {import("./picture.js").PictureView} PictureView */
/** @typedef {import("./help_sheet.js").HelpSheet} HelpSheet */

/** Seconds that the arrows go. */
const FAR = 5;
const NEAR = 1;
/** How much one press zooms. */
const ZOOM = 1.25;

/**
 * The keys of the player's controls.
 * @param {Keys} keys
 * @param {{ controls: Controls, seekBar: SeekBar, film: FilmControls, picture: PictureView, help: HelpSheet,
 *   toggleFullscreen: () => void }} parts
 */
export function addKeys(keys, { controls, seekBar, film, picture, help, toggleFullscreen }) {
  keys.add([" "], "Play or pause", () => controls.toggle());
  keys.add([","], "One picture back", () => film.step(-1), true);
  keys.add(["."], "One picture on", () => film.step(1), true);
  keys.add(["arrowleft"], `${FAR} seconds back`, () => seekBar.jump(-FAR), true);
  keys.add(["arrowright"], `${FAR} seconds on`, () => seekBar.jump(FAR), true);
  keys.add(["arrowdown"], `${NEAR} second back`, () => seekBar.jump(-NEAR), true);
  keys.add(["arrowup"], `${NEAR} second on`, () => seekBar.jump(NEAR), true);
  keys.add(["home"], "First picture", () => seekBar.jumpTo(0));
  keys.add(["end"], "Last picture", () => seekBar.jumpTo(1));
  keys.add(["["], "Slower, then backward", () => film.changeSpeed(-1));
  keys.add(["]"], "Faster", () => film.changeSpeed(1));
  keys.add(["l"], "Loop", () => film.toggleLoop());
  keys.add(["s"], "Save this picture", () => film.saveSnapshot());
  keys.add(["r"], "Record", () => film.toggleRecording());
  keys.add(["d"], "Repair damaged pictures", () => film.toggleRepair());
  keys.add(["t"], "Turn right", () => picture.turn());
  keys.add(["z"], "Fit or actual size", () => picture.toggleSize());
  keys.add(["+", "="], "Larger", () => picture.zoomBy(ZOOM), true);
  keys.add(["-"], "Smaller", () => picture.zoomBy(1 / ZOOM), true);
  keys.add(["f"], "Fullscreen", toggleFullscreen);
  keys.add(["?"], "This sheet", () => help.open());
}

/**
 * Lets the keys of the page do what they are for.
 * @param {Keys} keys
 */
export function listenToKeys(keys) {
  document.addEventListener("keydown", (event) => {
    if (!isOurs(event)) return;
    const binding = keys.find(event.key);
    if (binding === undefined) return;
    event.preventDefault();
    if (binding.repeats || !event.repeat) binding.act();
  });
}

/**
 * Whether it is for the player, not for a dialog, a menu, a field or the system.
 * @param {KeyboardEvent} event
 * @returns {boolean}
 */
function isOurs(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return false;
  // On the start page there is nothing to play yet.
  if (document.querySelector("dialog[open], .starting") !== null) return false;
  const { target } = event;
  if (!(target instanceof Element)) return true;
  if (target.closest("input, select, textarea, [role=menu]") !== null) return false;
  // The button that the keyboard stands on is pressed by Space.
  return event.key !== " " || target.closest("button:focus-visible, summary, a[href]") === null;
}
