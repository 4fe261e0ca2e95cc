// @ts-check
// What is measured of decoded pictures, and a random code, as demos/autodecoder/compute.py has them.
import {dot} from "../../web/lib/local/codes.js";
import {rowsOf} from "../../web/lib/local/pictures.js";

/** @typedef {import("../../web/lib/local/host.js").Numbers} Numbers */

/**
 * Mean squared difference of values from 0 to 1.
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 */
export const meanSquare = (a, b) => a.reduce((sum, value, k) => sum + ((value - b[k]) / 255) ** 2, 0) / a.length;

/**
 * Mean step between neighbouring pixels of a picture, of the mean of its colours, from 0 to 1.
 * @param {Uint8Array} picture
 * @param {number[]} shape channels, height and width
 */
export function clarity(picture, [channels, height, width]) {
  const grey = new Float32Array(height * width);
  picture.forEach((value, i) => {
    grey[Math.floor(i / channels)] += value / channels;
  });
  let across = 0;
  let down = 0;
  for (let k = 0; k < grey.length; k++) {
    if ((k + 1) % width) across += Math.abs(grey[k + 1] - grey[k]);
    if (k + width < grey.length) down += Math.abs(grey[k + width] - grey[k]);
  }
  return (across / (height * (width - 1)) + down / ((height - 1) * width)) / 255 / 2;
}

/**
 * A code from the normal distribution that is fitted to codes.
 * @param {Numbers} codes
 * @param {Float32Array} noise from N(0, 1)
 */
export function fittedCode(codes, noise) {
  const rows = rowsOf(codes);
  const size = noise.length;
  const mean = noise.map((_, k) => rows.reduce((sum, row) => sum + row[k], 0) / rows.length);
  const columns = Array.from(mean, (middle, k) => Float64Array.from(rows, (row) => row[k] - middle));
  const factor = cholesky(size, (i, k) => dot(columns[i], columns[k]) / (rows.length - 1));
  return mean.map((middle, k) => middle + dot(factor[k], noise));
}

/**
 * The lower triangle whose product with itself, transposed, is a covariance.
 * @param {number} size
 * @param {(i: number, k: number) => number} covariance
 */
function cholesky(size, covariance) {
  const rows = Array.from({length: size}, () => new Float64Array(size));
  for (let i = 0; i < size; i++) {
    for (let k = 0; k <= i; k++) {
      const rest = covariance(i, k) - dot(rows[i].subarray(0, k), rows[k].subarray(0, k));
      rows[i][k] = i === k ? Math.sqrt(rest) : rest / rows[k][k];
    }
  }
  return rows;
}
