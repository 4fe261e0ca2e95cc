// @ts-check
// Denoise: what is shown is one state. One strip answers every drag; the server is asked again for another picture,
// kind of noise or draw.

import {datasetTab} from "../web/components/datasets/dataset_tab.js";
import {exampleButtons} from "../web/components/example_buttons.js";
import {gallery as imageGallery} from "../web/components/gallery.js";
import {drawingPad} from "../web/components/pad.js";
import {radioGroup} from "../web/components/radio_group.js";
import {pythonButton} from "../web/components/saving/python_dialog.js";
import {ABOUT_PHOTOS, upload} from "../web/components/upload.js";
import {onAddress, onPrepare} from "../web/lib/address.js";
import {finder} from "../web/lib/dom.js";
import {messageOf, notice} from "../web/lib/notice.js";
import {isSamePicture} from "../web/lib/picture_link.js";
import {ask, pump} from "../web/lib/server/rpc.js";
import {shareButton} from "../web/lib/share.js";
import {loadSprite} from "../web/lib/sprite.js";
import {listenToControls} from "./controls.js";
import {denoisersOf} from "./denoisers.js";
import {answeredHere} from "./parts/answered_here.js";
import {denoiserList} from "./parts/denoiser_list.js";
import {levelCurve} from "./parts/level_curve.js";
import {mismatchGrid} from "./parts/mismatch_grid.js";
import {kindChoice, levelSliders} from "./parts/noise_controls.js";
import {isCrossingOf, oneNoiseGrid} from "./parts/one_noise.js";
import {pictures} from "./pictures.js";
import {renderer} from "./render.js";
import {pictureRequests} from "./requests.js";
import * as D from "./state.js";
import {holds, isOfNow, isWhole, namesFor} from "./strip.js";

/** @typedef {D.State} State @typedef {import("../web/lib/server/sample.js").Sample} Sample */

/** @param {import("./types").DenoiseMount} mounted */
export function mount({element, props, server}) {
  datasetTab(
    {element, props, server},
    {tab: "denoise", field: "model", draw: (root, set) => denoise(root, props, server, set)},
  );
}

/**
 * The tab for a dataset.
 * @param {HTMLElement} element
 * @param {import("./types").Props} shipped
 * @param {import("./types").Server} everyone
 * @param {import("../web/components/datasets/dataset_tab.js").DatasetSet} group
 */
function denoise(element, shipped, everyone, group) {
  const {notes, ...compared} = denoisersOf(shipped, group);
  const image = group.isShipped ? shipped.image : 0;
  const props = {...shipped, dataset: group.dataset, image, ...compared};
  const server = answeredHere(everyone, props);
  const {kinds, denoisers, dataset} = props;
  const {colors, image_shape} = dataset;
  const [channels, side] = image_shape;
  const find = finder(element);
  const alert = notice(find(".loom-notice"));
  const first = {noise: props.noise, seed: 0, model: props.denoiser, left: D.NOISY, wipe: D.MIDDLE, metric: "psnr"};
  /** @type {State} */
  const state = {
    ...{...first, parameter: 0, at: D.indicesOf(kinds[first.noise].parameters), preset: null},
    ...{view: D.PICTURES, pixels: null, image: null, source: "gallery", sample: null},
    ...{strip: null, crossing: null, grid: null, problem: "", linkProblems: ""},
  };
  /** @type {ReturnType<typeof imageGallery> | null} */
  let gallery = null;

  function update(/** @type {Partial<State>} */ changes) {
    Object.assign(state, changes);
    render(state);
  }

  const parameters = () => kinds[state.noise].parameters;

  // ---- one strip for every drag
  const asking = pictureRequests({props, server, isShipped: group.isShipped});
  const request = pump(
    asking.strip,
    async (answer, /** @type {import("./strip.js").StripOf} */ of) => {
      const sprite = await loadSprite(answer.sprite, answer.columns, side, channels);
      if (!isOfNow(of, state)) return;
      update({strip: {...answer, sprite, of}, problem: state.strip ? state.problem : ""}); // a failure leaves no strip
      find(".denoise-main").dataset.ready = "";
      if (!holds(of, state)) loadMissing(); // another denoiser was chosen meanwhile
    },
    (problem) => update({strip: null, problem}),
  );
  const requestCrossing = pump(
    asking.crossing,
    async (answer, /** @type {import("./parts/one_noise.js").CrossingOf} */ of) => {
      const sprite = await loadSprite(answer.sprite, answer.columns, side, channels);
      if (!isCrossingOf(of, state)) return;
      update({crossing: {psnr: answer.psnr, sprite, of}, problem: state.crossing ? state.problem : ""});
      find(".denoise-main").dataset.ready = "";
    },
    (problem) => update({crossing: null, problem}),
  );
  function load() {
    const {pixels, noise, at, seed} = state;
    if (!pixels) return;
    if (state.view === D.ONE_NOISE) requestCrossing({pixels, seed});
    else request({pixels, noise, at, seed, names: namesFor(props, state)});
  }
  function loadMissing() {
    const {view, strip, crossing} = state;
    const isThere =
      view === D.ONE_NOISE ? crossing && isCrossingOf(crossing.of, state) : strip && isWhole(strip.of, state);
    if (!isThere) load();
  }

  /** Anything but a level; what is not named stays. */
  function set(/** @type {Partial<State>} */ changes) {
    const isOther = "noise" in changes || "seed" in changes || "pixels" in changes;
    update({problem: "", linkProblems: "", ...changes});
    if (isOther) load();
    else if ("view" in changes || "model" in changes || "left" in changes) loadMissing();
  }

  const setNoise = (/** @type {string} */ noise, /** @type {number[]} */ levels = []) =>
    /** @type {Partial<State>} */ ({
      noise,
      at: D.indicesOf(kinds[noise].parameters, levels),
      parameter: 0,
      preset: null,
      view: D.PICTURES,
    });

  function turn(/** @type {number} */ parameter, /** @type {number} */ index) {
    const most = parameters()[parameter].values.length - 1;
    const at = state.at.map((was, p) => (p === parameter ? Math.max(0, Math.min(most, index)) : was));
    update({at, parameter, preset: null});
  }
  // at the end of a drag: with two sliders, the other one's path has changed
  const settle = () => {
    if (parameters().length > 1) load();
  };

  function take(/** @type {string} */ name) {
    const {noise, levels, left = D.NOISY, model = props.denoiser, view = D.PICTURES, image} = D.PRESETS[name];
    set({left, model, wipe: D.MIDDLE, ...setNoise(noise, levels), preset: name, view});
    if (image !== undefined && state.image === props.image) gallery?.select(image);
  }

  // ---- the clean picture: a test image, a drawing, a photo
  function show(/** @type {ArrayLike<number>} */ bytes, /** @type {Partial<State>} */ changes = {}) {
    uploading.cancel();
    if ((changes.image ?? null) === null) gallery?.unselect();
    set({image: null, ...changes, pixels: Uint8Array.from(bytes)});
  }
  const pad = drawingPad(find(".denoise-pad"), {onRelease: (bytes) => show(bytes)});
  pad.resize(image_shape);
  const about = group.isFashion ? {} : {checkpoint: props.denoiser}; // whose dataset a photo is made alike to
  const uploading = upload(element, {
    call: (request) => server.read_upload({...request, ...about}),
    onError: (problem) => update({problem}),
    onPixels(bytes) {
      pad.put(bytes);
      show(bytes, {source: "pad"});
    },
  });
  const takeImage = (/** @type {Sample} */ {sprite}, /** @type {number} */ image) => {
    const bytes = sprite.pixels(image);
    pad.put(bytes);
    show(bytes, {image});
  };

  // ---- controls
  const shown = pictures(element, {onMove: (wipe) => update({wipe})});
  const kindButtons = kindChoice(find(".denoise-kinds"), kinds, (noise) => set(setNoise(noise)));
  const sliders = levelSliders(find(".denoise-levels"), {onTurn: turn, onRelease: settle});
  const list = denoiserList(find(".denoise-models"), {...props, notes}, (model) => set({model}));
  const curve = levelCurve(find(".denoise-curve"), denoisers, (column, isHeld) => {
    if (isHeld) turn(state.parameter, column);
    else settle();
  });
  const metrics = radioGroup(find("[data-metrics]"), D.METRICS, (metric) => update({metric}));
  const source = radioGroup(find("[data-source]"), {gallery: "Test images", pad: "Draw"}, (key) =>
    update({source: key}),
  );
  const grid = mismatchGrid(find, kinds, denoisers, ({kind, levels}, name) => {
    set({...setNoise(kind, levels), ...(name === D.NOISY ? {} : {model: name})});
    const box = find(".compare").getBoundingClientRect();
    const isSeen = box.bottom >= 120 && box.top <= window.innerHeight - 120;
    if (!isSeen) find(".denoise-view").scrollIntoView({block: "center"});
  });
  const crossed = oneNoiseGrid(find, props, (model, kind) => {
    set({model, left: D.NOISY, ...setNoise(kind)});
    find(".compare").focus({preventScroll: true});
  });
  const markExample = exampleButtons(find(".loom-examples"), group.isShipped ? Object.keys(D.PRESETS) : [], take);
  const views = {alert, shown, kindButtons, sliders, list, curve, metrics, source, grid, crossed, markExample};
  const render = renderer(element, find, props, views);
  listenToControls({find, props, state, set, turn, settle});
  find("[data-do=reset]").addEventListener("click", () => {
    set({...first, ...setNoise(first.noise), source: "gallery"});
    gallery?.select(image);
  });

  // ---- what must be there first
  const loadGrid = async () => {
    const answer = await ask(server.load_grid);
    if (answer.error) find(".denoise-scroll").textContent = answer.error;
    else update({grid: answer});
  };

  async function start() {
    /** @type {Sample} */
    let sample;
    try {
      sample = await group.loadSample();
    } catch (error) {
      return update({problem: messageOf(error)});
    }
    state.sample = sample;
    gallery = imageGallery(find(".gallery"), {sample, colors, onPick: (image) => takeImage(sample, image)});
    const link = D.denoiseLink(props, sample.labels.length);
    shareButton(find(".share"), () => link.write(D.linked(state, parameters())));
    const onError = (/** @type {string} */ problem) => update({problem});
    const request = () => D.linesRequest(state, parameters());
    pythonButton(element, {call: server.python_lines, request, onError});
    const openLinked = () => {
      if (group.leaves()) return;
      const {state: asLinked, problems} = link.read();
      const {noise, level, seed, model, left, wipe, dial, grid: metric, view, image, pixels} = asLinked;
      const most = Math.max(0, kinds[noise].parameters.length - 1);
      const parameter = Math.min(dial, most);
      const from = pixels ? "pad" : "gallery";
      update({...setNoise(noise, level ?? []), seed, model, left, wipe, metric, parameter, view, source: from});
      if (isSamePicture({image, pixels}, state)) loadMissing();
      else if (pixels) {
        pad.put(pixels);
        show(pixels, {source: "pad"});
      } else gallery?.select(image);
      update({linkProblems: [...problems, ...D.levelProblems(parameters(), level)].join(" ")});
    };
    onAddress("denoise", openLinked);
    onPrepare("denoise", (query) => asking.prepare(link.read(query).state, sample));
    openLinked();
  }

  find(".denoise-grid").hidden = !group.isShipped; // what was measured beforehand is of the networks that ship
  find("[data-way=examples]").hidden = !group.isFashion; // they show clothes
  find(".denoise-source > .loom-hint").textContent = ABOUT_PHOTOS[group.isFashion ? "clothes" : "others"];
  if (group.isShipped) loadGrid();
  start();
  return undefined;
}
