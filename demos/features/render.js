// @ts-check
// Features as a function of its state; what is costly to draw is drawn when its part of the state has changed.
import {percent} from "../web/lib/format.js";
import {nearLinks} from "./image_view.js";
import {isTsne, MOST_MAPS, runOf, sourceOf} from "./views.js";

/**
 * @typedef {import("./types").View} View
 * @typedef {import("./types").MapSettings} MapSettings
 * @typedef {ReturnType<typeof import("./layouts.js").layoutStore>} Layouts
 * @typedef {ReturnType<typeof import("./map_panel.js").mapPanel>} Panel
 */

/**
 * @typedef {object} State
 * @property {View} view
 * @property {Set<number>} hidden classes
 * @property {number} playhead frame of t-SNE, with a fraction while it plays
 * @property {boolean} isPlaying
 * @property {number} active the map whose t-SNE the bars show
 * @property {number} from the map that was pointed at
 * @property {number} lit the image found in every map, or -1
 * @property {number} pinned the one that is kept, or -1
 * @property {boolean} isHovering
 * @property {number} loaded how many layouts have come: what they are is in the store
 * @property {string} problem
 */

/**
 * @param {(selector: string) => any} find
 * @param {object} options
 * @param {import("./types").Props} options.props
 * @param {import("../web/lib/server/sample.js").Sample} options.sample
 * @param {Layouts} options.layouts
 * @param {import("../web/lib/notice.js").Notice} options.alert
 * @param {ReturnType<typeof import("./scores.js").scoreBars>} options.bars
 * @param {ReturnType<typeof import("./image_view.js").imageView>} options.image
 * @param {{at: string}} options.dimensionChoice
 * @param {(view: View) => Panel[]} options.buildPanels
 * @param {(view: View) => void} options.markExample
 * @returns {(state: State) => void}
 */
export function renderer(find, options) {
  const {props, sample, layouts, alert, bars, image, dimensionChoice, buildPanels, markExample} = options;
  const {classes, layers, frames: frameCount} = props;
  /** Neighbours that are compared: never more than an image has of its own class. */
  const nearest = (/** @type {View} */ {n}) => Math.min(props.agreeing, n - 1);
  const index = (/** @type {View} */ {maps}) => (maps.length > 2 ? "CH" : "Calinski-Harabasz");
  /** @type {Partial<State>} */
  let drawn = {}; // the state that is on the page
  /** @type {Panel[]} */
  let panels = [];
  let imageKey = "";

  return (state) => {
    const isNew = (/** @type {(keyof State)[]} */ ...keys) => keys.some((key) => state[key] !== drawn[key]);
    if (state.problem) alert.say(state.problem);
    else alert.clear();
    if (state.view.maps.length !== drawn.view?.maps.length) panels = buildPanels(state.view);
    if (isNew("view")) renderControls(state);
    if (isNew("hidden")) renderChips(state);
    const isOther = state.view.maps.map((map, m) => renderMap(state, map, m));
    renderStep(state);
    if (isNew("view", "loaded", "playhead", "active")) renderBars(state);
    if (isNew("view", "lit", "pinned", "isHovering", "hidden", "loaded") || isOther.some(Boolean)) renderLight(state);
    drawn = {...state};
  };

  /** @param {State} state */
  function renderControls({view}) {
    const count = classes.length * view.n;
    find("[data-checkpoint]").value = view.checkpoint;
    find("[data-n]").value = view.n;
    find("[data-n]").nextElementSibling.textContent = view.n;
    dimensionChoice.at = `${view.dimensions}-D`;
    markExample(view);
    find("[data-do=add]").disabled = view.maps.length >= MOST_MAPS;
    view.maps.forEach((map, m) => {
      panels[m].setControls(map, {count, isOnly: view.maps.length === 1});
    });
    const isMoving = view.maps.some(isTsne);
    find(".features-player").classList.toggle("still", !isMoving);
    for (const control of find(".features-player").querySelectorAll("button, input")) control.disabled = !isMoving;
  }

  /** @param {State} state */
  function renderChips({hidden}) {
    [...find(".chips").children].forEach((chip, k) => {
      chip.setAttribute("aria-pressed", String(!hidden.has(k)));
    });
  }

  /**
   * @param {State} state
   * @param {MapSettings} map
   * @param {number} m
   * @returns {boolean} whether another map is drawn than before
   */
  function renderMap({view, hidden, playhead}, map, m) {
    const source = sourceOf(view, map.layer);
    const {data: plane, error} = layouts.plane(source);
    const {dimensions} = view;
    const panel = panels[m];
    const base = isTsne(map) ? runOf(view, map) : source;
    const key = JSON.stringify([base, map.method, dimensions, [...hidden]]);
    if (!plane) {
      panel.say(error ? "no map" : `the network looks at ${classes.length * view.n} images…`, true);
      return false;
    }
    const {indices, ratio, ch} = plane;
    const labels = indices.map((i) => sample.labels[i]);
    const shared = {labels, places: indices, dimensions, hidden};
    if (!isTsne(map)) {
      const share = sum(ratio.slice(0, dimensions));
      panel.say(`keeps ${percent(share)} of the variance · ${index(view)} ${ch[dimensions - 2].toFixed(0)}`, false);
      if (panel.key === key) return false;
      const points = dimensions === 3 ? plane.points : plane.points.filter((_, k) => k % 3 < 2);
      const titles = ratio.slice(0, dimensions).map((part, c) => `component ${c + 1}, ${percent(part)}`);
      return panel.draw(key, {...shared, points, titles});
    }
    const run = layouts.run(runOf(view, map));
    const frame = run.frames[Math.min(Math.floor(playhead), run.frames.length - 1)];
    if (!frame) {
      panel.say(run.error ? "no map" : "t-SNE starts…", true);
      return false;
    }
    panel.say(
      `iteration ${frame.iteration} · KL ${frame.kl.toFixed(2)} nats · ${percent(frame.agreement)} of ` +
        `${nearest(view)} neighbours agree`,
      false,
    );
    if (panel.key === key && panel.points === frame.points) return false;
    return panel.draw(key, {...shared, points: frame.points, titles: null});
  }

  /** @param {State} state */
  function renderStep({view, playhead, isPlaying}) {
    const frame = Math.floor(playhead);
    find("[data-frame]").max = frameCount - 1;
    find("[data-frame]").value = frame;
    find(".step").textContent = view.maps.some(isTsne) ? `frame ${frame + 1} of ${frameCount}` : "no t-SNE map";
    find("[data-do=play]").textContent = isPlaying ? "Pause" : "Play";
  }

  /** @param {State} state */
  function renderBars({view, active, playhead}) {
    const map = view.maps[active];
    const isMoving = isTsne(map);
    const rows = layers.map((layer) => {
      const {data: plane} = layouts.plane(sourceOf(view, layer));
      const run = isMoving ? layouts.run(runOf(view, {...map, layer})) : null;
      const isShown = layer === map.layer && run !== null && run.frames.length > 0;
      const frame = isShown ? run.frames[Math.min(Math.floor(playhead), run.frames.length - 1)] : run?.last;
      const share = plane ? sum(plane.ratio.slice(0, view.dimensions)) : null;
      return {
        layer,
        agreement: [
          plane?.features_agreement ?? null,
          plane?.agreement[view.dimensions - 2] ?? null,
          frame?.agreement ?? null,
        ],
        ch: [plane?.features_ch ?? null, plane?.ch[view.dimensions - 2] ?? null],
        preserved: [null, share, frame?.preserved ?? null],
      };
    });
    bars.show(rows, isMoving);
    const words = `; t-SNE of map ${active + 1}: perplexity ${map.perplexity}, seed ${map.seed}`;
    find(".nearest").textContent = `share of the ${nearest(view)} nearest that are of the same class`;
    find(".setting").textContent = `${view.n} images a class, ${view.dimensions}-D${isMoving ? words : ""}`;
  }

  /** @param {State} state the image pointed at, in every map */
  function renderLight({view, lit, pinned, from, isHovering, hidden}) {
    view.maps.forEach((map, m) => {
      const {data: plane} = layouts.plane(sourceOf(view, map.layer));
      if (!plane) return;
      const isSeen = (/** @type {{j: number}} */ {j}) => !hidden.has(sample.labels[plane.indices[j]]);
      const links = lit >= 0 ? nearLinks(plane, affinities(view, map), lit).filter(isSeen) : [];
      panels[m].light(lit, links, isHovering || pinned >= 0);
    });
    const map = view.maps[from] ?? view.maps[0];
    const {data: plane} = layouts.plane(sourceOf(view, map.layer));
    const p = affinities(view, map);
    const key = JSON.stringify([lit, from, sourceOf(view, map.layer), p !== null, plane !== null]);
    if (key === imageKey) return;
    imageKey = key;
    if (lit >= 0 && plane) image.show(lit, {m: view.maps.indexOf(map), layer: map.layer, plane, p});
    else if (!plane) image.clear();
  }

  /**
   * @param {View} view
   * @param {MapSettings} map
   */
  function affinities(view, map) {
    return isTsne(map) ? layouts.run(runOf(view, map)).p : null;
  }
}

/** @param {number[]} values */
const sum = (values) => values.reduce((a, b) => a + b, 0);
