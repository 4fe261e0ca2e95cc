// @ts-check
// Kinds of noise as core/noise/kinds.py draws them: the same seed hits the same pixels at every level.
import {torchRandom} from "../../web/lib/local/random.js";

/**
 * @typedef {ReturnType<typeof torchRandom>} Random
 * @typedef {(x: Float32Array, levels: number[], random: Random, side: number) => Float32Array} Apply x: of one grey
 *   picture, from 0 to 1
 */

const {fround, min, max} = Math;
const clipped = (/** @type {number} */ value) => min(1, max(0, value));

/** @type {Apply} */
function saltAndPepper(x, [amount], random) {
  const draws = random.uniform(x.length);
  const [white, black] = [fround(amount / 2), fround(1 - amount / 2)];
  return x.map((value, k) => (draws[k] > black ? 0 : draws[k] < white ? 1 : value));
}

/** @type {Apply} */
function gaussian(x, [std], random) {
  const draws = random.normal(x.length);
  return x.map((value, k) => clipped(value + fround(fround(std) * draws[k])));
}

/** @type {Apply} */
function speckle(x, [std], random) {
  const draws = random.normal(x.length);
  return x.map((value, k) => clipped(value * fround(1 + fround(fround(std) * draws[k]))));
}

/**
 * Photons that are counted, from one uniform draw a pixel by the inverse of their distribution.
 * @type {Apply}
 */
function photons(x, [peak], random) {
  const draws = random.uniform(x.length);
  const most = Math.trunc(peak + 8 * peak ** 0.5 + 12); // no draw comes so far
  return x.map((value, k) => {
    const mean = value * peak;
    let share = Math.exp(-mean); // P(count)
    let below = share; // P(no more than count)
    let count = 0;
    while (count < most && draws[k] > below) {
      share *= mean / ++count;
      below += share;
    }
    return clipped(count / peak);
  });
}

/** @type {Apply} */
function box(x, [share], random, side) {
  const [ratio, down, right] = random.uniform(3);
  const stretch = fround(2 ** (ratio - 0.5));
  const [height, width] = [side * share ** 0.5 * stretch, (side * share ** 0.5) / stretch].map(Math.round);
  const [top, left] = [down * (side - height + 1), right * (side - width + 1)].map(Math.floor);
  return x.map((value, k) => {
    const [row, column] = [Math.floor(k / side) - top, (k % side) - left];
    return row >= 0 && row < height && column >= 0 && column < width ? 1 : value;
  });
}

/** @type {Record<string, Apply>} */
const KINDS = {
  none: (x) => x,
  salt_and_pepper: saltAndPepper,
  gaussian,
  both: (x, [std, amount], random, side) => saltAndPepper(gaussian(x, [std], random, side), [amount], random, side),
  speckle,
  poisson: photons,
  box,
};

/**
 * @param {Float32Array} x one grey picture
 * @param {string} kind
 * @param {number[]} levels one for each of the kind's parameters
 * @param {number} seed
 */
export const corrupt = (x, kind, levels, seed) =>
  KINDS[kind](x, levels, torchRandom(seed), Math.round(Math.sqrt(x.length)));

/**
 * What moving each parameter would show: a row for each, the picture at each of its values while the others stand
 * still; one picture for a kind without parameters.
 * @param {Float32Array} x
 * @param {string} kind
 * @param {{values: number[]}[]} parameters of it
 * @param {number[]} levels
 * @param {number} seed
 * @returns {Float32Array[][]}
 */
export function sweep(x, kind, parameters, levels, seed) {
  if (!parameters.length) return [[x]];
  return parameters.map(({values}, p) =>
    values.map((value) => {
      const at = levels.map((level, k) => (k === p ? value : level));
      return corrupt(x, kind, at, seed);
    }),
  );
}
