// @ts-check
// The map of each model and method, with the pictures decoded under it: fetched when it is first shown.
import {remembered} from "../web/lib/server/remembered.js";
import {ask} from "../web/lib/server/rpc.js";
import {loadSprite} from "../web/lib/sprite.js";

/** @typedef {import("./render.js").Space} Space */

/** @type {Record<string, string[]>} */
const AXES = {PCA: ["component 1", "component 2"], "t-SNE": ["t-SNE 1", "t-SNE 2"]};

const keyOf = (/** @type {string} */ checkpoint, /** @type {string} */ map) => `${checkpoint} ${map}`;

/**
 * @param {Pick<import("./types").Server, "load_map">} server
 * @param {Pick<ReturnType<typeof import("../web/lib/server/joined_models.js").joinedModels>, "sampleOf">} joined
 */
export function spaceStore(server, joined) {
  /** @type {Record<string, Space>} */
  const loaded = {};
  const loadMap = remembered(server.load_map, 2); // one asked for ahead, beside one on its way
  /**
   * @param {string} checkpoint
   * @param {string} map
   * @returns {Promise<{sample: import("../web/lib/server/sample.js").Sample, space: Space}>}
   * @throws {Error} with a sentence, if the server has no answer
   */
  async function load(checkpoint, map) {
    const key = keyOf(checkpoint, map);
    const sample = await joined.sampleOf(checkpoint);
    if (loaded[key]) return {sample, space: loaded[key]};
    const answer = await ask(loadMap, {checkpoint, map});
    if (answer.error) throw new Error(answer.error);
    const sprite = await loadSprite(answer.grid, answer.columns, sample.image_shape[1]);
    loaded[key] = {...answer, names: AXES[map], sprite};
    return {sample, space: loaded[key]};
  }
  /** Ask for a map that will be wanted soon. */
  function prepare(/** @type {{model: string, map: string}} */ {model: checkpoint, map}) {
    if (!(keyOf(checkpoint, map) in loaded)) ask(loadMap, {checkpoint, map});
  }

  return {load, prepare};
}
