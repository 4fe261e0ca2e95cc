// @ts-check
// What views of paths ask the server for, and what lies where; nothing here needs a page.

/**
 * @typedef {import("./types").State} State
 * @typedef {import("./types").PathsRequest} PathsRequest
 */

export const BOTH = "both"; // methods side by side

/**
 * Guidance leads towards a class: without one there is none.
 * @param {Pick<State, "seed" | "label" | "guidance">} state
 * @returns {{seed: number, classes: number | null, guidance: number}}
 */
export function guided({seed, label, guidance}) {
  const isAny = label < 0;
  return {seed, classes: isAny ? null : label, guidance: isAny ? 0 : guidance};
}

/**
 * The methods whose paths are shown.
 * @param {{method: string}} state
 * @param {string[]} all
 */
export const shownMethods = ({method}, all) => (method === BOTH ? all : [method]);

/**
 * @param {Pick<State, "seed" | "label" | "guidance" | "steps">} state
 * @param {string} method
 * @returns {PathsRequest}
 */
export const pathsRequest = (state, method) => ({...guided(state), steps: state.steps, method});

/**
 * The next part of paths that is not there yet, of each method in turn; null once all are there.
 * @param {Record<string, unknown[]>} parts by method
 * @param {string[]} methods
 * @param {number} count parts of a method
 */
export function missingPart(parts, methods, count) {
  const counts = methods.map((method) => parts[method]?.length ?? 0);
  const part = Math.min(...counts);
  return part < count ? {method: methods[counts.indexOf(part)], part} : null;
}

/**
 * Index of the time nearest to one.
 * @param {readonly number[]} times ascending
 * @param {number} t
 */
export function nearestTime(times, t) {
  const off = times.map((time) => Math.abs(time - t));
  return off.indexOf(Math.min(...off));
}

/**
 * The tile at a place of a square of them.
 * @param {number} x share of the width, 0 to 1
 * @param {number} y share of the height
 * @param {number} side tiles in a row
 */
export function tileAt(x, y, side) {
  const at = (/** @type {number} */ share) => Math.max(0, Math.min(side - 1, Math.floor(share * side)));
  return at(y) * side + at(x);
}

/**
 * The class that the network is surest of, and how sure it is.
 * @param {readonly number[]} probs
 * @returns {{label: number, confidence: number}}
 */
export function prediction(probs) {
  const confidence = Math.max(...probs);
  return {label: probs.indexOf(confidence), confidence};
}

/**
 * Whether a classifier knows the pictures.
 * @param {readonly number[][]} probs
 */
export const isClassified = (probs) => probs[0].length > 0;

/**
 * The first place from which all have the class of the last one.
 * @param {readonly number[][]} probs
 */
export function settledFrom(probs) {
  const labels = probs.map((each) => prediction(each).label);
  const last = labels[labels.length - 1];
  return labels.findLastIndex((label) => label !== last) + 1;
}

/**
 * @param {readonly number[]} times
 * @param {number} k
 */
export function timeName(times, k) {
  const t = `t = ${times[k].toFixed(2)}`;
  if (k === 0) return `${t}, noise`;
  return k === times.length - 1 ? `${t}, picture` : t;
}

/**
 * The hole that was painted: 255 where the brush left more than half of its ink, else 0.
 * @param {Uint8Array} pixels
 */
export const holeOf = (pixels) => pixels.map((value) => (value > 127 ? 255 : 0));

/**
 * A hole as a link holds it, one bit a pixel.
 * @param {Uint8Array} hole whose length is a multiple of 8
 */
export const packHole = (hole) =>
  Uint8Array.from({length: hole.length / 8}, (_, i) =>
    hole.subarray(8 * i, 8 * i + 8).reduce((byte, value, bit) => byte | ((value > 127 ? 1 : 0) << bit), 0),
  );

/** @param {Uint8Array} bits */
export const unpackHole = (bits) =>
  Uint8Array.from({length: 8 * bits.length}, (_, i) => ((bits[i >> 3] >> (i & 7)) & 1 ? 255 : 0));
