// @ts-check
// Where the lines of a chart go: scales, round numbers and paths, without a page.
import {decades, ticks} from "../../lib/format.js";

/**
 * @typedef {object} Series
 * @property {string} name empty: drawn only, and after all that have one
 * @property {(number | null)[]} values
 * @property {string} color
 * @property {boolean} [dashed]
 * @property {boolean} [strong] drawn thicker than the others
 * @property {string} [column] its name in a table, where it is drawn without one
 * @property {number[]} [x] where it differs from the chart's
 */

/**
 * @typedef {object} LineData
 * @property {Series[]} series
 * @property {number[]} [x] increasing, one a value; 1, 2, 3, ... without it
 * @property {{name?: string, value: number, color?: string}[]} [targets] level lines across the chart
 * @property {boolean | "auto"} [log] scale; "auto" takes it for positive values that differ by more than six times
 * @property {boolean} [zero] whether the scale includes 0
 * @property {[number, number]} [range] of the values, else theirs
 * @property {number} [until] end of the x axis while lines grow, else the last x
 * @property {string} [xName]
 * @property {string} [xColumn] what x is, in a table, where the axis does not say so
 * @property {string} [label] for screen readers
 * @property {(value: number | null | undefined, short?: boolean) => string} [format] short: on the axis
 * @property {(x: number) => string} [formatX] numbers of the x axis
 */

/** @typedef {import("../../lib/plots/table.js").Table} Table */
/** @typedef {{left: number, right: number, top: number, bottom: number}} Edge */

const AUTO_LOG = 6; // times that the largest value is the smallest
const ROOM = 0.06; // of the height, above and below the values
const FLOOR = 1e-9; // what a logarithmic scale shows of zero
export const LETTER = 7.5; // pixels of a letter, as large as a projector shows it
const TALL = 14; // pixels of a line of text
const ABOVE = -3; // pixels from a level down to the feet of its name
const BELOW = 13;
const PLACES = 8; // of a name along its level, tried from right to left

/** @param {LineData} data */
export const xValues = ({x, series}) => x ?? series[0].values.map((_, k) => k + 1);

/**
 * @param {LineData} data
 * @param {{width: number, height: number, edge: Edge}} box in pixels
 */
export function lineGeometry(data, {width, height, edge}) {
  const log = isLog(data);
  const scale = log ? (/** @type {number} */ v) => Math.log10(Math.max(v, FLOOR)) : (/** @type {number} */ v) => v;
  const [low, high] = valueBounds(data, log, scale);
  const all = data.series.flatMap((series) => series.x ?? xValues(data));
  const first = Math.min(...all);
  const last = data.until ?? Math.max(...all);
  const across = width - edge.left - edge.right;
  const down = height - edge.top - edge.bottom;
  const between = last - first || 1;
  return {
    log,
    x: (/** @type {number} */ v) => edge.left + ((v - first) / between) * across,
    y: (/** @type {number} */ v) => edge.top + ((high - scale(v)) / (high - low || 1)) * down,
    back: (/** @type {number} */ px) => Math.max(first, Math.min(last, first + ((px - edge.left) / across) * between)),
    yTicks: log ? decades(low, high) : ticks(low, high, 4),
    xTicks: xTicks(data, first, last, width),
  };
}

/** @param {LineData} data */
function isLog({log = false, series, targets = []}) {
  if (log !== "auto") return log;
  const all = [...series.flatMap(({values}) => values), ...targets.map(({value}) => value)].filter((v) => v !== null);
  const low = Math.min(...all);
  return low > 0 && Math.max(...all) / low > AUTO_LOG;
}

/**
 * Low and high end of the scale, as the scale has them.
 * @param {LineData} data
 * @param {boolean} log
 * @param {(v: number) => number} scale
 * @returns {[number, number]}
 */
function valueBounds({series, targets = [], range, zero = false}, log, scale) {
  if (range) return [scale(range[0]), scale(range[1])];
  const all = [...series.flatMap(({values}) => values), ...targets.map(({value}) => value)];
  const known = all.filter((v) => v !== null && Number.isFinite(v) && (!log || v > 0)).map((v) => scale(v ?? 0));
  const low = Math.min(...known);
  const high = Math.max(...known);
  const room = ROOM * (high - low || Math.abs(high) || 1);
  return [zero && !log ? Math.min(0, low) : low - room, high + room];
}

/**
 * @param {LineData} data
 * @param {number} first
 * @param {number} last
 * @param {number} width
 */
function xTicks({x}, first, last, width) {
  const round = ticks(first, Math.max(last, first + 1e-9), Math.max(3, Math.min(8, Math.floor(width / 60))));
  return x ? round : round.filter(Number.isInteger); // counted things have no halves
}

/**
 * The figures of a chart: a row for each x of any line, a column for each line and each level.
 * @param {LineData} data
 * @returns {Table}
 */
export function lineTable(data) {
  const {series, targets = [], formatX, xName, xColumn} = data;
  const shared = xValues(data);
  const places = [...new Set(series.flatMap(({x}) => x ?? shared))].sort((a, b) => a - b);
  const lines = series.map(({x, values}) => new Map((x ?? shared).map((at, k) => [at, values[k]])));
  const levels = targets.map(({value}) => value);
  const names = series.map(({name, column}, k) => column ?? (name || `line ${k + 1}`));
  return {
    columns: [xColumn || xName || "x", ...names, ...targets.map(({name}) => name || "level")],
    rows: places.map((at) => [formatX ? formatX(at) : at, ...lines.map((line) => line.get(at)), ...levels]),
  };
}

/**
 * Points of a polyline; what is null is left out.
 * @param {(number | null)[]} values
 * @param {number[]} x
 * @param {{x: (v: number) => number, y: (v: number) => number}} place
 */
export function linePath(values, x, place) {
  return values
    .flatMap((v, k) => (v === null ? [] : [`${place.x(x[k]).toFixed(1)},${place.y(v).toFixed(1)}`]))
    .join(" ");
}

/**
 * Index of the number nearest to a value.
 * @param {ArrayLike<number>} numbers
 * @param {number} value
 */
export function nearestIndex(numbers, value) {
  let best = 0;
  for (let k = 1; k < numbers.length; k++) if (Math.abs(numbers[k] - value) < Math.abs(numbers[best] - value)) best = k;
  return best;
}

/** @typedef {{left: number, right: number, top: number, bottom: number}} Box in pixels; bottom is below top */

/**
 * Where the names of levels stand: beside the level, where they touch no line, no other level and no other name.
 * @param {LineData} data
 * @param {{x: (v: number) => number, y: (v: number) => number}} place
 * @param {{width: number, height: number, edge: Edge}} box in pixels
 * @returns {{name: string, x: number, y: number}[]} x: the right end of a name; y: its feet
 */
export function namePlaces(data, place, {width, height, edge}) {
  const named = (data.targets ?? []).filter(({name, color}) => name && !color); // others are in the key
  const levels = (data.targets ?? []).map(({value}) => place.y(value));
  const lines = data.series.map(({values, x}) =>
    values.flatMap((v, k) => (v === null ? [] : [[place.x((x ?? xValues(data))[k]), place.y(v)]])),
  );
  const last = width - edge.right - 2;
  /** @type {Box[]} */
  const taken = [];
  return named.map(({name = "", value}) => {
    const long = LETTER * name.length;
    const step = (last - edge.left - long) / (PLACES - 1);
    const tried = Array.from({length: PLACES}, (_, k) => last - k * step).flatMap((right) =>
      [ABOVE, BELOW].map((below) => ({
        left: right - long,
        right,
        top: place.y(value) + below - TALL,
        bottom: place.y(value) + below,
      })),
    );
    const faults = (/** @type {Box} */ one) =>
      Number(one.top < 0 || one.bottom > height - edge.bottom) +
      levels.filter((y) => y > one.top && y < one.bottom).length +
      lines.filter((line) => touches(line, one)).length +
      taken.filter((other) => overlap(one, other)).length;
    const best = tried.reduce((least, one) => (faults(one) < faults(least) ? one : least));
    taken.push(best);
    return {name, x: best.right, y: best.bottom};
  });
}

/**
 * Whether a line enters a box.
 * @param {number[][]} points of the line, from left to right
 * @param {Box} box
 */
export function touches(points, {left, right, top, bottom}) {
  return points.some(([x, y], k) => {
    const [nextX, nextY] = points[k + 1] ?? [x, y];
    if (nextX < left || x > right) return false;
    const at = (/** @type {number} */ px) => (nextX > x ? y + ((nextY - y) * (px - x)) / (nextX - x) : y);
    const ends = [at(Math.max(x, left)), at(Math.min(nextX, right))];
    return Math.max(...ends) >= top && Math.min(...ends) <= bottom;
  });
}

/**
 * @param {Box} a
 * @param {Box} b
 */
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
