// @ts-check
// Small help with the page: elements that must be there, text in HTML, files to keep, the theme.

/** @type {Record<string, string>} */
const ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"};

/** @param {unknown} text as HTML shows it literally */
export const escapeHtml = (text) => String(text).replace(/[&<>"]/g, (c) => ENTITIES[c]);

/**
 * A function that finds an element inside the root, and says which one is missing.
 * @param {ParentNode} root
 * @returns {(selector: string) => any}
 */
export function finder(root) {
  return (selector) => {
    const found = root.querySelector(selector);
    if (!found) throw new Error(`${selector} is not on the page`);
    return found;
  };
}

/**
 * Have the browser save a file.
 * @param {string} name
 * @param {BlobPart} content
 * @param {string} type MIME
 */
export function saveFile(name, content, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], {type}));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * Copy a text, and say on the button whether that was allowed.
 * @param {Element} button
 * @param {string} text
 * @param {{done?: string, refused: string}} words
 */
export async function copyText(button, text, {done = "Copied", refused}) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = done;
  } catch {
    button.textContent = refused;
  }
  setTimeout(() => {
    button.textContent = before;
  }, 2500);
}

/**
 * Where a pointer is, in pixels from an element's corner as the element itself counts them: on a projector all is
 * drawn larger than it is laid out.
 * @param {Element} element
 * @param {{clientX: number, clientY: number}} event
 * @param {HTMLElement} [frame] that tells the scale, where the element is a drawing
 */
export function placeIn(element, {clientX, clientY}, frame = /** @type {HTMLElement} */ (element)) {
  const {left, top} = element.getBoundingClientRect();
  const scale = frame.getBoundingClientRect().width / frame.offsetWidth || 1;
  return {x: (clientX - left) / scale, y: (clientY - top) / scale};
}

/** @param {string} name of a CSS variable of the theme */
export const themeValue = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

/**
 * The size of a text that is laid out by its size, such as a plot's: on a projector none is smaller than the page's.
 * @param {number} size pixels
 */
export const typeSize = (size) => Math.max(size, Number.parseFloat(themeValue("--loom-least-type")) || 0);

/**
 * Call when the theme turns light or dark, or the page is presented.
 * @param {() => void} redraw
 */
export function onThemeChange(redraw) {
  new MutationObserver(redraw).observe(document.body, {attributes: true, attributeFilter: ["class"]});
}

/**
 * Show the parts of a tab that belong to its view, and hide the others.
 * @param {ParentNode} root
 * @param {string} view
 * @param {"only" | "view"} [mark] under which a part's data name its views
 */
export function showParts(root, view, mark = "only") {
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(`[data-${mark}]`)))
    part.hidden = !part.dataset[mark]?.split(" ").includes(view);
}

/**
 * Whether a part of the page is still of something shown before.
 * @param {HTMLElement} element
 * @param {boolean} isPending
 */
export function setPending(element, isPending) {
  element.toggleAttribute("data-pending", isPending);
  element.setAttribute("aria-busy", String(isPending));
}
