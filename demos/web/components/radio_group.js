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
 * Setting `at` only marks; a press or an arrow also calls. The root is named by its own aria-label.
 * @param {HTMLElement} root
 * @param {Record<string, string>} options labels by key
 * @param {(key: string) => void} onPick
 */
export function radioGroup(root, options, onPick) {
  root.classList.add("loom-radio-group");
  root.setAttribute("role", "radiogroup");
  /** @type {HTMLElement[]} */
  let buttons = [];
  let at = "";

  const mark = (/** @type {string} */ key) => {
    at = key;
    for (const button of buttons) {
      const isChosen = button.dataset.key === key;
      button.setAttribute("aria-checked", String(isChosen));
      button.tabIndex = isChosen ? 0 : -1;
    }
  };
  const show = (/** @type {Record<string, string>} */ next, key = Object.keys(next)[0]) => {
    root.innerHTML = Object.entries(next)
      .map(
        ([k, label]) => `<button type="button" role="radio" data-key="${escapeHtml(k)}">${escapeHtml(label)}</button>`,
      )
      .join("");
    buttons = /** @type {HTMLElement[]} */ ([...root.children]);
    mark(key);
  };
  const pick = (/** @type {string} */ key) => {
    mark(key);
    onPick(key);
  };
  root.addEventListener("click", ({target}) => {
    const button = /** @type {HTMLElement} */ (target).closest("[role=radio]");
    if (button instanceof HTMLElement) pick(button.dataset.key ?? "");
  });
  root.addEventListener("keydown", (event) => {
    const next = nextOption(
      buttons.map(({dataset}) => dataset.key ?? ""),
      at,
      event.key,
    );
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    pick(next);
    buttons.find(({dataset}) => dataset.key === next)?.focus();
  });
  show(options);
  return {
    show, // other options, one of them marked
    get at() {
      return at;
    },
    set at(key) {
      mark(key);
    },
  };
}
