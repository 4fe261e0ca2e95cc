// @ts-check
// The latent map as a function of its state; what is costly to draw is drawn when its part of the state has changed.

import {FASHION} from "../web/lib/server/sample.js";

/**
 * @typedef {import("./types").MapAnswer & {names: string[], sprite: import("../web/lib/sprite.js").Sprite}} Space
 * @typedef {import("./types").PictureAnswer} Picture
 * @typedef {import("./types").PictureRequest} PictureRequest
 */

/** @typedef {{x?: number, y?: number, i?: number, code?: number[], pixels?: string}} Pinned */

/**
 * @typedef {object} State
 * @property {import("../web/lib/server/sample.js").Sample | null} sample of the model's dataset
 * @property {any} plotly
 * @property {string} model
 * @property {string} map
 * @property {Space | null} space of the model and the map, once it is there
 * @property {boolean} under whether decoded pictures lie below the points
 * @property {boolean} points whether they are shown
 * @property {import("./latent_plot.js").Pick | null} pointed what the small picture previews
 * @property {Pinned} pinned what is decoded: a place, an image, a code, or a picture of the visitor's in base64
 * @property {PictureRequest | null} asked the last picture asked for
 * @property {{answer: Picture, request: PictureRequest} | null} shown
 * @property {{sprite: import("../web/lib/sprite.js").Sprite, columns: number, values: number[]} | null} ahead every
 *   slider's pictures around the shown code
 * @property {{axis: number, value: number} | null} dragged a slider
 * @property {string} sought what is searched for
 * @property {boolean} isLasso whether dragging draws a line around points
 * @property {string} waiting words for what takes a while
 * @property {string} problem
 */

/**
 * @param {(selector: string) => any} find
 * @param {object} views
 * @param {import("../web/lib/notice.js").Notice} views.alert
 * @param {{at: string}} views.mapChoice
 * @param {ReturnType<typeof import("./latent_plot.js").latentPlot>} views.plot
 * @param {ReturnType<typeof import("./code_view.js").axisSliders>} views.sliders
 * @param {ReturnType<typeof import("./picture_view.js").pictureView>} views.picture
 * @param {ReturnType<typeof import("../web/components/charts/loss_bars.js").lossBars>} views.loss
 * @param {ReturnType<typeof import("./parts/tools.js").latentTools>} views.tools
 * @returns {(state: State) => void}
 */
export function renderer(find, {alert, mapChoice, plot, sliders, picture, loss, tools}) {
  /** @type {Partial<State>} */
  let drawn = {}; // the state that is on the page

  return (state) => {
    const {sample, space, problem, model, map, under, points, pointed, ahead, dragged, waiting} = state;
    const isNew = (/** @type {(keyof State)[]} */ ...keys) => keys.some((key) => state[key] !== drawn[key]);
    alert.show(problem);
    find(".model").value = model;
    mapChoice.at = map;
    find("[data-under]").checked = under;
    find("[data-points]").checked = points;
    find(".plot").toggleAttribute("data-pending", !space);
    if (waiting) find(".what").textContent = waiting;
    if (space && sample) {
      picture.use(sample);
      find("[data-way=examples]").hidden = sample.name !== FASHION; // they show clothes
      if (isNew("space", "under", "points")) drawMap(state, space, sample);
      if (isNew("space")) find(".code-size").textContent = sizeWords(space);
      if (isNew("space", "ahead", "dragged")) sliders.show(space.axes, sliderValues(ahead, dragged));
      if (pointed && isNew("pointed")) drawPreview(space, pointed, sample);
      if (isNew("shown")) drawPicture(state, space);
      if (isNew("space", "shown")) loss.show(space.nats, state.shown?.answer ?? null);
      if (isNew("space", "sought", "isLasso")) tools.show();
      if (dragged && ahead && isNew("dragged")) drawAhead(space, dragged, ahead);
    }
    if (isNew("shown", "asked", "dragged", "waiting")) picture.setPending(isPending(state));
    drawn = {...state};
  };

  /**
   * @param {State} state
   * @param {Space} space
   * @param {import("../web/lib/server/sample.js").Sample} sample
   */
  function drawMap({model, map, under, points, plotly}, space, sample) {
    plot.draw(plotly, {
      ...space,
      key: `${model} ${map}`,
      labels: sample.labels,
      dataset: sample,
      tiles: sample.sprite,
      under: under ? space.grid : null,
      points,
    });
  }

  /**
   * @param {State} state
   * @param {Space} space
   */
  function drawPicture({shown}, {names, x, y}) {
    const {call, i = -1} = shown?.request ?? {};
    const place = call === "image" ? {x: x[i], y: y[i]} : {}; // where its point stands
    if (shown) picture.show(names, shown.answer, {...shown.request, ...place});
    else if (drawn.shown) picture.clear("No picture");
  }

  /**
   * @param {Space} space
   * @param {{axis: number, value: number}} dragged
   * @param {NonNullable<State["ahead"]>} ahead
   */
  function drawAhead({axes}, {axis, value}, {sprite, columns}) {
    const {low, high} = axes[axis];
    picture.showAhead(sprite, axis * columns + Math.round(((value - low) / (high - low)) * (columns - 1)));
  }

  /**
   * @param {Space} space
   * @param {import("./latent_plot.js").Pick} pointed
   * @param {import("../web/lib/server/sample.js").Sample} sample
   */
  function drawPreview({bounds, columns, rows, sprite}, {x, y, i}, sample) {
    if (i >= 0) {
      sample.sprite.paint(i, find(".left"));
      plot.preview({x, y}, sample.sprite, i);
      find(".left-name").textContent = `${sample.classes[sample.labels[i]]}, test image ${sample.index[i]}`;
      return;
    }
    const [left, right, bottom, top] = bounds;
    const column = Math.floor(((x - left) / (right - left)) * columns);
    const row = Math.floor(((top - y) / (top - bottom)) * rows);
    if (column < 0 || row < 0 || column >= columns || row >= rows) return;
    sprite.paint(row * columns + column, find(".left"));
    plot.preview({x, y}, sprite, row * columns + column);
    find(".left-name").textContent = "decoded near the pointer";
  }
}

/** @param {State} state whether the picture on the page is not the one asked for */
const isPending = ({waiting, asked, shown, dragged}) =>
  waiting !== "" || (asked !== null && shown?.request !== asked && !dragged);

/** @param {Space} space */
const sizeWords = ({dimensions}) => `${dimensions} numbers; teal is positive, rose negative`;

/**
 * @param {State["ahead"]} ahead
 * @param {State["dragged"]} dragged
 * @returns {number[] | null} null while they are unknown
 */
function sliderValues(ahead, dragged) {
  if (!ahead) return null;
  return ahead.values.map((value, axis) => (dragged?.axis === axis ? dragged.value : value));
}
