// @ts-check
// The models of a tab that do not ship, and the dataset of each model: galleries, classes and uploads follow it.
import {FASHION, loadSample} from "./sample.js";

/** @typedef {import("../../types").SessionModel} SessionModel */

/** @param {{load_sample: Parameters<typeof loadSample>[0]}} server */
export function joinedModels(server) {
  /** @type {Record<string, SessionModel>} */
  const joined = {};
  const datasetOf = (/** @type {string} */ name) => joined[name]?.dataset?.name ?? FASHION;
  return {
    /** @param {SessionModel} model */
    join(model) {
      joined[model.name] = model;
    },
    /** @param {string} name */
    has: (name) => name in joined,
    /** @param {string} name */
    sampleOf: (name) => loadSample(server.load_sample, joined[name]),
    /**
     * Whether two models are of one dataset, so that pictures of one are pictures of the other.
     * @param {string} a
     * @param {string} b
     */
    areAlike: (a, b) => datasetOf(a) === datasetOf(b),
    /**
     * A request about the model's dataset.
     * @template {object} Request
     * @param {Request} request
     * @param {string} name
     * @returns {Request & {checkpoint?: string}}
     */
    about: (request, name) => ({...request, ...(name in joined && {checkpoint: name})}),
  };
}
