// @ts-check
// What a link of Interpolate holds.
import {fromBase64, fromUrlSafe, toBase64, toUrlSafe} from "../web/lib/base64.js";
import {pictureField} from "../web/lib/picture_link.js";
import {flag, integer, number, numbers, oneOf, text, urlState} from "../web/lib/url_state.js";
import {alphaScale} from "./alphas.js";
import {END_NAMES} from "./views.js";

/**
 * @typedef {import("./types").View} View
 * @typedef {import("./types").Decoder} Decoder
 * @typedef {import("./types").EndName} EndName
 * @typedef {{target: EndName, source: string}} Picking which end the next picture becomes, and where it comes from
 */

const FACES = 64; // painted from their codes
const DEFAULT_ALPHA = 0.5;

/**
 * @param {object} options
 * @param {import("./types").Props} options.props
 * @param {Record<string, Decoder>} options.known which may grow
 * @param {Record<string, View>} options.presets
 * @param {() => import("../web/types").Dataset} options.dataset of the model that is named
 * @param {() => number} options.imageCount its test images
 */
export function interpolateLink({props, known, presets, dataset, imageCount}) {
  const start = Object.values(presets)[0];
  const models = oneOf(() => Object.keys(known), start.model);
  const model = {
    ...models,
    explain: (/** @type {string} */ quoted) =>
      `There is no decoder ${quoted} here; there are: ${Object.keys(known).join(", ")}.`,
  };
  const example = (/** @type {Decoder} */ {kind}) =>
    Object.values(presets).find((preset) => known[preset.model].kind === kind) ?? start;

  const schema = (/** @type {Decoder} */ decoder) => {
    const {a, b, method} = example(decoder);
    const isFashion = dataset().name === props.dataset.name; // else the examples are of other images
    const ends = decoder.kind === "faces" || isFashion ? [a.i, b.i] : [0, imageCount() - 1];
    const image = (/** @type {number | undefined} */ fallback) =>
      integer({min: 0, max: () => (decoder.kind === "clothes" ? imageCount() : FACES) - 1, fallback: fallback ?? 0});
    const code = text({matches: /^[\w=-]+$/, wants: "a code in base64"});
    return urlState({
      tab: "interpolate",
      fields: {
        model,
        a: image(ends[0]),
        b: image(ends[1]),
        a_pixels: drawing(decoder, dataset()),
        b_pixels: drawing(decoder, dataset()),
        a_code: code,
        b_code: code,
        alpha: number({min: -props.reach, max: 1 + props.reach, fallback: DEFAULT_ALPHA}),
        method: oneOf(props.methods, method),
        beyond: flag(),
        attributes: amounts(decoder, props.attribute_range),
        end: oneOf(END_NAMES),
        source: oneOf(["gallery", "draw"]),
      },
    });
  };

  const readModel = (/** @type {URLSearchParams} */ query) =>
    urlState({tab: "interpolate", fields: {model}}).read(query).state.model;
  return {
    /** The model that the address names, whose dataset must be there before all is read. */
    readModel: () => readModel(new URLSearchParams(window.location.search)),
    /** @param {URLSearchParams} [query] the page's own, without one */
    read(query = new URLSearchParams(window.location.search)) {
      const named = readModel(query);
      const {state, problems, given} = schema(known[named]).read(query);
      const picking = {target: state.end, source: known[named].kind === "clothes" ? state.source : "gallery"};
      if (!given.length) return {view: start, picking, problems};
      const scale = alphaScale(props, state.beyond === true);
      const alpha = scale.nearest(state.alpha);
      if (state.alpha < scale.low || state.alpha > scale.high)
        problems.push(`The link's alpha, ${state.alpha}, lies beyond the ends; ${alpha} is shown.`);
      const end = (/** @type {EndName} */ key) => {
        const [pixels, code] = [state[`${key}_pixels`], state[`${key}_code`]];
        if (pixels) return {pixels: toBase64(pixels)};
        return code ? {code: fromUrlSafe(code)} : {i: state[key]};
      };
      /** @type {View} */
      const view = {
        model: named,
        a: end("a"),
        b: end("b"),
        alpha,
        method: state.method,
        beyond: state.beyond === true,
        attributes: state.attributes ?? [],
      };
      return {view, picking, problems};
    },
    /**
     * @param {View} view
     * @param {Picking} picking
     * @param {[string, string] | undefined} codes of the ends, once they are known
     */
    write(view, {target, source}, codes) {
      const decoder = known[view.model];
      const words = END_NAMES.map((key, n) => {
        const {i, pixels, code} = view[key];
        if (i !== undefined) return {[key]: i};
        if (pixels && decoder.kind === "clothes") return {[`${key}_pixels`]: fromBase64(pixels)};
        return {[`${key}_code`]: toUrlSafe(code ?? codes?.[n] ?? "")}; // a photo is too long for a link
      });
      return schema(decoder).write({
        model: view.model,
        alpha: view.alpha,
        method: view.method,
        beyond: view.beyond || null,
        attributes: view.attributes.some(Boolean) ? view.attributes : null,
        ...Object.assign({}, ...words),
        ...(target === "b" ? {end: target} : {}),
        ...(source === "draw" ? {source} : {}),
      });
    },
  };
}

/**
 * How far each attribute is moved.
 * @param {Decoder} decoder
 * @param {number} most
 */
function amounts({name, attributes}, most) {
  const field = numbers({count: attributes.length, min: -most, max: most});
  return attributes.length ? field : {...field, explain: () => `${name} knows no attributes; the link's are left out.`};
}

/**
 * The pixels of a drawing, which decoders of faces do not take.
 * @param {Decoder} decoder
 * @param {import("../web/types").Dataset} dataset
 */
function drawing({name, kind}, dataset) {
  const field = pictureField(() => dataset);
  if (kind === "clothes") return field;
  return {...field, parse: () => undefined, wants: () => `left out, for ${name} takes no drawings`};
}
