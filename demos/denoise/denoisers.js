// @ts-check
// The denoisers that are compared: those that ship, or those of another dataset beside the classical filter.

/** @typedef {import("../web/components/datasets/dataset_tab.js").DatasetSet} DatasetSet */
/** @typedef {Pick<import("./types").Props, "denoisers" | "denoiser" | "one_noise">} Denoisers */

const MOST = 4; // networks beside the filter
const MEDIAN = "median";
const MET_NOISE = "denoiser"; // family of those that were trained on it

/**
 * @param {Denoisers} shipped
 * @param {Pick<DatasetSet, "isShipped" | "models" | "wanted">} set
 * @returns {Denoisers & {notes: Record<string, string>}} notes: a few words on each that does not ship
 */
export function denoisersOf({denoisers, denoiser, one_noise}, {isShipped, models, wanted}) {
  if (isShipped) return {denoisers, denoiser, one_noise, notes: {}};
  const rank = (/** @type {DatasetSet["models"][number]} */ {name, family}) =>
    (name === wanted ? 0 : 2) + (family === MET_NOISE ? 0 : 1);
  const networks = [...models].sort((a, b) => rank(a) - rank(b)).slice(0, MOST);
  const names = networks.map(({name}) => name);
  const notes = networks.map((model) => [model.name, model.family === MET_NOISE ? "met noise" : "met none"]);
  return {denoisers: [...names, MEDIAN], denoiser: names[0] ?? MEDIAN, one_noise: {}, notes: Object.fromEntries(notes)};
}
