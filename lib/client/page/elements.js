// @ts-check

/**
 * The element with this id, of the type that the page was written with.
 * @template {Element} T
 * @param {string} id
 * @param {new (...parameters: never[]) => T} type
 * @returns {T}
 */
export function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) {
    throw new TypeError(`Cannot find ${type.name} #${id}`);
  }
  return found;
}

/**
 * The only element below `parent` that the selector names.
 * @template {Element} T
 * @param {Element} parent
 * @param {string} selector
 * @param {new (...parameters: never[]) => T} type
 * @returns {T}
 */
export function child(parent, selector, type) {
  const found = parent.querySelector(selector);
  if (!(found instanceof type)) {
    throw new TypeError(`Cannot find ${type.name} ${selector}`);
  }
  return found;
}

/**
 * Shows the symbol `icon-name` of the page in an icon.
 * @param {Element} parent
 * @param {string} name
 * @param {string} [selector]
 */
export function setIcon(parent, name, selector = "use") {
  child(parent, selector, SVGUseElement).setAttribute("href", `#icon-${name}`);
}

/**
 * Shows a text. One that was there is changed in its place: WebKit forgets a press on what is replaced before it ends,
 * and a screen reader takes it for something new.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  const { firstChild } = element;
  if (firstChild === null || firstChild !== element.lastChild || !(firstChild instanceof Text)) {
    element.textContent = text;
  } else if (firstChild.data !== text) firstChild.data = text;
}

/**
 * A number in strong type among its quiet words.
 * @param {HTMLElement} parent
 * @param {string} before
 * @param {string} value
 * @param {string} after
 * @returns {boolean} whether it was another before
 */
export function setMetric(parent, before, value, after) {
  const text = `${before} ${value} ${after}`.trim();
  if (parent.dataset.text === text) return false;
  parent.dataset.text = text;
  if (parent.childElementCount !== 3) {
    parent.replaceChildren(...["span", "b", "span"].map((tag) => document.createElement(tag)));
  }
  const [lead, strong, tail] = parent.children;
  if (lead) setText(lead, before === "" ? "" : `${before} `);
  if (strong) setText(strong, value);
  if (tail) setText(tail, after === "" ? "" : ` ${after}`);
  return true;
}
