// @ts-check
// Files that wait to be read, in the order in which they came, each lot for the class that was open then.

/**
 * @typedef {object} Lot
 * @property {File[]} files
 * @property {number} label of the class that pictures in no folder join
 * @property {import("../types").Fit} fit
 */

/**
 * What is under way, in a sentence; nothing if nothing is.
 * @param {{files: {length: number}}[]} lots the first one is being read
 * @param {number} done files of the first one
 */
export function readingWords([first, ...others], done) {
  if (!first) return "";
  const waiting = others.reduce((sum, {files}) => sum + files.length, 0);
  const more = waiting ? ` ${waiting} more ${waiting === 1 ? "waits" : "wait"}.` : "";
  return `Reading the pictures: ${done} of ${first.files.length} files…${more}`;
}

/**
 * The lots once a class is gone: those after it move up, and its own join the one that takes its place.
 * @template {{label: number}} Item
 * @param {Item[]} lots
 * @param {number} gone
 * @param {number} count of the classes that are left
 */
export const withoutLabel = (lots, gone, count) =>
  lots.map((lot) => ({...lot, label: Math.min(lot.label - Number(lot.label > gone), count - 1)}));
