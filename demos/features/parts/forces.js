// @ts-check
// What t-SNE sees between two points of a map: the probability q, and the force that p - q makes of it.

/**
 * @typedef {object} MapFrame
 * @property {Float32Array} points `dimensions` numbers a point
 * @property {number} unit map units of one of theirs
 */

/** @type {WeakMap<Float32Array, number>} */
const totals = new WeakMap();

/**
 * Z, the sum of w over all ordered pairs, with w = 1 / (1 + squared distance): q is w / Z.
 * @param {MapFrame} frame
 * @param {number} dimensions
 */
function pairSum({points, unit}, dimensions) {
  const known = totals.get(points);
  if (known !== undefined) return known;
  let sum = 0;
  for (let i = 0; i < points.length; i += dimensions)
    for (let j = 0; j < i; j += dimensions) sum += closeness(points, i, j, dimensions, unit).w;
  totals.set(points, 2 * sum);
  return 2 * sum;
}

/**
 * For each of some other points: q, and the force on the first one, 4 (p - q) w times their distance: it pulls the
 * two together where it is positive, and pushes them apart where it is negative.
 * @param {MapFrame} frame
 * @param {number} dimensions
 * @param {number} i
 * @param {{j: number, p: number}[]} others
 */
export function pairForces(frame, dimensions, i, others) {
  const total = pairSum(frame, dimensions);
  return others.map(({j, p}) => {
    const {w, distance} = closeness(frame.points, i * dimensions, j * dimensions, dimensions, frame.unit);
    const q = w / total;
    return {q, force: 4 * (p - q) * w * distance};
  });
}

/**
 * @param {Float32Array} points
 * @param {number} a place of the first coordinate
 * @param {number} b
 * @param {number} dimensions
 * @param {number} unit
 */
function closeness(points, a, b, dimensions, unit) {
  let squared = 0;
  for (let c = 0; c < dimensions; c++) squared += (points[a + c] - points[b + c]) ** 2;
  squared *= unit * unit;
  return {w: 1 / (1 + squared), distance: Math.sqrt(squared)};
}
