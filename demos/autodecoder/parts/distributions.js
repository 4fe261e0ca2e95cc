// @ts-check
// What the variational auto-decoders learn of a number of the code: one family of distributions each.

/**
 * @typedef {object} Family
 * @property {string} words what is drawn of it
 * @property {[number, number]} prior its mean and standard deviation
 * @property {(mean: number, std: number) => number} low end of what is drawn
 * @property {(mean: number, std: number) => number} high
 * @property {(value: number, mean: number, std: number) => number} density
 * @property {number} margin of a chart, beyond the ends
 * @property {boolean} isPositive
 */

/** @typedef {{mean: number[], std: number[], nats: number[]}} Learned a value a number of the code */

const EDGE = Math.sqrt(3); // from the middle of a uniform distribution to its end, in standard deviations
const POINTS = 181; // of a density's curve
const OUTLIERS = 0.03; // share of the numbers that may lie beyond the axis, at each end
const ROOM = 1.3; // times how far nearly all of them reach

/** @type {Record<string, Family>} */
export const DISTRIBUTIONS = {
  "vad-gaussian": {
    words: "mean ± 1 and ± 2 standard deviations",
    prior: [0, 1],
    low: (mean, std) => mean - 2 * std,
    high: (mean, std) => mean + 2 * std,
    density: (v, mean, std) => Math.exp(-(((v - mean) / std) ** 2) / 2) / (std * Math.sqrt(2 * Math.PI)),
    margin: 0.6,
    isPositive: false,
  },
  "vad-exponential": {
    words: "density, darker is likelier, and mean",
    prior: [1, 1],
    low: () => 0,
    high: (mean) => 3 * mean,
    density: (v, mean) => Math.exp(-v / mean) / mean,
    margin: 0.1,
    isPositive: true,
  },
  "vad-uniform": {
    words: "interval and mean",
    prior: [0, 1],
    low: (mean, std) => mean - EDGE * std,
    high: (mean, std) => mean + EDGE * std,
    density: (v, mean, std) => (Math.abs(v - mean) <= EDGE * std + 1e-9 ? 1 / (2 * EDGE * std) : 0),
    margin: 0.1,
    isPositive: false,
  },
};

/**
 * Numbers of the code in the order they are drawn in.
 * @param {number[]} nats from the prior
 * @param {boolean} isByNats the farthest first, or else by their index
 */
export function orderOf(nats, isByNats) {
  const order = [...nats.keys()];
  return isByNats ? order.sort((j, k) => nats[k] - nats[j]) : order;
}

/**
 * Low and high end of an axis that holds the prior and nearly all numbers; a few may lie far off.
 * @param {Family} family
 * @param {Learned} learned
 * @returns {[number, number]}
 */
export function reach(family, {mean, std}) {
  const [low, high] = [family.low(...family.prior), family.high(...family.prior)];
  const quantile = (/** @type {number[]} */ values, /** @type {number} */ share) =>
    values.sort((a, b) => a - b)[Math.floor(share * (values.length - 1))];
  const lows = mean.map((m, k) => family.low(m, std[k]));
  const highs = mean.map((m, k) => family.high(m, std[k]));
  return [
    Math.min(low, ROOM * quantile([...lows, low], OUTLIERS)),
    Math.max(high, ROOM * quantile([...highs, high], 1 - OUTLIERS)),
  ];
}

/**
 * The densities of one number, as it was learned and by the prior.
 * @param {string} name of the family
 * @param {number} mean
 * @param {number} std
 */
export function densityCurves(name, mean, std) {
  const family = DISTRIBUTIONS[name];
  const ends = [
    family.low(mean, std),
    family.high(mean, std),
    family.low(...family.prior),
    family.high(...family.prior),
  ];
  const low = family.isPositive ? 0 : Math.min(...ends) - family.margin;
  const high = Math.max(...ends) + family.margin;
  const x = Array.from({length: POINTS}, (_, j) => low + (j / (POINTS - 1)) * (high - low));
  if (name === "vad-uniform") x.push(...ends.flatMap((v) => [v - 1e-6, v + 1e-6])); // its steps stand upright
  x.sort((a, b) => a - b);
  return {
    x,
    learned: x.map((v) => family.density(v, mean, std)),
    prior: x.map((v) => family.density(v, ...family.prior)),
  };
}
