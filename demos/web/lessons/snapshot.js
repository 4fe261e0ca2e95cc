// @ts-check
// A part of the page as it looks now, copied for paper: its drawings, the values of its controls, and its style.

const TOOLS = ".loom-tools:not(:has(canvas)), .loom-hint, .chart-save"; // that paper has no use for
const REFERENCE = /url\((["']?)[^)"']*#([^)"']+)\1\)/g; // to an id

/**
 * @param {HTMLElement} part of a tab
 * @param {string} prefix of the copy's ids
 * @returns {{copy: HTMLElement, width: number, height: number}} size in pixels
 */
export function snapshot(part, prefix) {
  const copy = /** @type {HTMLElement} */ (part.cloneNode(true));
  const tools = /** @type {HTMLElement[]} */ ([...part.querySelectorAll(TOOLS)]);
  copyDrawings(part, copy);
  copyValues(part, copy);
  renameIds(copy, prefix);
  for (const tool of copy.querySelectorAll(TOOLS)) tool.remove();
  for (const one of [copy, ...copy.querySelectorAll("*")])
    for (const name of ["data-ringed", "data-covered", "inert", "data-part", "aria-live", "role", "tabindex"])
      one.removeAttribute(name);
  const {offsetWidth: width} = part;
  const height = tools.reduce((rest, tool) => rest - tool.offsetHeight, part.offsetHeight);
  copy.style.width = `${width}px`;
  return {copy: withAncestors(part, copy), width, height};
}

/**
 * @template {Element} Kind
 * @param {HTMLElement} root
 * @param {string} selector
 * @returns {Kind[]} the root as well, where it is one
 */
const all = (root, selector) =>
  /** @type {Kind[]} */ ([...(root.matches(selector) ? [root] : []), ...root.querySelectorAll(selector)]);

/** @type {(part: HTMLElement, copy: HTMLElement) => void} */
function copyDrawings(part, copy) {
  const copies = /** @type {HTMLCanvasElement[]} */ (all(copy, "canvas"));
  /** @type {HTMLCanvasElement[]} */ (all(part, "canvas")).forEach((canvas, k) => {
    if (canvas.width && canvas.height) copies[k].getContext("2d")?.drawImage(canvas, 0, 0);
  });
}

/** @type {(part: HTMLElement, copy: HTMLElement) => void} */
function copyValues(part, copy) {
  const copies = /** @type {HTMLInputElement[]} */ (all(copy, "input, select"));
  /** @type {HTMLInputElement[]} */ (all(part, "input, select")).forEach((control, k) => {
    if (control.type === "file") return;
    copies[k].value = control.value;
    copies[k].checked = control.checked;
  });
}

/**
 * Two copies of a plot must not cut their lines by one another's frames.
 * @param {HTMLElement} copy
 * @param {string} prefix
 */
function renameIds(copy, prefix) {
  for (const one of all(copy, "[id]")) one.id = prefix + one.id;
  for (const one of all(copy, "svg, svg *"))
    for (const {name, value} of [...one.attributes])
      if (value.includes("url(")) one.setAttribute(name, value.replace(REFERENCE, `url(#${prefix}$2)`));
}

/**
 * The copy inside empty copies of what the part stands in, which its style may depend on.
 * @param {HTMLElement} part
 * @param {HTMLElement} copy
 */
function withAncestors(part, copy) {
  const widget = part.closest("[id$=-widget]");
  let outer = copy;
  for (let above = part.parentElement; above && above !== widget?.parentElement; above = above.parentElement) {
    const around = /** @type {HTMLElement} */ (above.cloneNode(false));
    for (const {name} of [...around.attributes])
      if (name !== "class" && !name.startsWith("data-")) around.removeAttribute(name);
    for (const name of ["data-part", "data-ringed", "data-covered"]) around.removeAttribute(name);
    around.dataset.around = "";
    around.append(outer);
    outer = around;
  }
  return outer;
}
