// @ts-check
// Which maps are shown: examples, requests, and what a setting allows.

/**
 * @typedef {import("./types").View} View
 * @typedef {import("./types").MapSettings} MapSettings
 */

export const MOST_MAPS = 3; // side by side
export const WIDEST = 100; // perplexity on the slider
export const MOST_SEED = 9999;

/** @type {MapSettings} */
export const PLAIN_MAP = {layer: "fc1", method: "t-SNE", perplexity: 30, seed: 0, start: "random"};
export const IMAGES = "images"; // the shipped test images among all data

export const maps = (/** @type {Partial<MapSettings>[]} */ ...changes) =>
  changes.map((change) => ({...PLAIN_MAP, ...change}));

/**
 * @param {string} checkpoint
 * @param {{layer?: string, n?: number}} [plain] of each map, and images a class
 * @returns {View}
 */
export const startView = (checkpoint, {layer = PLAIN_MAP.layer, n = 30} = {}) => ({
  checkpoint,
  data: IMAGES,
  shuffled: false,
  n,
  dimensions: 2,
  maps: maps({layer, method: "PCA"}, {layer}),
});

/**
 * The examples of a model of the visitor's own: its layers are the pixels and what it makes of them.
 * @param {string} layer
 * @returns {Record<string, Partial<View>>}
 */
export const makeOwnPresets = (layer) => ({
  "PCA | t-SNE": {},
  "pixels | model": {maps: maps({layer: "pixels"}, {layer})},
  "Two seeds": {maps: maps({layer}, {layer, seed: 1})},
  "3-D": {dimensions: 3},
});

/**
 * A view whose maps are of layers that its model has.
 * @param {View} view
 * @param {string[]} layers
 * @param {string} plain the layer in the place of another
 * @returns {View}
 */
export function withinLayers(view, layers, plain) {
  if (view.maps.every(({layer}) => layers.includes(layer))) return view;
  return {...view, maps: view.maps.map((map) => (layers.includes(map.layer) ? map : {...map, layer: plain}))};
}

/**
 * The examples, by name, as changes of the view at the start.
 * @param {string[]} layers
 * @returns {Record<string, Partial<View>>}
 */
export const makePresets = (layers) => ({
  "PCA | t-SNE": {},
  "conv1 | output": {maps: maps({layer: "conv1"}, {layer: "output"})},
  "Perplexity 5 | 30 | 100": {maps: maps({perplexity: 5}, {}, {perplexity: 100})},
  "Two seeds": {maps: maps({}, {seed: 1})},
  "Three layers": {n: 15, maps: maps(...layers.map((layer) => ({layer})))},
  "Only 5 a class": {n: 5, maps: maps({perplexity: 5}, {perplexity: 49})},
  "3-D": {dimensions: 3},
});

/**
 * @param {View} view
 * @param {string} layer
 * @returns {import("./types").SourceRequest}
 */
export const sourceOf = ({checkpoint, n, data, shuffled}, layer) => ({checkpoint, layer, n, data, shuffled});

/**
 * @param {View} view
 * @param {MapSettings} map
 * @returns {import("./types").RunRequest}
 */
export const runOf = (view, {layer, perplexity, seed, start}) => ({
  ...sourceOf(view, layer),
  dimensions: view.dimensions,
  perplexity,
  seed,
  start,
});

/** @param {MapSettings} map */
export const isTsne = ({method}) => method === "t-SNE";

/**
 * A view whose perplexities have a meaning, and a sentence where one had none.
 * @param {View} view
 * @param {number} count images
 * @returns {{view: View, problem: string}}
 */
export function withinImages(view, count) {
  const most = count - 1;
  if (!view.maps.some((map) => isTsne(map) && map.perplexity > most)) return {view, problem: ""};
  const limited = view.maps.map((map) => (isTsne(map) ? {...map, perplexity: Math.min(most, map.perplexity)} : map));
  const problem =
    `${count} images allow a perplexity of at most ${most}, one less than there are: ` + `it was set to ${most}.`;
  return {view: {...view, maps: limited}, problem};
}

/**
 * How a map is moved and scaled to fill -1 to 1: t-SNE grows by orders of magnitude on its way.
 * @param {ArrayLike<number>} points
 * @param {number} dimensions
 */
export function fitOf(points, dimensions) {
  const low = Array(dimensions).fill(Infinity);
  const high = Array(dimensions).fill(-Infinity);
  for (let k = 0; k < points.length; k++) {
    const c = k % dimensions;
    low[c] = Math.min(low[c], points[k]);
    high[c] = Math.max(high[c], points[k]);
  }
  return {middle: low.map((v, c) => (v + high[c]) / 2), half: Math.max(...high.map((v, c) => v - low[c]), 1) / 2};
}

/**
 * @param {ArrayLike<number>} points
 * @param {number} dimensions
 */
export function fitted(points, dimensions, {middle, half} = fitOf(points, dimensions)) {
  return Float32Array.from(points, (v, k) => (v - middle[k % dimensions]) / half);
}

/**
 * The map whose t-SNE the bars show: the wanted one, or the first that has one.
 * @param {View} view
 * @param {number} wanted
 */
export function activeMap({maps}, wanted) {
  const m = Math.max(0, Math.min(wanted, maps.length - 1));
  return isTsne(maps[m]) ? m : Math.max(0, maps.findIndex(isTsne));
}

/**
 * The layers that have scores: of data that no network has seen, the one that stands for them.
 * @param {View} view
 * @param {string[]} layers
 * @param {number} active map
 */
export const scoredLayers = ({data, maps}, layers, active) => (data === IMAGES ? layers : [maps[active].layer]);

/**
 * A set with one more member, or one less.
 * @param {Set<number>} set
 * @param {number} k
 */
export const toggled = (set, k) => new Set(set.has(k) ? [...set].filter((member) => member !== k) : [...set, k]);

/**
 * The name of an example that is shown, with whichever classifier.
 * @param {View} view
 * @param {Record<string, Partial<View>>} presets
 */
export function presetShown(view, presets, start = startView(view.checkpoint)) {
  const key = JSON.stringify(view);
  return Object.keys(presets).find((name) => JSON.stringify({...start, ...presets[name]}) === key);
}
