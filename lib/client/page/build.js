// @ts-check

/**
 * A new element. All text is set as text: nothing from the network is ever read as HTML.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} [className]
 * @param {string | readonly (Node | string)[]} [content]
 * @param {Readonly<Record<string, string>>} [attributes]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function build(tag, className = "", content = [], attributes = {}) {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  made.append(...(typeof content === "string" ? [content] : content));
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/**
 * A new element of a drawing.
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Readonly<Record<string, string | number>>} [attributes]
 * @param {readonly (Node | string)[]} [content]
 * @returns {SVGElementTagNameMap[T]}
 */
export function draw(tag, attributes = {}, content = []) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  made.append(...content);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/**
 * One of the page's icons.
 * @param {string} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  return draw("svg", { class: "icon", "aria-hidden": "true" }, [draw("use", { href: `#icon-${name}` })]);
}

/**
 * Names and values, one below the other.
 * @param {Iterable<readonly [name: string, value: string | Node]>} fields
 * @returns {HTMLDListElement}
 */
export function fieldList(fields) {
  const list = build("dl", "fields");
  for (const [name, value] of fields) list.append(build("dt", "", name), build("dd", "", [value]));
  return list;
}
