// @ts-check
// Where the dots of a dot plot stand: stacked in bins, one group upwards and the other downwards.

/**
 * @typedef {object} Stacks
 * @property {number} size of a dot, in pixels
 * @property {number} axis pixels from the top
 * @property {[number, number][][]} places left and top of every dot, by group
 * @property {number} low end of the scale
 * @property {number} high
 */

const LARGEST = 9; // pixels of a dot
const SMALLEST = 2;
const BELOW = 18; // pixels for the scale's numbers
const GAP = 8; // pixels between the axis and the first dots
const ROOM = 0.04; // of the scale, beyond its values

/**
 * The ticks that stand far enough from those before them, the first of all foremost.
 * @template {{at: number}} Tick
 * @param {Tick[]} ticks
 * @param {(at: number) => number} x
 * @param {number} apart pixels
 */
export function roomyTicks(ticks, x, apart) {
  /** @type {Tick[]} */
  const taken = [];
  for (const tick of ticks) if (taken.every(({at}) => Math.abs(x(at) - x(tick.at)) >= apart)) taken.push(tick);
  return taken;
}

/**
 * Dots as large as lets every stack fit.
 * @param {number[][]} values of two groups
 * @param {{width: number, height: number, edge: number, beside?: number}} box beside: a value that the scale holds too
 * @returns {Stacks}
 */
export function stack(values, {width, height, edge, beside}) {
  const all = [...values.flat(), ...(beside === undefined ? [] : [beside])];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = ROOM * (most - least);
  const [low, high] = [least - room, most + room];
  const x = (/** @type {number} */ v) => edge + ((v - low) / (high - low)) * (width - 2 * edge);
  const axis = (height - BELOW) / 2;
  let size = LARGEST;
  while (size > SMALLEST && tallest(values, x, size) * size > axis - GAP - 4) size -= 0.5;
  const places = values.map((group, g) =>
    bins(group, x, size).map(
      ([bin, k]) =>
        /** @type {[number, number]} */ ([(bin + 0.5) * size, axis + (g ? 1 : -1) * ((k - 0.5) * size + GAP)]),
    ),
  );
  return {size, axis, places, low, high};
}

/**
 * Bin of every value, and its number in that bin, from 1.
 * @param {number[]} group
 * @param {(v: number) => number} x
 * @param {number} size
 */
function bins(group, x, size) {
  /** @type {Record<number, number>} */
  const counts = {};
  return group.map((v) => {
    const bin = Math.floor(x(v) / size);
    counts[bin] = (counts[bin] ?? 0) + 1;
    return [bin, counts[bin]];
  });
}

/**
 * @param {number[][]} values
 * @param {(v: number) => number} x
 * @param {number} size
 */
const tallest = (values, x, size) =>
  Math.max(...values.flatMap((group) => bins(group, x, size).map(([, count]) => count)));

/**
 * The dot at a place, as group and index; null where none is near.
 * @param {[number, number][][]} places
 * @param {number} x
 * @param {number} y
 * @param {number} reach pixels
 * @returns {[number, number] | null}
 */
export function nearestDot(places, x, y, reach) {
  /** @type {[number, number] | null} */
  let best = null;
  let least = reach ** 2;
  places.forEach((group, g) => {
    group.forEach(([left, top], i) => {
      const squared = (left - x) ** 2 + (top - y) ** 2;
      if (squared >= least) return;
      least = squared;
      best = [g, i];
    });
  });
  return best;
}
