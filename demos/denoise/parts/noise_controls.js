// @ts-check
// Which noise, and how much of it: a button a kind, a slider a parameter.
import {radios} from "../../web/components/radio_group.js";
import {escapeHtml} from "../../web/lib/dom.js";
import {formatLevel} from "../state.js";

/** @typedef {import("../types").NoiseParameter} NoiseParameter */

/**
 * @param {HTMLElement} root of the buttons
 * @param {Record<string, import("../types").Kind>} kinds
 * @param {(noise: string) => void} onPick
 */
export function kindChoice(root, kinds, onPick) {
  const group = (/** @type {boolean} */ trained) => {
    const buttons = Object.entries(kinds)
      .filter(([, kind]) => kind.trained === trained)
      .map(
        ([name, kind]) => `<button type="button" role="radio" data-key="${name}">${escapeHtml(kind.title)}</button>`,
      );
    return `<div><small>${trained ? "trained on" : "not trained on"}</small>
      <div class="loom-radio-group">${buttons.join("")}</div></div>`;
  };
  root.innerHTML = group(true) + group(false);
  return radios(root, onPick);
}

/**
 * @param {HTMLElement} root
 * @param {{onTurn: (parameter: number, index: number) => void, onRelease: () => void}} events
 */
export function levelSliders(root, {onTurn, onRelease}) {
  let built = "";
  root.addEventListener("input", ({target}) => {
    const {dataset, value} = /** @type {HTMLInputElement} */ (target);
    onTurn(Number(dataset.parameter), Number(value));
  });
  root.addEventListener("change", onRelease);
  return {
    /**
     * @param {string} noise
     * @param {NoiseParameter[]} parameters
     * @param {readonly number[]} at index of each one's value
     * @param {string} words for screen readers, of the slider moved last
     */
    show(noise, parameters, at, moved = 0, words = "") {
      if (built !== noise) root.innerHTML = slidersHtml(parameters);
      built = noise;
      root.querySelectorAll("input").forEach((input, p) => {
        const level = formatLevel(parameters[p], parameters[p].values[at[p]]);
        input.value = String(at[p]);
        input.setAttribute("aria-valuetext", p === moved && words ? `${level}, ${words}` : level);
        /** @type {Element} */ (input.nextElementSibling).textContent = level;
      });
    },
  };
}

/** @param {NoiseParameter[]} parameters */
function slidersHtml(parameters) {
  const slider = (/** @type {NoiseParameter} */ {name, unit, values}, /** @type {number} */ p) =>
    `<label class="loom-slider"><span>${name}</span>
      <input type="range" min="0" max="${values.length - 1}" step="1" data-parameter="${p}"
        aria-label="Level: ${name} ${unit}"><output></output><small>${unit === "%" ? "" : unit}</small></label>`;
  return parameters.map(slider).join("") || '<p class="loom-slider">No level: the picture goes in as it is.</p>';
}
