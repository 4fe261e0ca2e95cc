// @ts-check
// What is lit in every map: the point that is pointed at, and the visitor's picture.

import {IMAGES, isTsne, runOf, sourceOf} from "../views.js";
import {pairForces} from "./forces.js";
import {nearLinks} from "./image_view.js";
import {landingOf} from "./own_picture.js";

/**
 * @typedef {import("../types").View} View
 * @typedef {import("../types").MapSettings} MapSettings
 * @typedef {import("../render.js").State} State
 * @typedef {import("../render.js").Panel} Panel
 */

/**
 * @param {object} options
 * @param {import("../types").SetProps} options.props
 * @param {import("../render.js").Layouts} options.layouts
 * @param {ReturnType<typeof import("./image_view.js").imageView>} options.image
 * @param {ReturnType<typeof import("./own_picture.js").ownPicture>} options.own
 */
export function lightView({props, layouts, image, own}) {
  let imageKey = "";

  const affinities = (/** @type {View} */ view, /** @type {MapSettings} */ map) =>
    isTsne(map) ? layouts.run(runOf(view, map)).p : null;
  const frameOf = (/** @type {View} */ view, /** @type {MapSettings} */ map, /** @type {number} */ playhead) => {
    const {frames} = layouts.run(runOf(view, map));
    return frames[Math.min(Math.floor(playhead), frames.length - 1)];
  };

  /**
   * Between a point and its neighbours, in the frame that is shown.
   * @param {State} state
   * @param {MapSettings} map
   * @param {import("../layouts.js").PlaneData} plane
   */
  function forces({view, lit, playhead}, map, {neighbour}) {
    const p = affinities(view, map);
    const frame = p && lit >= 0 ? frameOf(view, map, playhead) : null;
    if (!p || !frame) return null;
    const near = neighbour[lit];
    const others = near.map((j, k) => ({j, p: p[lit * near.length + k]}));
    return pairForces(frame, view.dimensions, lit, others);
  }

  return {
    /**
     * @param {State} state
     * @param {Panel[]} panels
     */
    show(state, panels) {
      const {view, lit, pinned, from, isHovering, hidden, playhead} = state;
      view.maps.forEach((map, m) => {
        const {data: plane} = layouts.plane(sourceOf(view, map.layer));
        if (!plane) return;
        const isSeen = (/** @type {{j: number}} */ {j}) => !hidden.has(plane.labels[j]);
        const near = lit >= 0 ? nearLinks(plane, affinities(view, map), lit, forces(state, map, plane)) : [];
        panels[m].light(lit, near.filter(isSeen), isHovering || pinned >= 0);
      });
      const map = view.maps[from] ?? view.maps[0];
      const {data: plane} = layouts.plane(sourceOf(view, map.layer));
      const p = affinities(view, map);
      const source = isTsne(map) ? [runOf(view, map), Math.floor(playhead)] : sourceOf(view, map.layer);
      const key = JSON.stringify([lit, from, source, p !== null, plane !== null]);
      if (key === imageKey) return;
      imageKey = key;
      const shown = {m: view.maps.indexOf(map), layer: map.layer, p};
      if (lit >= 0 && plane) image.show(lit, {...shown, plane, pairs: forces(state, map, plane)});
      else if (!plane) image.clear();
    },
    /**
     * A picture of the visitor's, on maps that are finished.
     * @param {State} state
     * @param {Panel[]} panels
     */
    land({view, own: pixels, playhead}, panels) {
      const answer = (/** @type {MapSettings} */ map) =>
        pixels && view.data === IMAGES ? layouts.landing(landingOf(view, map, pixels)).data : null;
      view.maps.forEach((map, m) => {
        const landing = answer(map);
        const frame = isTsne(map) ? layouts.run(runOf(view, map)).last : null;
        const isFinished = !isTsne(map) || (frame !== null && playhead >= props.frames - 1);
        const point = landing && isFinished ? own.pointOn(landing, frame) : null;
        panels[m].land(point && {point, paint: own.paint});
      });
      const {data: plane} = layouts.plane(sourceOf(view, view.maps[0].layer));
      own.show(pixels, answer(view.maps[0]), plane?.indices ?? null);
    },
  };
}
