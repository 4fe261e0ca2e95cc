// @ts-check
// The numbers of a code as bars around zero.
import {context2d} from "../../lib/image.js";
import {headingOf, saveMenu} from "../saving/save_menu.js";

/** @type {WeakMap<HTMLCanvasElement, number[]>} */
const codes = new WeakMap(); // what each canvas shows

/**
 * @param {number[]} code
 * @returns {import("../../lib/plots/table.js").Table}
 */
const codeTable = (code) => ({columns: ["number", "value"], rows: code.map((value, k) => [`z${k + 1}`, value])});

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} code
 * @param {string} [name] of its files; else the heading over it
 */
export function drawCode(canvas, code, name = "") {
  if (!codes.has(canvas))
    saveMenu(canvas, {table: () => codeTable(codes.get(canvas) ?? []), title: () => name || headingOf(canvas)});
  codes.set(canvas, code);
  const context = context2d(canvas);
  const {width, height} = canvas;
  const reach = Math.max(...code.map(Math.abs), 1e-6);
  const step = width / code.length;
  context.clearRect(0, 0, width, height);
  code.forEach((value, k) => {
    const bar = (value / reach) * (height / 2 - 2);
    context.fillStyle = value > 0 ? "#2a9d8f" : "#cc6677";
    context.fillRect(
      k * step + 1,
      Math.min(height / 2, height / 2 - bar),
      Math.max(1, step - 2),
      Math.max(1, Math.abs(bar)),
    );
  });
  canvas.title = code.map((value, k) => `z${k + 1} = ${value.toFixed(2)}`).join(", ");
  canvas.setAttribute("aria-label", `bars of the ${code.length} numbers of the code`);
}
