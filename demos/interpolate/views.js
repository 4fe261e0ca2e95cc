// @ts-check
// What can be shown, and what the server is asked for it: examples, requests, names.

/**
 * @typedef {import("./types").View} View
 * @typedef {import("./types").End} End
 * @typedef {import("./types").EndName} EndName
 * @typedef {import("./types").Decoder} Decoder
 * @typedef {import("../web/lib/server/sample.js").Sample} Sample
 */

/** @type {Record<EndName, string>} */
export const ENDS = {a: "A", b: "B"};
export const END_NAMES = /** @type {EndName[]} */ (Object.keys(ENDS));

/**
 * The examples, by name, for the decoders that are here.
 * @param {Decoder[]} decoders
 * @param {string} method
 * @returns {Record<string, View>}
 */
export function makePresets(decoders, method) {
  const first = (/** @type {string[]} */ ...names) => names.find((name) => decoders.some((one) => one.name === name));
  const firstOf = (/** @type {string} */ kind) => decoders.find((one) => one.kind === kind)?.name ?? "";
  const clothes = firstOf("clothes");
  const painter = first("vae-faces", firstOf("faces"));
  const vad = first("vad-gaussian", "vad-uniform", "vad-exponential", "cae-27", clothes, firstOf("faces"));
  const cae = first("cae-27", vad ?? "");
  const smiling = (decoders.find(({name}) => name === painter)?.attributes ?? []).map((name) =>
    name === "Smiling" ? 1.4 : 0,
  );
  const smile = smiling.some(Boolean) ? painter : undefined;
  /** @type {Record<string, Partial<View>>} */
  const changes = {
    "Trouser to Shirt": {model: vad, alpha: 0.55},
    "Sneaker to boot": {model: cae, a: {i: 703}, b: {i: 905}},
    "Beyond the ends": {model: cae, a: {i: 3}, b: {i: 205}, beyond: true, alpha: 1.5},
    "Two numbers": {model: first("cae-2"), a: {i: 124}, b: {i: 905}},
    "Face to face": {model: painter, a: {i: 0}, b: {i: 1}, method: "spherical"},
    Smile: {model: smile, a: {i: 2}, b: {i: 3}, alpha: 0, attributes: smiling},
  };
  const plain = {a: {i: 112}, b: {i: 634}, alpha: 0.5, method, beyond: false, attributes: []};
  const offered = Object.entries(changes).filter(([, {model}]) => model);
  return Object.fromEntries(offered.map(([name, change]) => [name, /** @type {View} */ ({...plain, ...change})]));
}

/**
 * A view whose attributes are as many as its model knows.
 * @param {View} view
 * @param {Record<string, Decoder>} known
 */
export function withAttributes(view, known) {
  const {attributes} = known[view.model];
  return view.attributes.length === attributes.length ? view : {...view, attributes: attributes.map(() => 0)};
}

/**
 * The same path through another model: a code belongs to one model, a picture to every model of its kind.
 * @param {View} view
 * @param {string} model
 * @param {Record<string, Decoder>} known
 * @param {Record<string, View>} presets
 * @param {number} [others] images of another dataset that the model is of; none: it is of the same
 */
export function withModel(view, model, known, presets, others = 0) {
  const [before, after] = [known[view.model], known[model]];
  const example = Object.values(presets).find((preset) => known[preset.model].kind === after.kind);
  const first = others ? {a: {i: 0}, b: {i: others - 1}} : (example ?? {a: {i: 0}, b: {i: 1}});
  const {a, b} = before.kind === after.kind && !others ? view : first;
  const fits = (/** @type {End} */ end, /** @type {number} */ i) =>
    end.code && before.size !== after.size ? {i} : end;
  return withAttributes({...view, model, a: fits(a, 0), b: fits(b, 1), attributes: []}, known);
}

/**
 * @param {View} view
 * @param {string} [checkpoint] another model
 * @returns {import("./types").PathRequest}
 */
export const pathRequest = ({model, a, b, method, beyond, attributes}, checkpoint = model) => ({
  checkpoint,
  a,
  b,
  method,
  beyond,
  attributes: checkpoint === model ? attributes : [],
});

/**
 * @param {View} view
 * @returns {import("./types").PictureRequest}
 */
export const pictureRequest = (view) => ({...pathRequest(view), alpha: view.alpha});

/**
 * What a sweep of the attributes depends on, beside the attributes.
 * @param {import("./types").PictureRequest} request
 */
export const sweepKey = (request) => JSON.stringify({...request, attributes: null});

/**
 * The name of an example whose path is shown, wherever on it.
 * @param {View} view
 * @param {Record<string, View>} presets
 * @param {Record<string, Decoder>} known
 */
export function presetShown(view, presets, known) {
  const key = JSON.stringify(pathRequest(view));
  return Object.keys(presets).find((name) => JSON.stringify(pathRequest(withAttributes(presets[name], known))) === key);
}

/**
 * @param {End} end
 * @param {import("./types").Kind} kind
 * @param {Sample} sample
 */
export function endTitle({i, pixels, code}, kind, {classes, labels, index}) {
  if (kind === "clothes") {
    if (i !== undefined) return `${classes[labels[i]]}, test image ${index[i]}`;
    return pixels ? "your drawing" : "a code";
  }
  if (i !== undefined) return `face ${i}`;
  if (pixels) return "your photo";
  return code ? "a face of your own" : "";
}

/**
 * The photo of an end, while the end is still a face of it.
 * @param {{a: End, b: End, photos: Record<import("./types").EndName, import("./types").FacePhoto | null>}} state
 * @param {import("./types").EndName} name
 */
export function photoOf(state, name) {
  const photo = state.photos[name];
  return photo !== null && photo.pixels === state[name].pixels ? photo : null;
}
