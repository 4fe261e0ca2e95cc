// @ts-check
// Examples to open, as buttons in a row, of which the one that is shown is marked.
import {escapeHtml} from "../lib/dom.js";

/**
 * A row of examples that may change; `onPick` gets the one whose button is pressed.
 * @param {HTMLElement} root
 * @param {(name: string) => void} onPick
 */
export function exampleRow(root, onPick) {
  /** @type {string[]} */
  let names = [];
  root.addEventListener("click", ({target}) => {
    const n = [...root.children].indexOf(/** @type {Element} */ (target));
    if (n >= 0) onPick(names[n]);
  });
  return {
    show(/** @type {string[]} */ next) {
      names = next;
      root.innerHTML = names.map((name) => `<button type="button">${escapeHtml(name)}</button>`).join("");
    },
    mark(/** @type {string | undefined} */ shown) {
      [...root.children].forEach((button, n) => {
        button.setAttribute("aria-pressed", String(names[n] === shown));
      });
    },
  };
}

/**
 * A row of the same examples for ever, and a function that marks one.
 * @param {HTMLElement} root
 * @param {string[]} names
 * @param {(name: string) => void} onPick
 * @returns {(name: string | undefined) => void}
 */
export function exampleButtons(root, names, onPick) {
  const row = exampleRow(root, onPick);
  row.show(names);
  return row.mark;
}

/**
 * The example whose every value the state has; of several, the one that says most.
 * @template {object} State
 * @param {Partial<State>} state
 * @param {Record<string, Partial<State>>} examples by name
 * @param {readonly string[]} [passing] keys that may change while an example is looked at
 * @returns {string | undefined}
 */
export function exampleShown(state, examples, passing = []) {
  const values = /** @type {Record<string, unknown>} */ (state);
  const lasting = (/** @type {Partial<State>} */ example) =>
    Object.entries(example).filter(([key]) => !passing.includes(key));
  const isSame = (/** @type {[string, unknown]} */ [key, value]) =>
    JSON.stringify(values[key]) === JSON.stringify(value);
  const fitting = Object.entries(examples).filter(([, example]) => lasting(example).every(isSame));
  fitting.sort(([, a], [, b]) => lasting(b).length - lasting(a).length);
  return fitting[0]?.[0];
}
