// @ts-check
// Examples to open, as buttons in a row, of which the one that is shown is marked.
import {escapeHtml} from "../lib/dom.js";

/**
 * Call `onPick` with the example whose button is pressed, and give a function that marks one.
 * @param {HTMLElement} root
 * @param {string[]} names
 * @param {(name: string) => void} onPick
 * @returns {(name: string | undefined) => void}
 */
export function exampleButtons(root, names, onPick) {
  root.innerHTML = names.map((name) => `<button type="button">${escapeHtml(name)}</button>`).join("");
  const buttons = [...root.children];
  root.addEventListener("click", ({target}) => {
    const n = buttons.indexOf(/** @type {Element} */ (target));
    if (n >= 0) onPick(names[n]);
  });
  return (shown) =>
    buttons.forEach((button, n) => {
      button.setAttribute("aria-pressed", String(names[n] === shown));
    });
}
