// @ts-check
// Both losses of a training, as they were and smoothed, beside the levels that they are compared with.
import {FAKE, REAL} from "./scores.js";

const PART = 40; // of the training is averaged into one place of a smoothed curve: a fortieth
const FAINT = "55"; // alpha of a curve as it was

/**
 * Mean of the values around each one; near the ends, of as many as there are on both sides.
 * @param {number[]} values
 * @param {number} width values averaged
 */
export function movingAverage(values, width) {
  const sums = [0];
  for (const v of values) sums.push(sums[sums.length - 1] + v);
  return values.map((_, k) => {
    const reach = Math.min(Math.floor(width / 2), k, values.length - 1 - k);
    return (sums[k + reach + 1] - sums[k - reach]) / (2 * reach + 1);
  });
}

/**
 * @param {import("./types").FilmAnswer} film
 * @returns {import("../web/components/charts/line_geometry.js").LineData}
 */
export function lossData({discriminator, generator, epochs, levels}) {
  const last = epochs[epochs.length - 1];
  const format = (/** @type {number | null | undefined} */ v, short = false) => {
    if (v === null || v === undefined) return "–";
    if (!short) return v.toFixed(2);
    return v.toFixed(v % 1 ? 1 : 0);
  };
  const width = Math.round(discriminator.length / PART);
  const raw = (/** @type {string} */ column, /** @type {number[]} */ values, /** @type {string} */ color) => ({
    name: "",
    column,
    color: color + FAINT,
    values,
  });
  const smoothed = (/** @type {string} */ name, /** @type {number[]} */ values, /** @type {string} */ color) => ({
    name,
    color,
    values: movingAverage(values, width),
  });
  return {
    x: discriminator.map((_, k) => (k / (discriminator.length - 1)) * last),
    xName: "epoch",
    zero: true,
    format,
    series: [
      smoothed("discriminator", discriminator, REAL),
      smoothed("generator", generator, FAKE),
      raw("discriminator, not smoothed", discriminator, REAL),
      raw("generator, not smoothed", generator, FAKE),
    ],
    targets: [
      {
        name: `if D can only guess: ${format(levels.discriminator)}`,
        value: levels.discriminator,
        color: REAL,
      },
      {name: `then G: ${format(levels.generator)}`, value: levels.generator, color: FAKE},
      {name: `D's floor: ${levels.floor.toFixed(3)}`, value: levels.floor, color: REAL},
    ],
  };
}
