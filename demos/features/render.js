// @ts-check
// Features as a function of its state; what is costly to draw is drawn when its part of the state has changed.
import {escapeHtml} from "../web/lib/dom.js";
import {percent} from "../web/lib/format.js";
import {dataOf} from "./parts/data.js";
import {lightView} from "./parts/light.js";
import {pointCount} from "./parts/sets.js";
import {storyHtml, storyShown} from "./parts/stories.js";
import {IMAGES, isTsne, MOST_MAPS, runOf, scoredLayers, sourceOf, startView} from "./views.js";

/**
 * @typedef {import("./types").View} View
 * @typedef {import("./types").MapSettings} MapSettings
 * @typedef {ReturnType<typeof import("./layouts.js").layoutStore>} Layouts
 * @typedef {ReturnType<typeof import("./parts/map_panel.js").mapPanel>} Panel
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
 * @property {string} sought what is searched for
 * @property {boolean} isLasso whether dragging draws a line around points
 * @property {string | null} own a picture of the visitor's, in base64
 * @property {number} loaded how many layouts have come: what they are is in the store
 * @property {string} problem
 */

/** @returns {Omit<State, "view" | "playhead">} */
export const nothingYet = () => ({
  hidden: new Set(),
  isPlaying: false,
  active: 1,
  from: 1,
  lit: -1,
  pinned: -1,
  own: null,
  sought: "",
  isLasso: false,
  isHovering: false,
  loaded: 0,
  problem: "",
});

/**
 * @param {(selector: string) => any} find
 * @param {object} options
 * @param {import("./types").SetProps} options.props
 * @param {Layouts} options.layouts
 * @param {import("../web/lib/notice.js").Notice} options.alert
 * @param {ReturnType<typeof import("./scores.js").scoreBars>} options.bars
 * @param {ReturnType<typeof import("./parts/image_view.js").imageView>} options.image
 * @param {{at: string}} options.dimensionChoice
 * @param {ReturnType<typeof import("./parts/own_picture.js").ownPicture>} options.own
 * @param {ReturnType<typeof import("./parts/tools.js").featureTools>} options.tools
 * @param {(view: View) => Panel[]} options.buildPanels
 * @param {(view: View, story: string | undefined) => void} options.markExample
 * @returns {(state: State) => void}
 */
export function renderer(find, options) {
  const {props, layouts, alert, bars, image, own, tools, dimensionChoice, buildPanels, markExample} = options;
  const {frames: frameCount, layersOf, isShipped, isLabelled} = props;
  const countOf = (/** @type {View} */ view) => pointCount(props, view);
  const layersIn = (/** @type {View | undefined} */ view) => view && layersOf(view.checkpoint).join();
  const IMAGE_WORDS = isLabelled ? "images a class" : "images";
  const index = (/** @type {View} */ {maps}) => (maps.length > 2 ? "CH" : "Calinski-Harabasz");
  /** @type {Partial<State>} */
  let drawn = {}; // the state that is on the page
  /** @type {Panel[]} */
  let panels = [];
  const light = lightView({props, layouts, image, own});

  return (state) => {
    const isNew = (/** @type {(keyof State)[]} */ ...keys) => keys.some((key) => state[key] !== drawn[key]);
    alert.show(state.problem);
    const {maps, data} = state.view;
    const isOfOther = data !== drawn.view?.data || layersIn(state.view) !== layersIn(drawn.view);
    if (maps.length !== drawn.view?.maps.length || isOfOther) panels = buildPanels(state.view);
    if (data !== drawn.view?.data) renderData(state);
    if (isNew("view")) renderControls(state);
    if (isNew("hidden") || data !== drawn.view?.data) renderChips(state);
    const isOther = state.view.maps.map((map, m) => renderMap(state, map, m));
    renderStep(state);
    if (isNew("view", "loaded", "playhead", "active")) renderBars(state);
    const isMoved = isOther.some(Boolean) || Math.floor(state.playhead) !== Math.floor(drawn.playhead ?? -1);
    if (isNew("view", "lit", "pinned", "isHovering", "hidden", "loaded") || isMoved) light.show(state, panels);
    if (isNew("view", "own", "loaded", "playhead")) light.land(state, panels);
    if (isNew("view", "sought", "isLasso", "loaded", "from")) tools.show(panels);
    drawn = {...state};
  };

  /** @param {State} state what depends on the data alone */
  function renderData({view}) {
    const data = dataOf(props, view);
    image.setData(data);
    find("[data-checkpoint]").hidden = !data.isImages || props.checkpoints.length < 2;
    find(".features-contrast").hidden = !data.isImages || !isShipped;
    for (const part of find(".features-look").querySelectorAll("[data-labelled]")) part.hidden = !isLabelled;
    find(".features-own").hidden = !data.isImages;
    find(".count-name").textContent = data.isImages ? IMAGE_WORDS : "points, in tens";
    find(".features-one").classList.toggle("plain", !data.isImages);
    find(".features-near").classList.toggle("plain", !data.isImages);
    find(".chips").innerHTML = data.classes.map((name, k) => chipHtml(name, k, data.colors[k])).join("");
  }

  /** @param {State} state */
  function renderControls({view}) {
    const count = countOf(view);
    const story = isShipped ? storyShown(view, startView(view.checkpoint)) : null;
    find("[data-checkpoint]").value = view.checkpoint;
    find("[data-data]").value = view.data;
    find("[data-shuffled]").checked = view.shuffled;
    find("[data-n]").value = view.n;
    find("[data-n]").nextElementSibling.textContent = view.n;
    dimensionChoice.at = `${view.dimensions}-D`;
    markExample(view, story?.name);
    find(".features-story").innerHTML = storyHtml(story, dataOf(props, view).truth);
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
      const count = countOf(view);
      const isOfImages = view.data === IMAGES;
      const waiting = isOfImages ? `the network looks at ${count} images…` : `laying out ${count} points…`;
      panel.say(error ? "no map" : waiting, true);
      return false;
    }
    const {indices, labels, ratio, ch} = plane;
    const shared = {labels, places: indices, dimensions, hidden};
    if (!isTsne(map)) {
      const share = sum(ratio.slice(0, dimensions));
      const separation = ch[dimensions - 2];
      const score = separation === null ? "" : ` · ${index(view)} ${separation.toFixed(0)}`;
      panel.say(`keeps ${percent(share)} of the variance${score}`, false);
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
    const agreeing =
      frame.agreement === null ? "" : `${percent(frame.agreement)} of ${plane.compared} neighbours agree · `;
    // a narrow map cuts the end off
    panel.say(`${agreeing}KL ${frame.kl.toFixed(2)} nats · iteration ${frame.iteration}`, false);
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
    const {data: shown} = layouts.plane(sourceOf(view, map.layer));
    const rows = scoredLayers(view, layersOf(view.checkpoint), active).map((layer) => {
      const {data: plane} = layouts.plane(sourceOf(view, layer));
      const run = isMoving ? layouts.run(runOf(view, {...map, layer})) : null;
      const isShown = layer === map.layer && run !== null && run.frames.length > 0;
      const frame = isShown ? run.frames[Math.min(Math.floor(playhead), run.frames.length - 1)] : run?.last;
      const share = plane ? sum(plane.ratio.slice(0, view.dimensions)) : null;
      return {
        layer: view.data === IMAGES ? layer : "data",
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
    const chance = shown ? `; chance alone gives ${percent(shown.chance)}` : "";
    find(".nearest").textContent = `share of the ${shown?.compared ?? ""} nearest that are of the same class${chance}`;
    const count = view.data === IMAGES ? `${view.n} ${IMAGE_WORDS}` : `${countOf(view)} points`;
    find(".setting").textContent = `${count}, ${view.dimensions}-D${isMoving ? words : ""}`;
  }
}

/**
 * @param {string} name of a class
 * @param {number} k
 * @param {string} color
 */
const chipHtml = (name, k, color) =>
  `<button type="button" data-k="${k}" style="--color:${color}">${escapeHtml(name)}</button>`;

/** @param {number[]} values */
const sum = (values) => values.reduce((a, b) => a + b, 0);
