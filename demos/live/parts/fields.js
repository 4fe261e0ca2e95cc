// @ts-check
// The hyperparameters of a model: a slider and an exact number each.
import {plain} from "../../web/lib/format.js";

/** @typedef {import("../types").Hyperparameter} Hyperparameter */

const STEPS = 50; // of a slider that is moved by its keys
/** @type {Record<string, number>} */
const KEYS = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5};

/**
 * Where a value stands on its slider, from 0 to 1.
 * @param {Hyperparameter} hyperparameter
 * @param {number} value
 */
export const toSlider = ({low, high, log}, value) =>
  log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);

/**
 * The value of a place on its slider.
 * @param {Hyperparameter} hyperparameter
 * @param {number} share from 0 to 1
 */
export const fromSlider = ({low, high, log}, share) => (log ? low * (high / low) ** share : low + share * (high - low));

/**
 * The nearest value that is allowed.
 * @param {Hyperparameter} hyperparameter
 * @param {number} value
 */
export function nearestAllowed({low, high, whole}, value) {
  const inside = Math.max(low, Math.min(high, value));
  return whole ? Math.round(inside) : Number(inside.toPrecision(3));
}

/**
 * The value after a key was pressed on a slider.
 * @param {Hyperparameter} hyperparameter
 * @param {number} value
 * @param {string} key
 */
export function afterKey(hyperparameter, value, key) {
  const by = KEYS[key];
  const share = Math.max(0, Math.min(1, toSlider(hyperparameter, value) + by / STEPS));
  const next = nearestAllowed(hyperparameter, fromSlider(hyperparameter, share));
  return next === value ? nearestAllowed(hyperparameter, value + Math.sign(by) * Number(hyperparameter.whole)) : next;
}

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {Record<string, Hyperparameter>} options.hyperparameters
 * @param {(name: string, value: number, isSettled: boolean) => void} options.onChange
 * @param {(name: string) => void} options.onPoint at one, by pointer or focus
 * @param {(sentence: string) => void} options.onCorrect a number was typed that is not allowed
 */
export function fieldList(root, {hyperparameters, onChange, onPoint, onCorrect}) {
  /** @type {Record<string, number>} */
  let shown = {};

  const nameOf = (/** @type {Event} */ {target}) =>
    /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest("[data-name]"))?.dataset.name ?? "";
  const showValue = (/** @type {string} */ name) => {
    const [slider, exact] = root.querySelectorAll(`[data-name=${name}] input`);
    if (!(slider instanceof HTMLInputElement && exact instanceof HTMLInputElement)) return;
    slider.value = String(toSlider(hyperparameters[name], shown[name]));
    slider.setAttribute("aria-valuetext", String(shown[name]));
    exact.value = String(shown[name]);
  };

  function takeTyped(/** @type {HTMLInputElement} */ {value}, /** @type {string} */ name) {
    const {label, low, high, whole} = hyperparameters[name];
    const typed = value === "" ? Number.NaN : Number(value);
    const taken = Number.isFinite(typed) ? nearestAllowed(hyperparameters[name], typed) : shown[name];
    onChange(name, taken, true);
    showValue(name);
    if (taken === typed) return;
    const kind = whole ? "a whole number" : "a number";
    onCorrect(`${label} takes ${kind} from ${plain(low)} to ${plain(high)}; ${plain(taken)} is used.`);
  }

  root.addEventListener("input", (event) => {
    const {type, value} = /** @type {HTMLInputElement} */ (event.target);
    const name = nameOf(event);
    if (type !== "range") return;
    onChange(name, nearestAllowed(hyperparameters[name], fromSlider(hyperparameters[name], Number(value))), false);
  });
  root.addEventListener("change", (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const name = nameOf(event);
    if (input.type === "range") onChange(name, shown[name], true);
    else takeTyped(input, name);
  });
  root.addEventListener("keydown", (event) => {
    const {type} = /** @type {HTMLInputElement} */ (event.target);
    if (!(event.key in KEYS) || type !== "range") return;
    event.preventDefault();
    const name = nameOf(event);
    onChange(name, afterKey(hyperparameters[name], shown[name], event.key), true);
  });
  for (const kind of /** @type {const} */ (["pointerover", "focusin"])) {
    root.addEventListener(kind, (event) => {
      const name = nameOf(event);
      if (name) onPoint(name);
    });
  }

  return {
    /**
     * @param {Record<string, number>} values in the order shown
     * @param {Set<string>} waiting for a reset
     */
    show(values, waiting) {
      const names = Object.keys(values);
      if (names.join() !== Object.keys(shown).join()) {
        root.innerHTML = names.map((name) => fieldHtml(hyperparameters[name])).join("");
      }
      shown = {...values};
      for (const name of names) {
        showValue(name);
        root.querySelector(`[data-name=${name}]`)?.classList.toggle("waits", waiting.has(name));
      }
    },
  };
}

/** @param {Hyperparameter} hyperparameter */
function fieldHtml({name, label, help, low, high, whole, live_editable: isLive}) {
  return `<label class="live-field${isLive ? " steers" : ""}" data-name="${name}" title="${help}"><span>${label}</span>
    <input type="range" min="0" max="1" step="any" aria-label="${label}"><input type="number" min="${low}"
      max="${high}" step="${whole ? 1 : "any"}" aria-label="${label}, exactly"></label>`;
}

/** @param {Hyperparameter} hyperparameter */
export function helpHtml({label, help, live_editable: isLive}) {
  return `<b>${label}</b>: ${help} ${isLive ? "It may change while the model learns." : "A change needs a Reset."}`;
}
