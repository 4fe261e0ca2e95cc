// @ts-check
// The numbers behind one place of a feature map: patch, filter, products, and what every step makes of their sum.
import {fromBase64} from "../../web/lib/base64.js";

/**
 * @typedef {import("../types").MapAnswer} MapAnswer
 * @typedef {[number, number]} Place row and column
 * @typedef {{left: number, top: number, width: number, height: number}} Box in shares of a side
 */

/**
 * @typedef {object} Step
 * @property {MapAnswer["steps"][number]["kind"]} kind
 * @property {Record<string, number>} constants
 * @property {Float32Array} values row by row
 * @property {number} width
 * @property {number} height
 * @property {Float32Array | null} added
 */

/**
 * @typedef {Omit<MapAnswer, "inputs" | "weights" | "steps"> & {inputs: Float32Array, weights: Float32Array,
 *   channels: number, width: number, height: number, kernel: number, steps: Step[], pixels: Uint8Array}} MapSteps width
 *   and height: of an input map; pixels: of the picture
 */

/**
 * @typedef {object} Row what a step makes at one place
 * @property {Step["kind"]} kind
 * @property {number} taken
 * @property {number} given
 * @property {Record<string, number>} constants
 * @property {number} [added]
 * @property {number[]} [of] what pooling chooses from
 */

const floats = (/** @type {import("../types").PackedFloats} */ {data}) => new Float32Array(fromBase64(data).buffer);

/**
 * @param {MapAnswer} answer
 * @param {Uint8Array} pixels of the picture it is for
 * @returns {MapSteps}
 */
export function unpackSteps(answer, pixels) {
  const [channels, height, width] = answer.inputs.shape;
  return {
    ...answer,
    pixels,
    inputs: floats(answer.inputs),
    weights: floats(answer.weights),
    channels,
    height,
    width,
    kernel: answer.weights.shape[1],
    steps: answer.steps.map(({kind, constants, values, added}) => ({
      kind,
      constants,
      values: floats(values),
      height: values.shape[0],
      width: values.shape[1],
      added: added ? floats(added) : null,
    })),
  };
}

/**
 * Row and column within a map, which has as many as the last step gives.
 * @param {MapSteps} map
 * @param {Place} place
 * @returns {Place}
 */
export function within({steps}, [row, column]) {
  const {height, width} = steps[steps.length - 1];
  return [Math.max(0, Math.min(height - 1, row)), Math.max(0, Math.min(width - 1, column))];
}

/**
 * What every step makes at a place of the finished map, and where the convolution looks for it: pooling takes the
 * largest of several places.
 * @param {MapSteps} map
 * @param {Place} place
 * @returns {{at: Place, rows: Row[]}} at: of the convolution
 */
export function stepsAt({steps}, place) {
  let at = place;
  /** @type {Row[]} */
  const rows = [];
  for (const [i, step] of [...steps.entries()].reverse()) {
    const cell = at[0] * step.width + at[1];
    /** @type {Row} */
    const row = {kind: step.kind, taken: 0, given: step.values[cell], constants: step.constants};
    if (step.added) row.added = step.added[cell];
    const before = steps[i - 1];
    if (step.kind === "pool") {
      const window = windowOf(at, step.constants.size);
      row.of = window.map(([r, c]) => before.values[r * before.width + c]);
      at = window[row.of.indexOf(Math.max(...row.of))];
    }
    if (before) row.taken = before.values[at[0] * before.width + at[1]];
    rows.unshift(row);
  }
  rows[0].taken = rows[0].given - (rows[0].constants.bias ?? 0); // the sum of all products
  return {at, rows};
}

/**
 * @param {Place} place
 * @param {number} size
 */
function windowOf([row, column], size) {
  return Array.from({length: size * size}, (_, k) => {
    /** @type {Place} */
    const place = [row * size + Math.floor(k / size), column * size + (k % size)];
    return place;
  });
}

/**
 * What the filter meets in one input map at a place of the convolution; null beyond the edge, where zeros stand.
 * @param {MapSteps} map
 * @param {number} channel
 * @param {Place} at
 * @returns {(number | null)[]}
 */
export function patchAt({inputs, width, height, kernel, stride, padding}, channel, [row, column]) {
  return Array.from({length: kernel * kernel}, (_, k) => {
    const r = row * stride - padding + Math.floor(k / kernel);
    const c = column * stride - padding + (k % kernel);
    const isInside = r >= 0 && r < height && c >= 0 && c < width;
    return isInside ? inputs[(channel * height + r) * width + c] : null;
  });
}

/**
 * @param {MapSteps} map
 * @param {number} channel
 */
export const filterOf = ({weights, kernel}, channel) =>
  weights.subarray(channel * kernel * kernel, (channel + 1) * kernel * kernel);

/**
 * What each input map adds to the sum at a place of the convolution.
 * @param {MapSteps} map
 * @param {Place} at
 */
export function contributionsAt(map, at) {
  return Array.from({length: map.channels}, (_, channel) => {
    const weights = filterOf(map, channel);
    return patchAt(map, channel, at).reduce((/** @type {number} */ sum, v, k) => sum + (v ?? 0) * weights[k], 0);
  });
}

/**
 * Where the filter lies on an input map, as far as it is on it.
 * @param {MapSteps} map
 * @param {Place} at of the convolution
 */
export const patchBox = ({stride, padding, kernel, width, height}, [row, column]) =>
  boxOf({row: row * stride - padding, column: column * stride - padding, size: kernel}, width, height);

/**
 * The part of the picture that a place of a finished map depends on.
 * @param {MapAnswer["field"]} field
 * @param {Place} place
 */
export const fieldBox = ({size, step, start, of}, [row, column]) =>
  boxOf({row: start + row * step, column: start + column * step, size}, of, of);

/**
 * @param {{row: number, column: number, size: number}} square
 * @param {number} width
 * @param {number} height
 * @returns {Box}
 */
function boxOf({row, column, size}, width, height) {
  const [left, top] = [Math.max(0, column), Math.max(0, row)];
  const [right, bottom] = [Math.min(width, column + size), Math.min(height, row + size)];
  return {
    left: left / width,
    top: top / height,
    width: Math.max(0, right - left) / width,
    height: Math.max(0, bottom - top) / height,
  };
}

/** @param {number} value two digits after the point, and a real minus */
export const short = (value) =>
  value
    .toFixed(2)
    .replace("-", "−")
    .replace(/^−(0\.00)$/, "$1");

/**
 * A step in words, with its numbers.
 * @param {Row} row
 * @param {number} products how many the sum is of
 */
export function stepWords({kind, taken, given, constants, added, of}, products) {
  const number = (/** @type {number} */ v) => (v < 0 ? `(${long(v)})` : long(v));
  switch (kind) {
    case "convolve": {
      const bias = constants.bias === undefined ? "" : ` + bias ${number(constants.bias)} = ${long(given)}`;
      return {name: "Sum", words: `all ${products} products: ${long(taken)}${bias}`};
    }
    case "normalise": {
      const {mean, deviation, scale, shift} = constants;
      const centred = `(${long(taken)} − mean ${number(mean)}) ÷ deviation ${long(deviation)}`;
      return {
        name: "Normalise",
        words: `${centred} × scale ${number(scale)} + shift ${number(shift)} = ${long(given)}`,
      };
    }
    case "add":
      return {
        name: "Add",
        words: `${long(taken)} + ${number(added ?? 0)}, which went around the block = ${long(given)}`,
      };
    case "relu":
      return {name: "ReLU", words: `the larger of 0 and ${long(taken)}: ${long(given)}`};
    case "pool":
      return {name: "Pool", words: `the largest of ${(of ?? []).map(long).join(", ")}: ${long(given)}`};
  }
}

/** @param {number} value three digits after the point, and a real minus */
export const long = (value) =>
  value
    .toFixed(3)
    .replace("-", "−")
    .replace(/^−(0\.000)$/, "$1");
