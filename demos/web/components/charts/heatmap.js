// @ts-check
// An image in grey under a map of numbers, warm where positive, cool where negative; pointer or arrows read it.
import {COOL, paintPixels, squareOf, WARM} from "../../lib/image.js";
import {ARROWS} from "../../lib/input/arrows.js";
import {saveMenu} from "../saving/save_menu.js";

const INK = 0.6; // of the image's brightness, under the map

/**
 * @param {ArrayLike<number>} values one a cell, row by row
 * @param {number} side cells in a row
 * @returns {import("../../lib/plots/table.js").Table}
 */
const cellTable = (values, side) => ({
  columns: ["row", "column", "value"],
  rows: Array.from(values, (value, k) => [Math.floor(k / side) + 1, (k % side) + 1, value]),
});

/**
 * @param {HTMLElement} root
 * @param {{label: string, onRead: (cell: number) => void, onLeave: () => void}} options
 */
export function heatmap(root, {label, onRead, onLeave}) {
  root.classList.add("loom-heat");
  root.innerHTML = `<canvas width="28" height="28" tabindex="0" role="img" aria-label="${label}"></canvas>
    <i hidden></i>`;
  const canvas = /** @type {HTMLCanvasElement} */ (root.querySelector("canvas"));
  const frame = /** @type {HTMLElement} */ (root.querySelector("i"));
  let size = 28; // pixels a side
  let side = size;
  let box = 3;
  /** @type {[number, number] | null} */
  let at = null;
  /** @type {ArrayLike<number> | null} */
  let shown = null;
  saveMenu(root, {table: () => shown && cellTable(shown, side), title: () => `what moved ${label}`});

  const read = (/** @type {number} */ column, /** @type {number} */ row) => {
    const inside = (/** @type {number} */ v) => Math.max(0, Math.min(side - 1, v));
    at = [inside(column), inside(row)];
    const cell = size / side;
    const [left, top] = at.map((v) => Math.max(0, (v + 0.5) * cell - box / 2));
    const [right, bottom] = at.map((v) => Math.min(size, (v + 0.5) * cell + box / 2));
    const share = (/** @type {number} */ v) => `${(100 * v) / size}%`;
    frame.hidden = false;
    Object.assign(frame.style, {
      left: share(left),
      top: share(top),
      width: share(right - left),
      height: share(bottom - top),
    });
    onRead(at[1] * side + at[0]);
  };
  const leave = () => {
    at = null;
    frame.hidden = true;
    onLeave();
  };
  canvas.addEventListener("pointermove", (event) => {
    const {left, top, width, height} = canvas.getBoundingClientRect();
    read(Math.floor(((event.clientX - left) / width) * side), Math.floor(((event.clientY - top) / height) * side));
  });
  canvas.addEventListener("pointerleave", leave);
  canvas.addEventListener("blur", leave);
  canvas.addEventListener("keydown", (event) => {
    const by = ARROWS[event.key];
    if (!by) return;
    event.preventDefault();
    const [column, row] = at ?? by.map((step) => Math.floor(side / 2 - step));
    read(column + by[0], row + by[1]);
  });
  return {
    /**
     * @param {ArrayLike<number>} bytes the image
     * @param {ArrayLike<number> | null} values one a cell
     * @param {{side: number, box: number, most: number}} settings side: cells in a row; box: pixels that a cell speaks
     *   of; most: the value with the full colour
     */
    draw(bytes, values, settings) {
      const {side: pixels, channels} = squareOf(bytes);
      shown = values;
      const grey = (/** @type {number} */ i) => {
        let sum = 0;
        for (let c = 0; c < channels; c++) sum += bytes[channels * i + c];
        return sum / channels;
      };
      size = pixels;
      side = settings.side;
      box = settings.box;
      const cell = size / side;
      paintPixels(canvas, size, size, (i) => {
        const k = Math.floor(Math.floor(i / size) / cell) * side + Math.floor((i % size) / cell);
        const v = values ? values[k] / (settings.most || 1) : 0;
        const strength = Math.abs(v) ** 0.8;
        return (v > 0 ? WARM : COOL).map((c) => INK * grey(i) * (1 - strength) + c * strength);
      });
      if (at) read(at[0], at[1]);
    },
    /** @param {string} words for screen readers */
    describe(words) {
      canvas.setAttribute("aria-label", words);
    },
  };
}
