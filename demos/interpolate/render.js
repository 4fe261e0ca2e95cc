// @ts-check
// The page as a function of the state; what is costly to draw is drawn when its part of the state has changed.
import {radioGroup} from "../web/components/radio_group.js";
import {alphaScale} from "./alphas.js";
import {END_NAMES, ENDS, endTitle, photoOf, pictureRequest, presetShown, sweepKey} from "./views.js";

/**
 * @typedef {import("./types").View} View
 * @typedef {import("./types").Strip} Strip
 * @typedef {import("./parts/decoder_comparison.js").Row} Row
 */

/**
 * @typedef {object} Progress
 * @property {import("../web/lib/server/sample.js").Sample | null} sample
 * @property {string} pathKey the path asked for
 * @property {string} stripKey the path whose strip is here
 * @property {Strip | null} strip the last one that came, while its frames mean what they meant
 * @property {boolean} failed whether the path asked for has no strip
 * @property {Record<string, Row>} rows the same path through other decoders
 * @property {import("./types").Sweep | null} ahead
 * @property {{k: number, amount: number} | null} dragged an attribute
 * @property {Record<string, import("./types").Faces>} faces by model
 * @property {import("./types").EndName} target the end that the next picture becomes
 * @property {string} source
 * @property {Record<import("./types").EndName, import("./types").FacePhoto | null>} photos that faces were taken from
 * @property {{words: string} | null} incoming a picture that takes a while
 * @property {boolean} isPlaying
 * @property {string} problem
 */
/** @typedef {View & Progress} State */

/** @type {Progress} */
export const NOTHING_YET = {
  sample: null,
  pathKey: "",
  stripKey: "",
  strip: null,
  failed: false,
  rows: {},
  ahead: null,
  dragged: null,
  faces: {},
  target: "a",
  source: "gallery",
  photos: {a: null, b: null},
  incoming: null,
  isPlaying: false,
  problem: "",
};

/** @param {State} state */
export const isReady = ({strip, stripKey, pathKey}) => strip !== null && stripKey === pathKey;

/**
 * Whether a frame is here itself, and not one near it.
 * @param {State} state
 * @param {number} k
 */
const hasFrame = (state, k) => isReady(state) && state.strip?.frames[k] !== null;

/**
 * What was decoded ahead for an attribute's slider, if it still is what the slider would show.
 * @param {State} state
 * @param {number} k
 */
function sweepFor(state, k) {
  const {ahead, attributes} = state;
  if (ahead?.key !== sweepKey(pictureRequest(state))) return null;
  return ahead?.attributes.every((amount, n) => n === k || amount === attributes[n]) ? ahead : null;
}

/**
 * @param {(selector: string) => any} find
 * @param {object} options
 * @param {import("./types").Props} options.props
 * @param {Record<string, import("./types").Decoder>} options.known
 * @param {Record<string, View>} options.presets
 * @param {(model: string) => import("./types").Decoder[]} options.alike decoders of a model's dataset
 * @param {object} views
 * @param {import("../web/lib/notice.js").Notice} views.alert
 * @param {ReturnType<typeof import("./parts/path.js").pathView>} views.path
 * @param {ReturnType<typeof import("./parts/decoder_comparison.js").decoderComparison>} views.comparison
 * @param {ReturnType<typeof import("./parts/picker.js").picker>} views.pictures
 * @param {ReturnType<typeof import("./parts/face_photo.js").facePhoto>} views.photo
 * @param {ReturnType<typeof import("./parts/attributes.js").attributeSliders>} views.sliders
 * @param {(name: string | undefined) => void} views.markExample
 * @param {Record<"method" | "target" | "source", ReturnType<typeof radioGroup>>} views.choices
 * @returns {(state: State) => void}
 */
export function renderer(find, {props, known, presets, alike}, views) {
  const {alert, path, comparison, pictures, photo, sliders, markExample, choices} = views;
  /** @type {Partial<State>} */
  let drawn = {}; // the state that is on the page

  return (state) => {
    const {problem, sample} = state;
    alert.show(problem);
    if (!sample) return;
    const isNew = (/** @type {(keyof State)[]} */ ...keys) => keys.some((key) => state[key] !== drawn[key]);
    if (isNew("sample", "pathKey")) renderPathControls(state);
    if (isNew("sample", "model", "target", "source", "a", "b", "faces")) renderPicker(state, sample);
    if (isNew("sample", "strip", "pathKey", "failed")) renderStrip(state);
    if (isNew("sample", "strip", "pathKey", "faces", "target", "failed")) renderEnds(state, sample);
    if (isNew("sample", "strip", "pathKey", "target", "photos", "incoming")) renderPhoto(state);
    if (isNew("attributes", "dragged", "model")) renderAttributes(state);
    if (isNew("incoming")) renderIncoming(state);
    if (isNew("isPlaying")) find("[data-do=play]").textContent = state.isPlaying ? "Pause" : "Play";
    renderPicture(state, sample);
    drawn = {...state};
  };

  /** @param {State} state */
  function renderPathControls(state) {
    const {model, method, beyond} = state;
    find("[data-model]").value = model;
    choices.method.at = method;
    find("[data-beyond]").checked = beyond;
    find(".interp-main").classList.toggle("faces", known[model].kind === "faces");
    find(".interp-rows").hidden = known[model].kind === "faces" || alike(model).length < 2;
    path.setScale(alphaScale(props, beyond), beyond);
    markExample(presetShown(state, presets, known));
  }

  /**
   * @param {State} state
   * @param {import("../web/lib/server/sample.js").Sample} sample
   */
  function renderPicker(state, sample) {
    const {model, target, source, faces} = state;
    choices.target.at = target;
    choices.source.at = source;
    pictures.show({kind: known[model].kind, model, source, end: state[target], sample, faces: faces[model]});
  }

  /** @param {State} state */
  function renderStrip(state) {
    const {strip, failed, model} = state;
    if (isReady(state)) path.setStrip(strip);
    else if (!strip) path.setStrip(null);
    for (const part of [".band", ".interp-runs"])
      find(part).toggleAttribute("data-pending", !(isReady(state) && strip?.isWhole) && !failed);
    find(".strip").toggleAttribute("data-pending", !isReady(state) && !failed);
    find(".now").classList.toggle("photo", known[model].kind === "faces");
    if (isReady(state)) find(".interp-main").dataset.ready = "";
  }

  /**
   * @param {State} state
   * @param {import("../web/lib/server/sample.js").Sample} sample
   */
  function renderEnds(state, sample) {
    const {model, target, faces} = state;
    const strip = isReady(state) ? state.strip : null;
    path.drawEnds(state, {kind: known[model].kind, target, sample, faces: faces[model]?.sprite, strip});
  }

  /** @param {State} state */
  function renderPhoto(state) {
    const {target, strip, incoming} = state;
    const frame = alphaScale(props, state.beyond).frameOf(target === "a" ? 0 : 1);
    photo.show(known[state.model].kind === "faces" ? photoOf(state, target) : null, incoming !== null);
    photo.showBack(isReady(state) && strip ? (canvas) => strip.sprite.paint(frame, canvas) : null);
  }

  /**
   * The picture between the ends: moves many times a second.
   * @param {State} state
   * @param {import("../web/lib/server/sample.js").Sample} sample
   */
  function renderPicture(state, sample) {
    const {alpha, strip, failed, model, rows, dragged, isPlaying} = state;
    const {kind} = known[model];
    const k = alphaScale(props, state.beyond).frameOf(alpha);
    const isHere = hasFrame(state, k);
    path.seek(alpha, strip, isHere ? null : failed ? "no picture" : waitingWords(state));
    find(".now").toggleAttribute("data-pending", !isHere && !failed);
    comparison.show(rows, k, model, alike(model));
    const ahead = dragged && sweepFor(state, dragged.k);
    if (ahead && dragged) {
      const share = (dragged.amount + props.attribute_range) / (2 * props.attribute_range);
      const column = Math.round(share * (ahead.columns - 1));
      ahead.sprite.paint(dragged.k * ahead.columns + column, find(".now"));
    }
    find(".interp-main").toggleAttribute("data-ahead", sweepFor(state, -1) !== null);
    if (!strip || !isHere || isPlaying) return;
    const [a, b] = END_NAMES.map((key) => endTitle(state[key], kind, sample));
    path.label(state, [a, b], strip);
  }

  /** @param {State} state */
  function waitingWords(state) {
    const {model, a, b} = state;
    const isFitted = known[model].fits && (a.pixels || b.pixels) && !isReady(state);
    return isFitted ? `fitting a code in ${props.fit_steps} steps…` : "…";
  }

  /** @param {State} state */
  function renderAttributes({model, attributes, dragged}) {
    find(".interp-attributes").hidden = !attributes.length;
    const amounts = attributes.map((amount, k) => (dragged?.k === k ? dragged.amount : amount));
    sliders.show(known[model].attributes, amounts);
  }

  /** @param {State} state */
  function renderIncoming({incoming}) {
    find(".interp-incoming").hidden = !incoming;
    find(".interp-incoming span").textContent = incoming?.words ?? "";
  }
}

/**
 * The three radio groups.
 * @param {(selector: string) => any} find
 * @param {string[]} methods
 * @param {(changes: {method: string} | {target: import("./types").EndName} | {source: string}) => void} onPick
 */
export const makeChoices = (find, methods, onPick) => ({
  method: radioGroup(find("[data-method]"), Object.fromEntries(methods.map((name) => [name, name])), (method) =>
    onPick({method}),
  ),
  target: radioGroup(find("[data-target]"), ENDS, (target) =>
    onPick({target: /** @type {import("./types").EndName} */ (target)}),
  ),
  source: radioGroup(find("[data-source]"), {gallery: "test images", draw: "draw"}, (source) => onPick({source})),
});
