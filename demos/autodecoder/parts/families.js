// @ts-check
// What a number of a code can be distributed as: core/distributions.py.

/** @typedef {ReturnType<typeof import("../../web/lib/local/random.js").torchRandom>} Random */

/**
 * Parameters of one number are in turn: mu and logvar, k, or m and s.
 * @typedef {object} Family
 * @property {number} parameters of a number
 * @property {(p: ArrayLike<number>) => number} mean
 * @property {(p: ArrayLike<number>) => number} std
 * @property {(p: ArrayLike<number>) => number} nats divergence from the prior
 * @property {(p: ArrayLike<number>, chance: number) => number} draw chance: as `chances` gives them
 * @property {(random: Random, count: number) => Float32Array} chances that draws are made of
 * @property {(epsilon: number) => number} fromNormal a draw from the prior, of the rank of one from N(0, 1)
 */

const EDGE = Math.sqrt(3); // of the uniform prior, whose variance is 1
const TINY = 1e-6; // keeps logarithms away from zero

const sigmoid = (/** @type {number} */ s) => 1 / (1 + Math.exp(-s));
const halfWidth = (/** @type {ArrayLike<number>} */ p) => EDGE * sigmoid(p[1]);

/** @type {Family} */
const gaussian = {
  parameters: 2,
  mean: (p) => p[0],
  std: (p) => Math.exp(p[1] / 2),
  nats: (p) => (p[0] ** 2 + Math.exp(p[1]) - 1 - p[1]) / 2,
  draw: (p, epsilon) => gaussian.mean(p) + gaussian.std(p) * epsilon,
  chances: (random, count) => random.normal(count),
  fromNormal: (epsilon) => epsilon,
};

/** @type {Family} */
const exponential = {
  parameters: 1,
  mean: (p) => Math.exp(-p[0]),
  std: (p) => exponential.mean(p),
  nats: (p) => p[0] + Math.exp(-p[0]) - 1,
  draw: (p, u) => -exponential.mean(p) * Math.log(Math.max(u, TINY)),
  chances: (random, count) => random.uniform(count),
  fromNormal: (epsilon) => -Math.log(erfc(epsilon / Math.SQRT2) / 2),
};

/** @type {Family} */
const uniform = {
  parameters: 2,
  mean: (p) => (EDGE - halfWidth(p)) * Math.tanh(p[0]),
  std: (p) => halfWidth(p) / EDGE,
  nats: (p) => Math.log1p(Math.exp(-p[1])),
  draw: (p, u) => uniform.mean(p) + halfWidth(p) * (2 * u - 1),
  chances: (random, count) => random.uniform(count),
  fromNormal: (epsilon) => EDGE * (1 - erfc(epsilon / Math.SQRT2)),
};

/** @type {Record<string, Family>} by name; a point has no distribution, and its draws are those of a Gaussian prior */
export const FAMILIES = {point: gaussian, gaussian, exponential, uniform};

// of the polynomial in erfc(), from the highest power down
const CHEBYSHEV = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368,
  -1.26551223,
];

/**
 * The complementary error function, 1.2e-7 of its value off at most.
 * Source: Numerical Recipes in C, 1992, section 6.2.
 * @param {number} x
 */
function erfc(x) {
  const t = 1 / (1 + Math.abs(x) / 2);
  const value = t * Math.exp(-x * x + CHEBYSHEV.reduce((sum, coefficient) => sum * t + coefficient));
  return x < 0 ? 2 - value : value;
}
