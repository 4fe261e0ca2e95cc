// @ts-check
// One of a few, as buttons in a row that the arrow keys walk through.
import {escapeHtml} from "../lib/dom.js";

/** @type {Record<string, number>} */
const STEPS = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1};

/**
 * The option that a key leads to, past the ends; undefined where the key is no arrow.
 * @template {string} Key
 * @param {readonly Key[]} keys
 * @param {Key} at
 * @param {string} pressed name of the key
 */
export function nextOption(keys, at, pressed) {
  const step = STEPS[pressed];
  return step ? keys[(keys.indexOf(at) + step + keys.length) % keys.length] : undefined;
}

/**
 * The elements of role radio inside the root, wherever they stand and whatever they hold, as one group; each has its
 * key in data-key. Setting `at` only marks; a press or an arrow also calls.
 * @param {HTMLElement} root
 * @param {(key: string) => void} onPick
 */
export function radios(root, onPick) {
  let at = "";
  const buttons = () => /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[role=radio]"));
  const mark = (/** @type {string} */ key) => {
    at = key;
    for (const button of buttons()) {
      const isChosen = button.dataset.key === key;
      button.setAttribute("aria-checked", String(isChosen));
      button.tabIndex = isChosen ? 0 : -1;
    }
  };
  const pick = (/** @type {string} */ key) => {
    mark(key);
    onPick(key);
  };
  root.setAttribute("role", "radiogroup");
  root.addEventListener("click", ({target}) => {
    const button = /** @type {HTMLElement} */ (target).closest("[role=radio]");
    if (button instanceof HTMLElement) pick(button.dataset.key ?? "");
  });
  root.addEventListener("keydown", (event) => {
    const all = [...buttons()].filter((button) => !button.hidden);
    const keys = all.map(({dataset}) => dataset.key ?? "");
    const next = nextOption(keys, at, event.key);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    pick(next);
    all[keys.indexOf(next)].focus();
  });
  return {
    get at() {
      return at;
    },
    set at(key) {
      mark(key);
    },
  };
}

/**
 * Buttons in a row. The root is named by its own aria-label.
 * @param {HTMLElement} root
 * @param {Record<string, string>} options labels by key
 * @param {(key: string) => void} onPick
 */
export function radioGroup(root, options, onPick) {
  root.classList.add("loom-radio-group");
  const group = radios(root, onPick);
  const show = (/** @type {Record<string, string>} */ next, key = Object.keys(next)[0]) => {
    root.innerHTML = Object.entries(next)
      .map(
        ([k, label]) => `<button type="button" role="radio" data-key="${escapeHtml(k)}">${escapeHtml(label)}</button>`,
      )
      .join("");
    group.at = key;
  };
  show(options);
  return {
    show, // other options, one of them marked
    get at() {
      return group.at;
    },
    set at(key) {
      group.at = key;
    },
  };
}
