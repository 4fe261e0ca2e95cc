// @ts-check
// A slider for each axis of a code: a drag shows what was decoded ahead, its end is decoded exactly.
import {escapeHtml} from "../web/lib/dom.js";

/** @typedef {import("./types").Axis} Axis */

/** @type {Record<string, number>} */
const STEPS = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5};

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {number} options.steps of the keyboard across an axis
 * @param {(axis: number, value: number) => void} options.onDrag
 * @param {(axis: number, value: number) => void} options.onRelease
 */
export function axisSliders(root, {steps, onDrag, onRelease}) {
  /** @type {Axis[] | null} */
  let axes = null;
  const inputs = () => [...root.querySelectorAll("input")];
  const write = (/** @type {HTMLInputElement} */ input, /** @type {number} */ value) => {
    input.value = String(value);
    /** @type {Element} */ (input.nextElementSibling).textContent = value.toFixed(2);
  };
  const build = (/** @type {Axis[]} */ next) => {
    axes = next;
    root.innerHTML = next.map(sliderHtml).join("");
  };
  root.addEventListener("input", ({target}) => {
    const input = /** @type {HTMLInputElement} */ (target);
    /** @type {Element} */ (input.nextElementSibling).textContent = Number(input.value).toFixed(2);
    onDrag(Number(input.dataset.axis), Number(input.value));
  });
  root.addEventListener("change", ({target}) => {
    const input = /** @type {HTMLInputElement} */ (target);
    onRelease(Number(input.dataset.axis), Number(input.value));
  });
  root.addEventListener("keydown", (event) => {
    const turn = STEPS[event.key];
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (!turn || !axes) return;
    event.preventDefault();
    const {low, high} = axes[Number(input.dataset.axis)];
    input.value = String(Number(input.value) + (turn * (high - low)) / (steps - 1)); // not the whole range over "any"
    input.dispatchEvent(new Event("input", {bubbles: true}));
    input.dispatchEvent(new Event("change", {bubbles: true}));
  });
  return {
    /**
     * @param {Axis[]} next
     * @param {number[] | null} values null while they are unknown
     */
    show(next, values) {
      if (next !== axes) build(next);
      if (!values) return;
      inputs().forEach((input, k) => {
        write(input, values[k]);
      });
    },
  };
}

/**
 * @param {Axis} axis
 * @param {number} k
 */
const sliderHtml = ({name, low, high}, k) => `<label class="loom-slider"><span>${escapeHtml(name)}</span>
  <input type="range" min="${low}" max="${high}" step="any" data-axis="${k}" aria-label="${escapeHtml(name)}">
  <output>0</output></label>`;
