// @ts-check
// A slider for each attribute of a face: a drag shows what was decoded ahead, its end is decoded exactly.
import {escapeHtml} from "../../web/lib/dom.js";

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {number} options.range farthest either way
 * @param {(k: number, amount: number) => void} options.onDrag
 * @param {(k: number, amount: number) => void} options.onRelease
 */
export function attributeSliders(root, {range, onDrag, onRelease}) {
  /** @type {string[]} */
  let shown = [];
  const of = (/** @type {Event} */ {target}) => {
    const input = /** @type {HTMLInputElement} */ (target);
    return {k: Number(input.dataset.k), amount: Number(input.value)};
  };
  root.addEventListener("input", (event) => {
    const {k, amount} = of(event);
    onDrag(k, amount);
  });
  root.addEventListener("change", (event) => {
    const {k, amount} = of(event);
    onRelease(k, amount);
  });
  return {
    /**
     * @param {string[]} names
     * @param {number[]} amounts
     */
    show(names, amounts) {
      if (names.join() !== shown.join()) root.innerHTML = names.map((name, k) => sliderHtml(name, k, range)).join("");
      shown = names;
      root.querySelectorAll("input").forEach((input, k) => {
        input.value = String(amounts[k]);
        /** @type {Element} */ (input.nextElementSibling).textContent = formatAmount(amounts[k]);
      });
    },
  };
}

/** @param {number} amount */
const formatAmount = (amount) => `${amount > 0 ? "+" : amount < 0 ? "−" : ""}${Math.abs(amount).toFixed(1)}`;

/**
 * @param {string} name
 * @param {number} k
 * @param {number} range
 */
function sliderHtml(name, k, range) {
  const words = escapeHtml(name.replaceAll("_", " "));
  return `<label class="loom-slider"><span>${words}</span><input type="range" min="${-range}" max="${range}" step="0.1"
    data-k="${k}" aria-label="${words}: 0 as it is, 1 from absent to present"><output></output></label>`;
}
