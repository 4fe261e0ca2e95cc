// @ts-check
// The frames of a path as they come: a few first, to be scrubbed at once, the others behind.

/**
 * @typedef {import("../types").Strip} Strip
 * @typedef {import("../types").PathAnswer} PathAnswer
 * @typedef {import("../../web/lib/sprite.js").Sprite} Sprite
 * @typedef {{sprite: Sprite, tile: number, predicted?: number, confidence?: number}} Frame where one is painted
 */

/**
 * The order in which frames are asked for: the one shown and every tenth or so, then parts from the one shown outwards.
 * @param {number} count of the path
 * @param {number} shown
 * @param {{coarse: number, together: number}} sizes every so many frames, and frames in a part
 * @returns {number[][]}
 */
export function frameParts(count, shown, {coarse, together}) {
  const all = Array.from({length: count}, (_, k) => k);
  const isFirst = (/** @type {number} */ k) => k % coarse === 0 || k === shown || k === count - 1;
  const rest = all.filter((k) => !isFirst(k)).sort((a, b) => Math.abs(a - shown) - Math.abs(b - shown));
  const parts = [all.filter(isFirst)];
  for (let start = 0; start < rest.length; start += together) parts.push(rest.slice(start, start + together));
  return parts;
}

/**
 * A strip with more of its frames; each frame that is not here yet looks like the nearest that is.
 * @param {Strip | null} strip
 * @param {Omit<PathAnswer, "sprite"> & {sprite: Sprite}} answer
 * @param {number[]} numbers of the answer's frames
 * @param {number} count frames of the whole path
 * @returns {Strip}
 */
export function withFrames(strip, {sprite, codes, predicted, confidence}, numbers, count) {
  const frames = strip ? [...strip.frames] : Array(count).fill(null);
  numbers.forEach((k, tile) => {
    frames[k] = {sprite, tile, predicted: predicted?.[tile], confidence: confidence?.[tile]};
  });
  const shown = nearestFrames(frames);
  return {
    codes,
    frames,
    isWhole: !frames.includes(null),
    sprite: {tile: sprite.tile, paint: (k, canvas) => shown[k].sprite.paint(shown[k].tile, canvas)},
    predicted: predicted && shown.map((frame) => /** @type {number} */ (frame.predicted)),
    confidence: confidence && shown.map((frame) => /** @type {number} */ (frame.confidence)),
  };
}

/**
 * @param {(Frame | null)[]} frames at least one of them
 * @returns {Frame[]}
 */
function nearestFrames(frames) {
  const here = [...frames.keys()].filter((k) => frames[k]);
  let n = 0;
  return frames.map((_, k) => {
    while (n + 1 < here.length && Math.abs(here[n + 1] - k) <= Math.abs(here[n] - k)) n++;
    return /** @type {Frame} */ (frames[here[n]]);
  });
}
