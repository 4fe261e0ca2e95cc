// @ts-check
// Dots of two groups on one scale, one stacked up and one down, and a marked place; every dot can be pointed at.
import {saveMenu} from "../../web/components/saving/save_menu.js";
import {rememberDrawing} from "../../web/components/saving/vector.js";
import {onThemeChange, placeIn} from "../../web/lib/dom.js";
import {context2d} from "../../web/lib/image.js";
import {CHOSEN} from "../scores.js";
import {nearestDot, roomyTicks, stack} from "./stacks.js";

/**
 * @typedef {[number, number]} Dot group and index
 * @typedef {import("./stacks.js").Stacks} Stacks
 */

const EDGE = 16; // pixels left and right
const REACH = 14; // pixels from which a dot is pointed at
const TICK = 60; // pixels that the name of a tick takes up
const THUMB = 60; // pixels that the picture at a dot takes up

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {{name: string, color: string}[]} options.groups the one above, the one below
 * @param {{at: number, name: string}[]} options.ticks the foremost first: those for which there is no room are left out
 * @param {(group: number, i: number, canvas: HTMLCanvasElement) => void} options.paint a dot's picture
 * @param {(group: number, i: number) => void} options.onPick
 */
export function dotPlot(root, {groups, ticks, paint, onPick}) {
  root.classList.add("loom-dots");
  root.innerHTML = `<canvas tabindex="0" role="img"></canvas>
    <canvas class="thumb" width="28" height="28" hidden></canvas>`;
  const [canvas, thumb] = /** @type {HTMLCanvasElement[]} */ ([...root.children]);
  /** @type {number[][] | null} */
  let values = null;
  /** @type {Stacks} */
  let stacks = {size: 0, axis: 0, places: [], low: 0, high: 1};
  /** @type {[number, number, number][]} */
  let order = []; // group, index and value, along the scale
  /** @type {Dot | null} */
  let selected = null;
  /** @type {{x: number, name: string} | null} */
  let marked = null;

  const x = (/** @type {number} */ v) =>
    EDGE + ((v - stacks.low) / (stacks.high - stacks.low)) * (root.clientWidth - 2 * EDGE);

  const draw = () => {
    if (!values || !root.clientWidth) return;
    const {clientWidth: width, clientHeight: height} = root;
    stacks = stack(values, {width, height, edge: EDGE, beside: marked?.x});
    const ratio = window.devicePixelRatio || 1;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const context = context2d(canvas);
    context.scale(ratio, ratio);
    drawOn(context);
  };
  const drawOn = (/** @type {CanvasRenderingContext2D} */ context) => {
    const {clientWidth: width, clientHeight: height} = root;
    const {fontSize, fontFamily, color: ink} = getComputedStyle(root);
    context.font = `${fontSize} ${fontFamily}`;
    context.fillStyle = ink;
    const inside = ticks.filter(({at}) => at > stacks.low && at < stacks.high);
    drawScale(context, {ticks: roomyTicks(inside, x, TICK), x, width, height});
    context.globalAlpha = 0.5;
    context.fillRect(EDGE, stacks.axis, width - 2 * EDGE, 1);
    context.globalAlpha = 1;
    drawDots(context);
    if (marked) drawMark(context, marked, ink);
    if (selected) drawSelected(context, selected);
  };
  rememberDrawing(canvas, drawOn);
  const drawDots = (/** @type {CanvasRenderingContext2D} */ context) => {
    stacks.places.forEach((group, g) => {
      context.fillStyle = groups[g].color;
      for (const [left, top] of group) {
        context.beginPath();
        context.arc(left, top, stacks.size / 2 - 0.3, 0, 7);
        context.fill();
      }
    });
  };
  const drawMark = (
    /** @type {CanvasRenderingContext2D} */ context,
    /** @type {{x: number, name: string}} */ {x: value, name},
    /** @type {string} */ ink,
  ) => {
    const isRight = x(value) > root.clientWidth / 2;
    context.fillStyle = CHOSEN;
    context.fillRect(x(value) - 1.5, 14, 3, root.clientHeight - 32);
    context.fillStyle = ink;
    context.textAlign = isRight ? "right" : "left";
    context.fillText(name, x(value) + (isRight ? -6 : 6), 14);
  };
  const drawSelected = (/** @type {CanvasRenderingContext2D} */ context, /** @type {Dot} */ [g, i]) => {
    const [left, top] = stacks.places[g][i];
    context.strokeStyle = CHOSEN;
    context.lineWidth = 3;
    context.beginPath();
    context.arc(left, top, Math.max(6, stacks.size), 0, 7);
    context.stroke();
  };
  const under = (/** @type {MouseEvent} */ event) => {
    const {x: across, y: down} = placeIn(canvas, event);
    return values ? nearestDot(stacks.places, across, down, REACH) : null;
  };
  const preview = (/** @type {Dot | null} */ dot) => {
    thumb.hidden = !dot;
    if (!dot) return;
    const [g, i] = dot;
    const [left, top] = stacks.places[g][i];
    paint(g, i, thumb);
    const down = Math.max(0, Math.min(root.clientHeight - THUMB + 2, top - THUMB - 4));
    thumb.style.transform = `translate(${Math.min(root.clientWidth - THUMB, left + 8)}px, ${down}px)`;
    thumb.style.setProperty("--color", groups[g].color);
  };
  canvas.addEventListener("pointermove", (event) => preview(under(event)));
  canvas.addEventListener("pointerleave", () => preview(null));
  canvas.addEventListener("click", (event) => {
    const dot = under(event);
    if (dot) onPick(...dot);
  });
  saveMenu(root, {
    table: () => values && dotTable(values, groups),
    title: () => canvas.getAttribute("aria-label") ?? "",
    legend: () => groups,
  });
  new ResizeObserver(draw).observe(root);
  onThemeChange(draw);

  return {
    /**
     * @param {number[][]} next of both groups
     * @param {string} label for screen readers
     */
    draw(next, label) {
      values = next;
      order = values.flatMap((group, g) => group.map((v, i) => /** @type {[number, number, number]} */ ([g, i, v])));
      order.sort((a, b) => a[2] - b[2]);
      canvas.setAttribute("aria-label", label);
      draw();
    },
    /**
     * @param {{x: number, name: string} | null} place
     * @param {Dot | null} dot
     */
    mark(place, dot) {
      marked = place;
      selected = dot;
      draw();
    },
    /** @param {number} by dots along the scale */
    step(by) {
      if (!values) return;
      const at = order.findIndex(([g, i]) => g === selected?.[0] && i === selected[1]);
      const from = at < 0 ? Math.floor(order.length / 2) : at;
      const [g, i] = order[Math.max(0, Math.min(order.length - 1, from + by))];
      onPick(g, i);
      preview([g, i]);
    },
  };
}

/**
 * @param {number[][]} values in nats, by group
 * @param {{name: string}[]} groups
 * @returns {import("../../web/lib/plots/table.js").Table}
 */
export const dotTable = (values, groups) => ({
  columns: ["group", "number", "logit"],
  rows: values.flatMap((group, g) => group.map((v, i) => [groups[g].name, i + 1, v])),
});

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{ticks: {at: number, name: string}[], x: (v: number) => number, width: number, height: number}} scale
 */
function drawScale(context, {ticks, x, width, height}) {
  context.textAlign = "center";
  for (const {at, name} of ticks) {
    context.globalAlpha = 0.16;
    context.fillRect(x(at), 4, 1, height - 20);
    context.globalAlpha = 0.75;
    context.fillText(name, Math.max(18, Math.min(width - 18, x(at))), height - 4);
  }
}
