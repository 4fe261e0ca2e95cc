// @ts-check
// The distributions of all numbers of a code, side by side over their prior: a pointer chooses one of them.
import {saveMenu} from "../../web/components/saving/save_menu.js";
import {placeIn} from "../../web/lib/dom.js";
import {DISTRIBUTIONS, reach} from "./distributions.js";

/**
 * @typedef {object} Distributions
 * @property {string} family
 * @property {string} name of the model
 * @property {string} ink
 * @property {number[]} mean
 * @property {number[]} std
 * @property {number[]} nats from the prior
 * @property {number[]} order of the numbers, from left to right
 */

const EDGE = {left: 34, right: 6, top: 6, bottom: 18};
const GREY = "#808080";
const UNITS = [0.5, 1, 2, 5, 10, 20, 50, 100]; // between the rules
const MOST_RULES = 8;
const WIDE = 520; // pixels that the captions below need beside each other
const CARRIED = 0.1; // nats from which a number says something

/**
 * @param {HTMLElement} root
 * @param {{onPick: (k: number) => void}} options
 */
export function latentDistributions(root, {onPick}) {
  /** @type {Distributions | null} */
  let data = null;
  /** @type {number | null} */
  let at = null;
  let step = 0; // pixels a number

  const draw = () => {
    if (!data || !root.clientWidth) return;
    step = (root.clientWidth - EDGE.left - EDGE.right) / data.order.length;
    root.innerHTML = distributionsSvg(data, root.clientWidth, root.clientHeight);
    mark();
  };
  const mark = () => {
    const line = /** @type {SVGElement | null} */ (root.querySelector(".here"));
    if (!line || at === null || !data) return;
    const x = String(EDGE.left + (data.order.indexOf(at) + 0.5) * step);
    line.setAttribute("x1", x);
    line.setAttribute("x2", x);
    line.style.strokeWidth = String(step);
  };
  const pick = (/** @type {PointerEvent} */ event) => {
    if (!data) return;
    const k = data.order[Math.floor((placeIn(root, event).x - EDGE.left) / step)];
    if (k !== undefined && k !== at) onPick(k);
  };
  root.addEventListener("pointermove", pick);
  root.addEventListener("pointerdown", pick);
  saveMenu(root, {table: () => data && distributionTable(data), title: () => `numbers of the code of ${data?.name}`});
  new ResizeObserver(draw).observe(root);
  return {
    /** @param {Distributions} next */
    draw(next) {
      data = next;
      draw();
    },
    /** @param {number} k a number of the code */
    mark(k) {
      at = k;
      mark();
    },
  };
}

/**
 * @param {Distributions} data
 * @returns {import("../../web/lib/plots/table.js").Table}
 */
const distributionTable = ({mean, std, nats, order}) => ({
  columns: ["number", "mean", "standard deviation", "nats from the prior"],
  rows: order.map((k) => [`z${k + 1}`, mean[k], std[k], nats[k]]),
});

/**
 * @param {Distributions} data
 * @param {number} width
 * @param {number} height
 */
function distributionsSvg(data, width, height) {
  const {family: name, mean, std, nats, order, ink} = data;
  const family = DISTRIBUTIONS[name];
  const right = width - EDGE.right;
  const step = (right - EDGE.left) / order.length;
  const [low, high] = reach(family, data);
  const room = 0.04 * (high - low);
  const within = (/** @type {number} */ v) => Math.max(low - room, Math.min(high + room, v));
  const down = height - EDGE.top - EDGE.bottom;
  const y = (/** @type {number} */ v) => EDGE.top + ((high + room - within(v)) / (high - low + 2 * room)) * down;
  const x = (/** @type {number} */ i) => EDGE.left + (i + 0.5) * step;
  const column = columnHtml(name, y, ink);
  const level = (
    /** @type {string} */ kind,
    /** @type {number} */ x1,
    /** @type {number} */ x2,
    /** @type {number} */ v,
  ) => `<line class="${kind}" x1="${x1}" x2="${x2}" y1="${y(v)}" y2="${y(v)}"/>`;
  const rules = ruleValues(low - room, high + room).map(
    (v) =>
      `${level("rule", EDGE.left, right, v)}<text x="${EDGE.left - 5}" y="${y(v) + 4}" text-anchor="end">${v}</text>`,
  );
  const columns = order.map(
    (k, i) =>
      column(x(i) - step * 0.36, x(i) + step * 0.36, mean[k], std[k], true) +
      level("mean", x(i) - step * 0.45, x(i) + step * 0.45, mean[k]),
  );
  const far = nats.filter((v) => v > CARRIED).length;
  const label = `${data.name}: ${family.words} of ${order.length} numbers; ${far} of them are more than ${CARRIED} nats
    from the prior`;
  const caption = width < WIDE ? "grey: the prior" : `${family.words}; grey: the prior, its mean dashed`;
  const sum = `${width < WIDE ? "" : "in all "}${nats.reduce((a, b) => a + b, 0).toFixed(1)}`;
  return `<svg width="${width}" height="${height}" role="img" aria-label="${label}">
    <defs>${fadeHtml("ink", ink, 1)}${fadeHtml("prior", GREY, 0.3)}</defs>
    ${column(EDGE.left, right, ...family.prior, false)}${rules.join("")}
    <line class="here" y1="${EDGE.top}" y2="${height - EDGE.bottom}"/>
    ${columns.join("")}${level("prior", EDGE.left, right, family.prior[0])}
    <text x="${EDGE.left}" y="${height - 4}">${caption}</text>
    <text x="${right}" y="${height - 4}" text-anchor="end">${sum} nats from the prior</text></svg>`;
}

/**
 * Round values for level rules.
 * @param {number} low
 * @param {number} high
 */
function ruleValues(low, high) {
  const unit = UNITS.find((one) => (high - low) / one < MOST_RULES + 1) ?? (high - low) / MOST_RULES;
  const first = Math.ceil(low / unit);
  return Array.from({length: Math.floor(high / unit) - first + 1}, (_, k) => (first + k) * unit);
}

/**
 * One number, or the prior under all, as a column from x0 to x1.
 * @param {string} name of the family
 * @param {(v: number) => number} y
 * @param {string} ink
 * @returns {(x0: number, x1: number, mean: number, std: number, isNumber: boolean) => string}
 */
function columnHtml(name, y, ink) {
  const family = DISTRIBUTIONS[name];
  const box = (
    /** @type {[number, number]} */ [left, right],
    /** @type {[number, number]} */ [low, high],
    /** @type {string} */ fill,
    opacity = 1,
  ) =>
    `<rect x="${left.toFixed(1)}" width="${(right - left).toFixed(1)}" y="${y(high).toFixed(1)}"
      height="${Math.max(1, y(low) - y(high)).toFixed(1)}" fill="${fill}" opacity="${opacity}"/>`;
  return (x0, x1, mean, std, isNumber) => {
    const color = isNumber ? ink : GREY;
    const ends = /** @type {[number, number]} */ ([family.low(mean, std), family.high(mean, std)]);
    if (name === "vad-exponential") return box([x0, x1], ends, `url(#auto-${isNumber ? "ink" : "prior"})`);
    if (name === "vad-uniform") return box([x0, x1], ends, color, isNumber ? 0.75 : 0.16);
    const middle = (x0 + x1) / 2;
    const half = isNumber ? Math.max(1, (x1 - x0) * 0.22) : (x1 - x0) / 2;
    return (
      box([middle - half, middle + half], ends, color, isNumber ? 0.4 : 0.1) +
      box([x0, x1], [mean - std, mean + std], color, isNumber ? 0.75 : 0.12)
    );
  };
}

/**
 * A gradient that falls as an exponential density does.
 * @param {string} id
 * @param {string} color
 * @param {number} most
 */
function fadeHtml(id, color, most) {
  const stops = [0, 0.15, 0.3, 0.5, 0.75, 1].map(
    (t) => `<stop offset="${t}" stop-color="${color}" stop-opacity="${(most * Math.exp(-3 * t)).toFixed(3)}"/>`,
  );
  return `<linearGradient id="auto-${id}" x1="0" y1="1" x2="0" y2="0">${stops.join("")}</linearGradient>`;
}
