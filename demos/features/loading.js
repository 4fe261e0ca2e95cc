// @ts-check
// Bring in what the maps of a view need; what comes after another view was opened is not shown.
import {landingOf} from "./parts/own_picture.js";
import {IMAGES, isTsne, runOf, scoredLayers, sourceOf} from "./views.js";

/**
 * @typedef {import("./types").View} View
 * @typedef {import("./types").MapSettings} MapSettings
 * @typedef {import("./render.js").State} State
 */

/**
 * @param {object} options
 * @param {State} options.state
 * @param {(changes: Partial<State>) => void} options.update
 * @param {import("./render.js").Layouts} options.layouts
 * @param {(checkpoint: string) => string[]} options.layersOf
 * @param {() => void} options.play
 */
export function mapLoader({state, update, layouts, layersOf, play}) {
  const isLoaded = async (/** @type {View} */ view, /** @type {Promise<{error: string | null}>} */ loading) => {
    const {error} = await loading;
    if (state.view !== view) return false;
    update({loaded: state.loaded + 1, ...(error ? {problem: error} : {})});
    return !error;
  };
  const loadMap = async (/** @type {View} */ view, /** @type {MapSettings} */ map, /** @type {boolean} */ isPlayed) => {
    if (!(await isLoaded(view, layouts.plane(sourceOf(view, map.layer)).load())) || !isTsne(map)) return;
    if (isPlayed && !state.isPlaying) play();
    const run = layouts.run(runOf(view, map));
    if (!(await isLoaded(view, run.follow()))) return;
    await run.loadAffinities();
    if (state.view === view) update({loaded: state.loaded + 1});
  };
  return {
    /** @param {View} view that is likely to be opened: the PCA planes of its maps, where t-SNE starts too */
    planes: (view) => view.maps.forEach(({layer}) => layouts.plane(sourceOf(view, layer)).load()),
    /**
     * @param {View} view
     * @param {boolean} isPlayed whether t-SNE plays as it comes
     */
    maps: (view, isPlayed) => Promise.all(view.maps.map((map) => loadMap(view, map, isPlayed))),
    /** @param {View} view on whose maps the visitor's picture lands */
    async landings(view) {
      const {own} = state;
      if (!own || view.data !== IMAGES) return;
      for (const map of view.maps) {
        const {error} = await layouts.landing(landingOf(view, map, own)).load();
        if (state.view !== view || state.own !== own) return;
        update({loaded: state.loaded + 1, ...(error ? {problem: error} : {})});
      }
    },
    /** @param {View} view whose scores of layers that no map shows come last */
    async scores(view) {
      for (const layer of scoredLayers(view, layersOf(view.checkpoint), state.active)) {
        if (!(await isLoaded(view, layouts.plane(sourceOf(view, layer)).load()))) return;
        const map = view.maps[state.active];
        if (isTsne(map) && !(await isLoaded(view, layouts.run(runOf(view, {...map, layer})).end()))) return;
      }
    },
  };
}
