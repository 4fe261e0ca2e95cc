// @ts-check
// Arithmetic of codes, as core/latent.py does it: paths, rows of matrices, and normal deviates.

/**
 * The point that divides the line from z0 (alpha 0) to z1 (alpha 1).
 * @param {ArrayLike<number>} z0
 * @param {ArrayLike<number>} z1
 * @param {number} alpha
 */
export const lerp = (z0, z1, alpha) => Float32Array.from(z0, (value, k) => value + alpha * (z1[k] - value));

const FLAT = 2e-3; // sine of an angle below which the arc is a line

/**
 * The same along the arc of a great circle.
 * @param {ArrayLike<number>} z0
 * @param {ArrayLike<number>} z1
 * @param {number} alpha
 */
export function slerp(z0, z1, alpha) {
  const lengths = Math.max(Math.sqrt(dot(z0, z0)) * Math.sqrt(dot(z1, z1)), 1e-12);
  const angle = Math.acos(Math.min(1, Math.max(-1, dot(z0, z1) / lengths)));
  const sine = Math.sin(angle);
  if (sine < FLAT) return lerp(z0, z1, alpha);
  const [a, b] = [Math.sin((1 - alpha) * angle) / sine, Math.sin(alpha * angle) / sine];
  return Float32Array.from(z0, (value, k) => a * value + b * z1[k]);
}

/**
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
export function dot(a, b) {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

/**
 * @param {ArrayLike<number>} start
 * @param {ArrayLike<number>} weights one a row
 * @param {(row: number) => ArrayLike<number>} rowOf
 * @returns {Float32Array} start and the weighted rows
 */
export function plusRows(start, weights, rowOf) {
  const sum = Float64Array.from(start);
  for (let n = 0; n < weights.length; n++) {
    const row = rowOf(n);
    for (let k = 0; k < sum.length; k++) sum[k] += weights[n] * row[k];
  }
  return Float32Array.from(sum);
}

/** A number from N(0, 1). Source: Box and Muller, 1958, doi:10.1214/aoms/1177706645. */
export const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

/**
 * @param {ArrayLike<number>} values
 * @param {number} decimals
 */
export const rounded = (values, decimals) => Array.from(values, (value) => Number(value.toFixed(decimals)));

/**
 * Codes, one after the other, as a decoder takes them.
 * @param {ArrayLike<number>[]} codes
 * @returns {import("./host.js").Numbers}
 */
export function stacked(codes) {
  const data = new Float32Array(codes.length * codes[0].length);
  codes.forEach((code, n) => {
    data.set(code, n * code.length);
  });
  return {data, dims: [codes.length, codes[0].length]};
}

/**
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
export const minus = (a, b) => Float64Array.from(a, (value, k) => value - b[k]);
