// @ts-check
// The pictures of a gallery most like another one, pixel by pixel, as demos/ui/nearest.py finds them.
import {rounded} from "./codes.js";

/**
 * @typedef {{pictures: Uint8Array[], typical: number[]}} PixelSpace typical: distance of each to the nearest other,
 *   ascending
 */

const NEAREST = 6; // pictures that are shown
const AT_ONCE = 20; // rows of distances between two moments in which the page may paint

/**
 * @param {Uint8Array[]} pictures
 * @returns {Promise<PixelSpace>}
 */
export async function pixelSpace(pictures) {
  const least = new Float64Array(pictures.length).fill(Infinity);
  for (let i = 0; i < pictures.length; i++) {
    if (i % AT_ONCE === 0) await new Promise((done) => setTimeout(done));
    for (let k = 0; k < i; k++) {
      const squared = squaredDistance(pictures[i], pictures[k]);
      if (squared < least[i]) least[i] = squared;
      if (squared < least[k]) least[k] = squared;
    }
  }
  return {pictures, typical: [...least.sort()].map((squared) => distanceOf(squared, pictures[0].length))};
}

/**
 * A picture that is one of the gallery's is not compared with itself.
 * @param {PixelSpace} space
 * @param {Uint8Array} picture
 * @returns {import("../../types").Neighbours}
 */
export function nearestTo({pictures, typical}, picture) {
  const found = pictures
    .map((other, i) => ({i, squared: squaredDistance(other, picture)}))
    .filter(({squared}) => squared > 0)
    .sort((a, b) => a.squared - b.squared)
    .slice(0, NEAREST);
  const distances = found.map(({squared}) => distanceOf(squared, picture.length));
  const closer = typical.filter((distance) => distance < distances[0]).length / typical.length;
  return {indices: found.map(({i}) => i), distances: rounded(distances, 4), closer: rounded([closer], 3)[0]};
}

/**
 * Root of the mean squared difference of values from 0 to 1.
 * @param {number} squared sum over bytes
 * @param {number} count of them
 */
const distanceOf = (squared, count) => Math.sqrt(squared / count) / 255;

/**
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 */
function squaredDistance(a, b) {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] - b[k]) ** 2;
  return sum;
}
