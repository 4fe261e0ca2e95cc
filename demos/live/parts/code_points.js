// @ts-check
// The points of a map of codes: drawn around their prior, and as a table.
import {rememberDrawing} from "../../web/components/saving/vector.js";
import {context2d} from "../../web/lib/image.js";
import {drawPrior} from "./prior.js";

const POINT_UNIT = 16000; // what a place of 1 on the map is sent as
const POINT_RADIUS = 3;

/** @typedef {{points: Int16Array, reach: [number, number], names: string[]}} DrawnMap classes of the points */

/**
 * @param {DrawnMap} map
 * @returns {import("../../web/lib/plots/table.js").Table} places in the map's own units
 */
export const mapTable = ({points, reach, names}) => ({
  columns: ["class", "x", "y"],
  rows: names.map((name, i) => [name, ...reach.map((unit, c) => (points[2 * i + c] * unit) / POINT_UNIT)]),
});

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Int16Array} points
 * @param {number[]} reach
 * @param {(i: number) => string} color
 * @param {boolean} hasPrior whether the codes have a prior, which the map is drawn around
 */
export function drawPoints(canvas, points, [right, up], color, hasPrior) {
  const ratio = window.devicePixelRatio || 1;
  const {clientWidth: width, clientHeight: height} = canvas;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const context = context2d(canvas);
  context.scale(ratio, ratio);
  const draw = (/** @type {CanvasRenderingContext2D} */ to) =>
    pointsOn(to, {width, height}, points, [right, up], color, hasPrior);
  rememberDrawing(canvas, draw);
  draw(context);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{width: number, height: number}} box
 * @param {Int16Array} points
 * @param {number[]} reach
 * @param {(i: number) => string} color
 * @param {boolean} hasPrior
 */
function pointsOn(context, {width, height}, points, [right, up], color, hasPrior) {
  const unit = Math.min((width / 2 - 5) / right, (height / 2 - 5) / up) / POINT_UNIT; // the same length either way
  if (hasPrior) drawPrior(context, {x: width / 2, y: height / 2, unit: unit * POINT_UNIT});
  for (let i = 0; i < points.length / 2; i++) {
    context.fillStyle = color(i);
    context.beginPath();
    const x = width / 2 + points[2 * i] * right * unit;
    context.arc(x, height / 2 - points[2 * i + 1] * up * unit, POINT_RADIUS, 0, 2 * Math.PI);
    context.fill();
  }
}
