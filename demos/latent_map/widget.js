// @ts-check
// The latent map: what is shown is one state, which events change and render() draws.
import {radioGroup} from "../web/components/radio_group.js";
import {escapeHtml, finder} from "../web/lib/dom.js";
import {notice} from "../web/lib/notice.js";
import {loadPlotly} from "../web/lib/plotly.js";
import {ask, pump} from "../web/lib/rpc.js";
import {loadSample} from "../web/lib/sample.js";
import {watchSessionModels} from "../web/lib/session_models.js";
import {shareButton} from "../web/lib/share.js";
import {loadSprite} from "../web/lib/sprite.js";
import {integer, number, numbers, oneOf, urlState} from "../web/lib/url_state.js";
import {axisSliders} from "./code_view.js";
import {latentPlot} from "./latent_plot.js";
import {pictureView} from "./picture_view.js";

/**
 * @typedef {import("./types").MapAnswer & {names: string[], sprite: import("../web/lib/sprite.js").Sprite}} Space
 * @typedef {import("./types").PictureAnswer} Picture
 * @typedef {import("./types").PictureRequest} PictureRequest
 */

/**
 * @typedef {object} State
 * @property {string} model
 * @property {string} map
 * @property {Space | null} space of the model and the map, once it is there
 * @property {{x?: number, y?: number, i?: number, code?: number[]}} pinned what is decoded: a place, an image, a code
 * @property {{answer: Picture, request: PictureRequest} | null} shown
 * @property {{sprite: import("../web/lib/sprite.js").Sprite, columns: number, values: number[]} | null} ahead every
 *   slider's pictures around the shown code
 * @property {string} problem
 */

const FIRST_IMAGE = 100; // of the sample, decoded when nothing else is asked for
const AXES = {PCA: ["component 1", "component 2"], "t-SNE": ["t-SNE 1", "t-SNE 2"]};

/** @param {import("./types").LatentMapMount} mounted */
export function mount({element, props, server}) {
  const {classes, colors, maps} = props;
  const spaces = {...props.spaces}; // session models join
  const find = finder(element);
  const alert = notice(find(".loom-notice"));
  const picture = pictureView(find, {classes, colors, nameOf: (i) => classes[sample.labels[i]]});
  const mapChoice = radioGroup(
    find(".loom-radio-group"),
    Object.fromEntries(maps.map((name) => [name, name])),
    openMap,
  );
  const plot = latentPlot(find(".plot"), {classes, colors, onHover: preview, onPick: pick});
  const sliders = axisSliders(find(".axes"), {steps: props.steps, onDrag: dragAxis, onRelease: moveAxis});
  const link = urlState({
    tab: "latent_map",
    fields: {
      model: oneOf(() => Object.keys(spaces), props.checkpoint),
      map: oneOf(maps),
      x: number({fallback: null, digits: 3}),
      y: number({fallback: null, digits: 3}),
      i: integer({min: -1, max: () => sample.labels.length - 1, fallback: null}),
      code: numbers(),
    },
  });
  /** @type {Record<string, Space>} */
  const loaded = {};
  /** @type {import("../web/lib/sample.js").Sample} */
  let sample;
  /** @type {any} */
  let plotly;
  let linkProblems = ""; // shown with the first picture
  /** @type {State} */
  const state = {
    model: props.checkpoint,
    map: maps[0],
    space: null,
    pinned: {i: FIRST_IMAGE},
    shown: null,
    ahead: null,
    problem: "",
  };

  const update = (/** @type {Partial<State>} */ changes) => {
    Object.assign(state, changes);
    render();
  };

  function render() {
    const {space, shown, ahead, problem} = state;
    if (problem) alert.say(problem);
    else alert.clear();
    find(".model").value = state.model;
    mapChoice.at = state.map;
    if (!space) return;
    find(".code-size").textContent = `${space.dimensions} numbers; teal is positive, rose negative`;
    sliders.show(space.axes, ahead?.values ?? null);
    if (shown) picture.show(space.names, shown.answer, shown.request);
  }

  // ---- pointing: never asks the server
  function preview(/** @type {import("./latent_plot.js").Pick} */ {x, y, i}) {
    if (!state.space) return;
    if (i >= 0) {
      sample.sprite.paint(i, find(".left"));
      find(".left-name").textContent = `${classes[sample.labels[i]]}, test image ${sample.index[i]}`;
      return;
    }
    const {bounds, columns, rows, sprite} = state.space;
    const [left, right, bottom, top] = bounds;
    const column = Math.floor(((x - left) / (right - left)) * columns);
    const row = Math.floor(((top - y) / (top - bottom)) * rows);
    if (column < 0 || row < 0 || column >= columns || row >= rows) return;
    sprite.paint(row * columns + column, find(".left"));
    find(".left-name").textContent = "decoded near the pointer";
  }

  function dragAxis(/** @type {number} */ axis, /** @type {number} */ value) {
    const {space, ahead} = state;
    if (!space || !ahead) return;
    const {low, high} = space.axes[axis];
    const column = Math.round(((value - low) / (high - low)) * (ahead.columns - 1));
    ahead.sprite.paint(axis * ahead.columns + column, find(".right"));
    find(".right-name").textContent = "decoded ahead";
  }

  // ---- a click, a draw or a slider's end: the exact picture
  const calls = {
    place: server.decode,
    image: server.reconstruct,
    code: server.decode_code,
    draw: server.draw,
    move: server.move,
  };
  const fail = (/** @type {string} */ problem) => update({problem});
  const decode = pump(
    (/** @type {PictureRequest} */ {call, ...request}) => calls[call](request),
    (answer, request) => {
      const isPlace = request.call === "place" || request.call === "image";
      if (!isPlace) plot.mark(answer.place && {x: answer.place[0], y: answer.place[1]});
      update({shown: {answer, request}, pinned: isPlace ? state.pinned : {code: answer.code}, problem: linkProblems});
      linkProblems = "";
      sweep({checkpoint: request.checkpoint, map: request.map, code: answer.code});
    },
    fail,
  );
  const sweep = pump(
    server.sweep,
    async (answer, {code}) => {
      const sprite = await loadSprite(answer.sprite, answer.columns);
      if (code === state.shown?.answer.code) update({ahead: {...answer, sprite}});
    },
    fail,
  );
  const request = (/** @type {Omit<PictureRequest, "checkpoint" | "map">} */ more) =>
    decode({checkpoint: state.model, map: state.map, ...more});

  function pick(/** @type {import("./latent_plot.js").Pick} */ {x, y, i}) {
    const pinned = {x: Number(x.toFixed(3)), y: Number(y.toFixed(3)), i}; // as exact as a link should be long
    state.pinned = pinned;
    preview(pinned);
    plot.mark(pinned);
    request({call: i >= 0 ? "image" : "place", ...pinned});
  }

  function moveAxis(/** @type {number} */ axis, /** @type {number} */ value) {
    if (state.shown) request({call: "move", code: state.shown.answer.code, axis, value});
  }

  // ---- which model, which map
  function openMap(/** @type {string} */ map) {
    const {pinned, shown} = state;
    if ((pinned.i ?? -1) >= 0) state.pinned = {i: pinned.i};
    else if (!pinned.code && shown) state.pinned = {code: shown.answer.code};
    open(state.model, map);
  }

  function openModel(/** @type {string} */ model) {
    const {i = -1} = state.pinned; // an image has a place in every space, a place or a code only in one
    state.pinned = {i: i >= 0 ? i : FIRST_IMAGE};
    open(model, state.map);
  }

  async function open(/** @type {string} */ model, /** @type {string} */ map) {
    find(".what").textContent = `${map === "PCA" ? "Laying out" : "t-SNE lays out"} 1,000 test images…`;
    const key = `${model} ${map}`;
    try {
      loaded[key] ??= await fetchSpace(model, map);
    } catch (error) {
      find(".what").textContent = "No map";
      return fail(error instanceof Error ? error.message : String(error));
    }
    update({model, map, space: loaded[key], shown: null, ahead: null});
    await drawPlot();
    decodePinned(loaded[key]);
  }

  async function fetchSpace(/** @type {string} */ checkpoint, /** @type {string} */ map) {
    const answer = await ask(server.load_map, {checkpoint, map});
    if (answer.error) throw new Error(answer.error);
    const names = AXES[/** @type {keyof typeof AXES} */ (map)];
    return {...answer, names, sprite: await loadSprite(answer.grid, answer.columns)};
  }

  function decodePinned(/** @type {Space} */ space) {
    const {x, y, i = -1, code} = state.pinned;
    if (code?.length === space.dimensions) request({call: "code", code});
    else if (x !== undefined && y !== undefined) pick({x, y, i});
    else {
      const image = i >= 0 ? i : FIRST_IMAGE;
      pick({x: space.x[image], y: space.y[image], i: image});
    }
  }

  async function drawPlot() {
    if (!state.space) return;
    const under = find("[data-under]").checked ? state.space.grid : null;
    const points = find("[data-points]").checked;
    const key = `${state.model} ${state.map}`;
    await plot.draw(plotly, {...state.space, key, labels: sample.labels, under, points});
  }

  // ---- controls and the link
  const option = (/** @type {string} */ name, label = name) =>
    `<option value="${escapeHtml(name)}">${escapeHtml(label)}: ${spaces[name]} numbers</option>`;
  find(".model").innerHTML = Object.keys(spaces)
    .map((name) => option(name))
    .join("");
  find(".model").addEventListener("change", () => openModel(find(".model").value));
  find(".draw").addEventListener("click", () => request({call: "draw"}));
  find("[data-under]").addEventListener("change", drawPlot);
  find("[data-points]").addEventListener("change", drawPlot);
  shareButton(find(".share"), () => link.write({model: state.model, map: state.map, ...state.pinned}));

  async function start() {
    try {
      [sample, plotly] = await Promise.all([loadSample(server.load_sample), loadPlotly()]);
    } catch (error) {
      return fail(error instanceof Error ? error.message : String(error));
    }
    const {state: linked, problems} = link.read();
    const isOpened = watchSessionModels("latent_map", {
      add({name, words, size}) {
        spaces[name] = size;
        find(".model").insertAdjacentHTML("beforeend", option(name, words));
      },
      open(name) {
        state.pinned = {i: FIRST_IMAGE};
        open(name, "PCA");
      },
    });
    if (isOpened) return;
    state.pinned = pinnedBy(linked);
    linkProblems = problems.join(" ");
    await open(linked.model, linked.map);
  }

  start();
}

/**
 * What a link pins: a code, a place or an image.
 * @param {{x: number | null, y: number | null, i: number | null, code: number[] | null}} linked
 */
function pinnedBy({x, y, i, code}) {
  if (code) return {code};
  if (x !== null && y !== null) return {x, y, i: i ?? -1};
  return {i: i !== null && i >= 0 ? i : FIRST_IMAGE};
}
