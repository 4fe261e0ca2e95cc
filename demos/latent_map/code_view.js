// @ts-check
// A code as bars, and a slider for each axis: a drag shows what was decoded ahead, its end is decoded exactly.
import {escapeHtml} from "../web/lib/dom.js";
import {context2d} from "../web/lib/image.js";

/** @typedef {import("./types").Axis} Axis */

/** @type {Record<string, number>} */
const STEPS = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5};

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} code
 */
export function drawCode(canvas, code) {
  const context = context2d(canvas);
  const {width, height} = canvas;
  const reach = Math.max(...code.map(Math.abs), 1e-6);
  const step = width / code.length;
  context.clearRect(0, 0, width, height);
  code.forEach((value, k) => {
    const bar = (value / reach) * (height / 2 - 2);
    context.fillStyle = value > 0 ? "#2a9d8f" : "#cc6677";
    context.fillRect(k * step + 1, Math.min(height / 2, height / 2 - bar), step - 2, Math.max(1, Math.abs(bar)));
  });
  canvas.title = code.map((value, k) => `z${k + 1} = ${value.toFixed(2)}`).join(", ");
  canvas.setAttribute("aria-label", `bars of the ${code.length} numbers of the code`);
}

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
