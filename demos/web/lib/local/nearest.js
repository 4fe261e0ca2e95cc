// @ts-check
// The pictures of a gallery most like another one, as demos/ui/nearest.py finds them.
import {rounded} from "./codes.js";
import {rowsOf} from "./pictures.js";

/**
 * @typedef {import("../server/sample.js").Sample} Sample
 * @typedef {{pictures: Uint8Array[], typical: number[]}} PixelSpace typical: distance of each to the nearest other,
 *   ascending
 */

const NEAREST = 6; // pictures that are shown
const AT_ONCE = 10; // rows of distances between two moments in which the page may paint
/** @type {WeakMap<Sample, Promise<PixelSpace>>} */
const known = new WeakMap();

/**
 * The images of a sample, compared with one another once for all tabs, which takes half a second.
 * @param {() => Promise<Sample>} loadSample
 */
export async function pixelSpace(loadSample) {
  const sample = await loadSample();
  const space = known.get(sample) ?? compared(Array.from(sample.labels, (_, i) => sample.sprite.pixels(i)));
  known.set(sample, space);
  return space;
}

/**
 * @param {Uint8Array[]} pictures
 * @returns {Promise<PixelSpace>}
 */
async function compared(pictures) {
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
 */
export const nearestTo = ({pictures, typical}, picture) =>
  ranked(
    pictures.map((other) => distanceOf(squaredDistance(other, picture), picture.length)),
    pictures.map((other) => isSame(other, picture)),
    typical,
  );

/**
 * The same by what a classifier sees in pictures.
 * @param {PixelSpace} space
 * @param {{points: import("./host.js").Numbers, typical: ArrayLike<number>}} features of the gallery
 * @param {Uint8Array} picture
 * @param {Float32Array} point its features
 */
export const nearestByFeatures = ({pictures}, {points, typical}, picture, point) =>
  ranked(
    rowsOf(points).map((other) => Math.sqrt(squaredDistance(other, point))),
    pictures.map((other) => isSame(other, picture)),
    typical,
  );

/**
 * @param {number[]} distances
 * @param {boolean[]} areSame which are not counted
 * @param {ArrayLike<number>} typical
 * @returns {import("../../types").Neighbours}
 */
function ranked(distances, areSame, typical) {
  const indices = [...distances.keys()].filter((i) => !areSame[i]);
  const nearest = indices.sort((a, b) => distances[a] - distances[b]).slice(0, NEAREST);
  const least = distances[nearest[0]];
  const closer = Array.from(typical).filter((distance) => distance < least).length / typical.length;
  const rows = nearest.map((i) => distances[i]);
  return {indices: nearest, distances: rounded(rows, 4), closer: rounded([closer], 3)[0]};
}

/**
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 */
const isSame = (a, b) => a.every((value, k) => value === b[k]);

/**
 * Root of the mean squared difference of values from 0 to 1.
 * @param {number} squared sum over bytes
 * @param {number} count of them
 */
const distanceOf = (squared, count) => Math.sqrt(squared / count) / 255;

/**
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
function squaredDistance(a, b) {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] - b[k]) ** 2;
  return sum;
}
