// @ts-check
// The median filter, and how close a picture comes to the clean one: core/noise/filters.py and core/metrics.py.

const WINDOW = 7; // pixels, the side of the squares that SSIM compares
const UNBIASED = WINDOW ** 2 / (WINDOW ** 2 - 1);
const [C1, C2] = [0.01 ** 2, 0.03 ** 2];

/**
 * The median of the 3 x 3 pixels around each one; beyond the edge the nearest pixel stands in.
 * @param {Float32Array} x one grey picture
 */
export function median(x) {
  const side = Math.round(Math.sqrt(x.length));
  const inside = (/** @type {number} */ k) => Math.min(side - 1, Math.max(0, k));
  const around = new Float32Array(9);
  return x.map((_, k) => {
    for (let n = 0; n < 9; n++) {
      const row = inside(Math.floor(k / side) + Math.floor(n / 3) - 1);
      around[n] = x[side * row + inside((k % side) + (n % 3) - 1)];
    }
    return around.sort()[4];
  });
}

/**
 * Decibels; null is infinity.
 * @param {ArrayLike<number>} x
 * @param {ArrayLike<number>} given
 */
export function psnr(x, given) {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += (x[k] - given[k]) ** 2;
  return sum ? -10 * Math.log10(sum / x.length) : null;
}

/**
 * @param {Float32Array} x one grey picture
 * @returns {(given: Float32Array) => number} how alike another one is, 1 for the same: the mean over all windows
 */
export function ssimWith(x) {
  const m = windowMeans(x, x, (a) => a);
  return (given) => {
    const other = windowMeans(given, x, (a) => a);
    const squares = windowMeans(given, x, (a, b) => a * a + b * b);
    const products = windowMeans(given, x, (a, b) => a * b);
    const each = m.map((mean, k) => {
      const variances = UNBIASED * (squares[k] - other[k] ** 2 - mean ** 2);
      const covariance = UNBIASED * (products[k] - other[k] * mean);
      const alike = (2 * other[k] * mean + C1) / (other[k] ** 2 + mean ** 2 + C1);
      return (alike * (2 * covariance + C2)) / (variances + C2);
    });
    return each.reduce((sum, value) => sum + value, 0) / each.length;
  };
}

/**
 * Mean over every window of what is made of two pictures.
 * @param {Float32Array} a
 * @param {Float32Array} b
 * @param {(a: number, b: number) => number} make
 */
function windowMeans(a, b, make) {
  const side = Math.round(Math.sqrt(a.length));
  const count = side - WINDOW + 1;
  const rows = new Float64Array(side * count); // sums along rows
  for (let k = 0; k < rows.length; k++) {
    const start = side * Math.floor(k / count) + (k % count);
    for (let n = start; n < start + WINDOW; n++) rows[k] += make(a[n], b[n]);
  }
  return Float64Array.from({length: count * count}, (_, k) => {
    let sum = 0;
    for (let n = 0; n < WINDOW; n++) sum += rows[k + count * n];
    return sum / WINDOW ** 2;
  });
}
