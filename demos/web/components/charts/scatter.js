// @ts-check
// Points of known classes on a canvas, some of them marked; the one pointed at shows its image, a click takes it.
import {onThemeChange, placeIn} from "../../lib/dom.js";
import {context2d} from "../../lib/image.js";
import {saveMenu} from "../saving/save_menu.js";
import {rememberDrawing} from "../saving/vector.js";

/**
 * @typedef {object} ScatterData
 * @property {ArrayLike<number>} points x, y, x, y, ...
 * @property {number[]} labels class of each
 * @property {[string, string]} [names] of the axes
 * @property {string} label for screen readers
 * @property {boolean} [square] whether both axes have one unit; else each fills its side
 * @property {number} [radius] of a point in pixels
 */

const REACH = 14; // pixels from which a point is pointed at
const EDGE = 12;
const THUMB = 56;

/** @type {Record<string, number>} */
const STEPS = {ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1};

/**
 * Pixels of every point in a box, with room at the edge.
 * @param {ScatterData} data
 * @param {number} width
 * @param {number} height
 * @returns {[number, number][]}
 */
export function scatterPlaces({points, labels, square = false}, width, height) {
  const bounds = [0, 1].map((c) => {
    const values = labels.map((_, i) => points[2 * i + c]);
    return [Math.min(...values), Math.max(...values)];
  });
  const units = bounds.map(([low, high], c) => ([width, height][c] - 2 * EDGE) / (high - low || 1));
  const [across, up] = square ? [Math.min(...units), Math.min(...units)] : units;
  const middle = bounds.map(([low, high]) => (low + high) / 2);
  return labels.map((_, i) => [
    width / 2 + (points[2 * i] - middle[0]) * across,
    height / 2 - (points[2 * i + 1] - middle[1]) * up,
  ]);
}

/**
 * Index of the nearest place within reach, or -1.
 * @param {[number, number][]} places
 * @param {Iterable<number>} among indices
 * @param {number} x
 * @param {number} y
 */
export function nearestPlace(places, among, x, y, reach = REACH) {
  let best = -1;
  let least = reach ** 2;
  for (const i of among) {
    const far = (places[i][0] - x) ** 2 + (places[i][1] - y) ** 2;
    if (far < least) [best, least] = [i, far];
  }
  return best;
}

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {readonly string[]} options.colors one a class
 * @param {string[]} [options.classes] their names, for its files
 * @param {((i: number, canvas: HTMLCanvasElement) => void) | null} [options.paint] the image of a point
 * @param {(i: number) => string} [options.name] of a point
 * @param {((i: number) => void) | null} [options.onPick]
 */
export function scatter(root, {colors, classes = [], paint = null, name = () => "", onPick = null}) {
  root.classList.add("loom-scatter");
  root.innerHTML = `<canvas tabindex="0" role="img" aria-label="no points yet"></canvas>
    <canvas class="thumb" width="28" height="28" aria-hidden="true" hidden></canvas><small aria-live="polite"></small>`;
  const [canvas, thumb] = root.querySelectorAll("canvas");
  const words = /** @type {HTMLElement} */ (root.querySelector("small"));
  /** @type {ScatterData | null} */
  let data = null;
  /** @type {[number, number][]} */
  let places = [];
  /** @type {number[]} */
  let marked = [];
  let over = -1;

  const draw = () => {
    const {clientWidth: width, clientHeight: height} = canvas;
    const ratio = window.devicePixelRatio || 1;
    if (!data || !width) return;
    places = scatterPlaces(data, width, height);
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const context = context2d(canvas);
    context.scale(ratio, ratio);
    drawOn(context);
  };
  const drawOn = (/** @type {CanvasRenderingContext2D} */ context) => {
    if (!data) return;
    drawPoints(context, data, places, colors, {marked, over, ink: getComputedStyle(root).color});
    if (data.names) drawNames(context, data.names, canvas.clientHeight, getComputedStyle(root));
  };
  rememberDrawing(canvas, drawOn);
  const point = (/** @type {number} */ i) => {
    over = i;
    thumb.hidden = i < 0 || !paint;
    words.textContent = i < 0 ? "" : name(i);
    if (i >= 0 && paint) {
      const [x, y] = places[i];
      paint(i, thumb);
      const left = x + THUMB + 8 < canvas.clientWidth ? x + 10 : x - THUMB - 10;
      const top = Math.max(0, Math.min(canvas.clientHeight - THUMB - 2, y - THUMB / 2));
      thumb.style.transform = `translate(${left}px, ${top}px)`;
    }
    draw();
  };
  const nearest = (/** @type {MouseEvent} */ event) => {
    const {x, y} = placeIn(canvas, event);
    const lit = nearestPlace(places, marked, x, y); // those in question come first
    return lit >= 0 ? lit : nearestPlace(places, places.keys(), x, y);
  };
  canvas.addEventListener("pointermove", (event) => {
    if (data && (paint || onPick)) point(nearest(event));
  });
  canvas.addEventListener("pointerleave", () => {
    if (data) point(-1);
  });
  canvas.addEventListener("click", (event) => {
    const i = data ? nearest(event) : -1;
    if (i >= 0) onPick?.(i);
  });
  canvas.addEventListener("keydown", (event) => {
    const by = STEPS[event.key];
    if (by && marked.length) point(marked[(marked.indexOf(over) + by + marked.length) % marked.length]);
    else if (event.key === "Enter" && over >= 0) onPick?.(over);
    else return;
    event.preventDefault();
  });
  saveMenu(root, {
    table: () => data && pointTable(data, classes),
    legend: () => classes.map((one, k) => ({name: one, color: colors[k]})),
  });
  new ResizeObserver(draw).observe(root);
  onThemeChange(draw);
  return {
    /** @param {ScatterData} next */
    draw(next) {
      data = next;
      canvas.setAttribute("aria-label", data.label);
      draw();
    },
    /** @param {number[]} wanted indices, through which the arrow keys walk */
    mark(wanted) {
      marked = wanted;
      over = -1;
      thumb.hidden = true;
      words.textContent = "";
      draw();
    },
  };
}

/**
 * @param {ScatterData} data
 * @param {string[]} classes
 * @returns {import("../../lib/plots/table.js").Table}
 */
export const pointTable = ({points, labels, names = ["x", "y"]}, classes) => ({
  columns: ["class", ...names],
  rows: labels.map((label, i) => [classes[label] ?? label, points[2 * i], points[2 * i + 1]]),
});

/**
 * @param {CanvasRenderingContext2D} context
 * @param {ScatterData} data
 * @param {[number, number][]} places
 * @param {readonly string[]} colors
 * @param {{marked: number[], over: number, ink: string}} state
 */
function drawPoints(context, {labels, radius = 2.6}, places, colors, {marked, over, ink}) {
  const dot = (/** @type {number} */ i, /** @type {number} */ size) => {
    context.beginPath();
    context.arc(places[i][0], places[i][1], size, 0, 2 * Math.PI);
    context.fillStyle = colors[labels[i]];
    context.fill();
  };
  context.globalAlpha = marked.length ? 0.4 : 0.85;
  labels.forEach((_, i) => {
    dot(i, radius);
  });
  context.globalAlpha = 1;
  context.lineWidth = 2;
  for (const i of marked) {
    dot(i, 5.5);
    context.strokeStyle = i === over ? ink : "#ffb000";
    context.stroke();
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {[string, string]} names
 * @param {number} height
 * @param {CSSStyleDeclaration} style
 */
function drawNames(context, [across, up], height, {color, fontFamily, fontSize}) {
  context.fillStyle = color;
  context.globalAlpha = 0.7;
  context.font = `${fontSize} ${fontFamily}`;
  context.fillText(`${across} →`, EDGE, height - 3);
  context.rotate(-Math.PI / 2);
  context.fillText(`${up} →`, EDGE - height, 10);
}
