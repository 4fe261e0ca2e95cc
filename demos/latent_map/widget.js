// @ts-check
// The latent map: what is shown is one state, which events change and render() draws.

import {lossBars} from "../web/components/charts/loss_bars.js";
import {modelSelect} from "../web/components/datasets/model_select.js";
import {exampleButtons, exampleShown} from "../web/components/example_buttons.js";
import {radioGroup} from "../web/components/radio_group.js";
import {upload} from "../web/components/upload.js";
import {onAddress, onPrepare} from "../web/lib/address.js";
import {toBase64} from "../web/lib/base64.js";
import {finder} from "../web/lib/dom.js";
import {messageOf, notice} from "../web/lib/notice.js";
import {loadPlotly} from "../web/lib/plots/plotly.js";
import {joinedModels} from "../web/lib/server/joined_models.js";
import {loadSample} from "../web/lib/server/sample.js";
import {loadModels, watchSessionModels} from "../web/lib/server/session_models.js";
import {shareButton} from "../web/lib/share.js";
import {axisSliders} from "./code_view.js";
import {exactPicture} from "./exact_picture.js";
import {latentPlot} from "./latent_plot.js";
import {latentMapLink, makePresets} from "./link.js";
import {answeredHere} from "./parts/answered_here.js";
import {latentTools} from "./parts/tools.js";
import {pictureView} from "./picture_view.js";
import {renderer} from "./render.js";
import {spaceStore} from "./space_store.js";

/**
 * @typedef {import("./render.js").Space} Space
 * @typedef {import("./render.js").State} State
 */

/** @param {import("./types").LatentMapMount} mounted */
export function mount({element, props, server: remote}) {
  const joined = joinedModels(remote);
  const server = answeredHere(remote, joined.sampleOf);
  const [maps, spaces] = [props.maps, {...props.spaces}]; // of which models that do not ship join
  const find = finder(element);
  const alert = notice(find(".loom-notice"));
  const nameOf = (/** @type {number} */ i) => state.sample?.classes[state.sample.labels[i]] ?? "";
  const picture = pictureView(find, {dataset: props.dataset, nameOf});
  const mapChoice = radioGroup(
    find(".loom-radio-group"),
    Object.fromEntries(maps.map((name) => [name, name])),
    openMap,
  );
  const plot = latentPlot(find(".plot"), {
    onHover: (pointed) => update({pointed}),
    onPick: pick,
    onTake: (points) => tools.openSheet(points),
  });
  const sliders = axisSliders(find(".axes"), {
    steps: props.steps,
    onDrag: (axis, value) => update({dragged: {axis, value}}),
    onRelease: moveAxis,
  });
  const dataset = () => state.sample ?? props.dataset;
  const link = latentMapLink({props, spaces, dataset, imageCount: () => state.sample?.labels.length ?? 1});
  const mapStore = spaceStore(server, joined);
  /** @type {State} */
  const state = {
    sample: null,
    plotly: null,
    model: props.checkpoint,
    map: maps[0],
    space: null,
    under: true,
    points: true,
    pointed: null,
    pinned: {i: props.image},
    asked: null,
    shown: null,
    ahead: null,
    dragged: null,
    sought: "",
    isLasso: false,
    waiting: "",
    problem: "",
  };

  const loss = lossBars(find(".map-loss"), props.collapsed);
  const presets = makePresets(props);
  const markExample = exampleButtons(find(".loom-examples"), Object.keys(presets), (name) =>
    openExample(presets[name]),
  );
  const tools = latentTools(find, {
    ...{element, server, plot, state},
    update: (changes) => update(changes),
    onPick: (i) => state.space && pick({x: state.space.x[i], y: state.space.y[i], i}),
  });
  const render = renderer(find, {alert, mapChoice, plot, sliders, picture, loss, tools});
  const update = (/** @type {Partial<State>} */ changes) => {
    Object.assign(state, changes);
    render(state);
    markExample(exampleShown(state, presets));
  };

  // ---- a click, a draw or a slider's end: the exact picture
  const fail = (/** @type {string} */ problem) => update({problem});
  const askForPicture = exactPicture({state, server, plot, update});
  const request = (
    /** @type {Parameters<typeof askForPicture>[0]} */ wanted,
    /** @type {Partial<State>} */ changes = {},
  ) => {
    uploading.cancel();
    askForPicture(wanted, changes);
  };

  function pick(/** @type {import("./latent_plot.js").Pick} */ {x, y, i}, changes = {}) {
    if (!state.space) return;
    const pinned = {x: Number(x.toFixed(3)), y: Number(y.toFixed(3)), i}; // as exact as a link should be long
    plot.mark(pinned);
    const wanted =
      i >= 0 ? {call: /** @type {const} */ ("image"), i} : {call: /** @type {const} */ ("place"), ...pinned};
    request(wanted, {pinned, pointed: pinned, dragged: null, ...changes});
  }

  const takeOwn = (/** @type {string} */ pixels, changes = {}) =>
    request({call: "own", pixels}, {pinned: {pixels}, pointed: null, dragged: null, ...changes});
  const uploading = upload(element, {
    call: (request) => server.read_upload(joined.about(request, state.model)),
    onPixels: (pixels) => takeOwn(toBase64(pixels)),
    onError: fail,
  });

  function moveAxis(/** @type {number} */ axis, /** @type {number} */ value) {
    if (state.shown) request({call: "move", code: state.shown.answer.code, axis, value}, {dragged: {axis, value}});
  }

  // ---- which model, which map
  const firstImage = (/** @type {string} */ model) => (joined.areAlike(model, props.checkpoint) ? props.image : 0);

  function openMap(/** @type {string} */ map) {
    const {pinned, shown} = state;
    if ((pinned.i ?? -1) >= 0) state.pinned = {i: pinned.i};
    else if (!pinned.code && !pinned.pixels && shown) state.pinned = {code: shown.answer.code};
    open(state.model, map);
  }

  function openModel(/** @type {string} */ model) {
    const {i = -1, pixels} = state.pinned; // a picture has a place in every space, a place or a code only in one
    const isAlike = joined.areAlike(model, state.model); // else the picture is of another kind
    state.pinned = pixels && isAlike ? {pixels} : {i: i >= 0 && isAlike ? i : firstImage(model)};
    open(model, state.map);
  }

  function openExample(/** @type {ReturnType<typeof makePresets>[string]} */ {model, map, under, points}) {
    if (!state.sample) return;
    Object.assign(state, {under, points});
    if (model !== state.model) state.map = map;
    if (model !== state.model) openModel(model);
    else if (map !== state.map) openMap(map);
    else update({});
  }

  let opening = 0; // counts what was opened: only the last one is shown
  async function open(/** @type {string} */ model, /** @type {string} */ map, problem = "") {
    const turn = ++opening;
    if (!joined.areAlike(model, state.model)) uploading.cancel();
    const images = joined.has(model) ? "the test images" : "1,000 test images";
    const waiting = `${map === "PCA" ? "Laying out" : "t-SNE lays out"} ${images}…`;
    update({model, map, space: null, asked: null, ahead: null, dragged: null, waiting, problem});
    let opened;
    try {
      opened = await mapStore.load(model, map);
    } catch (error) {
      if (turn !== opening) return;
      update({waiting: "No map"});
      return fail(messageOf(error));
    }
    if (turn !== opening) return;
    update(opened);
    decodePinned(opened.space, problem);
  }

  function decodePinned(/** @type {Space} */ space, /** @type {string} */ problem) {
    const {x, y, i = -1, code, pixels} = state.pinned;
    const changes = {waiting: "", problem};
    if (pixels) takeOwn(pixels, changes);
    else if (code?.length === space.dimensions) request({call: "code", code}, changes);
    else if (x !== undefined && y !== undefined) pick({x, y, i}, changes);
    else {
      const image = Math.min(i >= 0 ? i : firstImage(state.model), space.x.length - 1);
      pick({x: space.x[image], y: space.y[image], i: image}, changes);
    }
  }

  // ---- controls and the link
  const option = (/** @type {string} */ name, words = name, group = props.dataset.title) => ({
    ...{name, group},
    label: `${words}: ${spaces[name]} numbers`,
  });
  const models = modelSelect(
    find(".model"),
    Object.keys(spaces).map((name) => option(name)),
  );
  find(".model").addEventListener("change", () => openModel(find(".model").value));
  find(".draw").addEventListener("click", () => request({call: "draw"}));
  for (const name of /** @type {("under" | "points")[]} */ (["under", "points"]))
    find(`[data-${name}]`).addEventListener("change", () => update({[name]: find(`[data-${name}]`).checked}));
  shareButton(find(".share"), () => link.write(state));

  async function start() {
    let unlisted = "";
    try {
      [state.sample, state.plotly, unlisted] = await Promise.all([
        ...[loadSample(server.load_sample), loadPlotly(), loadModels(server, props)],
      ]);
    } catch (error) {
      return fail(messageOf(error));
    }
    onAddress("latent_map", openLinked);
    onPrepare("latent_map", (query) => mapStore.prepare(link.read(query)));
    const isOpened = watchSessionModels("latent_map", {
      add(model) {
        const {name, words, size, dataset: of} = model;
        joined.join(model);
        spaces[name] = size;
        models.add(option(name, words, of?.title));
      },
      open(name) {
        state.pinned = {i: firstImage(name)};
        open(name, "PCA");
      },
    });
    if (!isOpened) await openLinked();
    if (unlisted) fail(unlisted);
  }

  async function openLinked() {
    const turn = ++opening;
    const isThere = link.readModel() === state.model && state.space;
    try {
      const sample = await joined.sampleOf(link.readModel());
      if (turn !== opening) return;
      if (!isThere) state.sample = sample;
    } catch (error) {
      return fail(messageOf(error));
    }
    const {model, map, problems, ...linked} = link.read();
    const isOpen = model === state.model && map === state.map ? state.space : null;
    const isPinned = JSON.stringify(linked.pinned) === JSON.stringify(state.pinned);
    Object.assign(state, linked);
    if (!isOpen) open(model, map, problems.join(" "));
    else if (!isPinned || problems.length) decodePinned(isOpen, problems.join(" "));
    else update({});
  }

  start();
}
