// @ts-check
// What a link of Features holds: one value for all maps, or one a map with commas between.
import {fromBase64, toBase64} from "../web/lib/base64.js";
import {pictureBytes} from "../web/lib/server/sample.js";
import {bytes, flag, integer, oneOf, text, urlState} from "../web/lib/url_state.js";
import {plainLayer, startOf} from "./parts/sets.js";
import {IMAGES, MOST_MAPS, MOST_SEED, PLAIN_MAP, withinLayers} from "./views.js";

/**
 * @typedef {import("./types").View} View
 * @typedef {import("./types").MapSettings} MapSettings
 * @typedef {object} Shown
 * @property {Set<number>} hidden classes
 * @property {number | null} frame of t-SNE
 * @property {number | null} point the one that is kept: the number of an image in the sample, or of another point
 * @property {string | null} own a picture of the visitor's, in base64
 * @property {string} sought what is searched for
 */

/**
 * A list of values that each pass a check.
 * @template Value
 * @param {(text: string) => Value | undefined} parse
 * @param {string} what they are
 * @param {number} [most]
 * @returns {import("../web/lib/url_state.js").Field<Value[] | null>}
 */
const list = (parse, what, most = MOST_MAPS) => ({
  fallback: null,
  parse(text) {
    const values = text.split(",").filter(Boolean).map(parse);
    const fits = values.length > 0 && values.length <= most && values.every((value) => value !== undefined);
    return fits ? /** @type {Value[]} */ (values) : undefined;
  },
  format: (values) => (values ?? []).join(","),
  wants: () => `${what}, at most ${most} with commas between them`,
});

/** @param {string[]} options */
const wordOf = (options) => (/** @type {string} */ text) => options.find((option) => option === text);

/**
 * @param {number} low
 * @param {number} high
 * @param {boolean} isWhole
 */
const numberIn = (low, high, isWhole) => (/** @type {string} */ text) => {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return value >= low && value <= high && (!isWhole || Number.isInteger(value)) ? value : undefined;
};

/** @param {import("./types").SetProps} props */
export function featuresLink(props) {
  const {classes, checkpoint, checkpoints, frames, methods, starts, truths, counts, side} = props;
  const [fewest, most] = props.per_class;
  const imageCount = counts.reduce((sum, count) => sum + count, 0);
  const layers = [...new Set(checkpoints.flatMap(props.layersOf))];
  const start = startOf(props, checkpoint);
  const link = urlState({
    tab: "features",
    fields: {
      checkpoint: oneOf(checkpoints, checkpoint),
      data: oneOf([IMAGES, ...Object.keys(truths)]),
      shuffled: flag(),
      layer: list(wordOf(layers), layers.join(" or ")),
      n: integer({min: fewest, max: most, fallback: start.n}),
      method: list(wordOf(methods), methods.join(" or ")),
      perplexity: list(numberIn(1, imageCount - 1, false), `numbers from 1 to ${imageCount - 1}`),
      seed: list(numberIn(0, MOST_SEED, true), `whole numbers from 0 to ${MOST_SEED}`),
      start: list(wordOf(starts), starts.join(" or ")),
      dimensions: oneOf(/** @type {(2 | 3)[]} */ ([2, 3])),
      frame: integer({min: 0, max: frames - 1, fallback: null}),
      point: integer({min: 0, max: imageCount - 1, fallback: null}),
      hide: list(
        numberIn(0, classes.length - 1, true),
        `whole numbers from 0 to ${classes.length - 1}`,
        classes.length,
      ),
      find: text({matches: /^.{1,40}$/s, wants: "a class or a number"}),
      pixels: {...bytes(pictureBytes(props.dataset)), wants: () => `a picture of ${side} × ${side} pixels in base64`},
    },
  });
  const isNamed = (/** @type {View} */ view) =>
    props.isShipped ? view.checkpoint !== checkpoint : props.listed.includes(view.checkpoint);
  return {
    /**
     * @param {URLSearchParams} [query] the page's own, without one
     * @returns {{view: View, shown: Shown, problems: string[]}}
     */
    read(query) {
      const {state, problems} = link.read(query);
      const {layer, method, perplexity, seed, start: starting, n, dimensions, frame, point, hide, pixels} = state;
      const view = {
        checkpoint: state.checkpoint,
        data: state.data,
        shuffled: !!state.shuffled,
        n,
        dimensions,
        maps: mapsOf({layer, method, perplexity, seed, start: starting}, startOf(props, state.checkpoint)),
      };
      const own = pixels ? toBase64(pixels) : null;
      const within = withinLayers(view, props.layersOf(view.checkpoint), plainLayer(props, view.checkpoint));
      return {
        view: within,
        shown: {hidden: new Set(hide ?? []), frame, point, own, sought: state.find ?? ""},
        problems,
      };
    },
    /**
     * @param {View} view
     * @param {Shown} shown
     */
    write(view, {hidden, frame, point, own, sought}) {
      const begins = short(view.maps.map(({start: begin}) => begin));
      return link.write({
        ...(isNamed(view) ? {checkpoint: view.checkpoint} : {}),
        ...(view.data === IMAGES ? {} : {data: view.data}),
        ...(view.shuffled ? {shuffled: true} : {}),
        layer: short(view.maps.map(({layer}) => layer)),
        n: view.n,
        method: view.maps.map(({method}) => method),
        perplexity: short(view.maps.map(({perplexity}) => perplexity)),
        seed: short(view.maps.map(({seed}) => seed)),
        ...(begins.length === 1 && begins[0] === PLAIN_MAP.start ? {} : {start: begins}),
        ...(view.dimensions === 2 ? {} : {dimensions: view.dimensions}),
        frame,
        point,
        hide: hidden.size ? [...hidden] : null,
        find: sought || null,
        pixels: own ? fromBase64(own) : null,
      });
    },
  };
}

/**
 * One value where all are alike.
 * @template Value
 * @param {Value[]} values
 */
const short = (values) => (new Set(values).size === 1 ? values.slice(0, 1) : values);

/**
 * As many maps as the longest list has values; the last value of a shorter one goes on.
 * @param {{[K in keyof MapSettings]: MapSettings[K][] | null}} lists
 * @param {View} start
 * @returns {MapSettings[]}
 */
function mapsOf({layer, method, perplexity, seed, start: starting}, start) {
  const count = Math.max(...[layer, method, perplexity, seed, starting].map((values) => values?.length ?? 0));
  const methods = method ?? (count > 1 ? [PLAIN_MAP.method] : start.maps.map((map) => map.method));
  const nth = (/** @type {any[] | null} */ values, /** @type {number} */ m, /** @type {any} */ fallback) =>
    values?.[m] ?? values?.at(-1) ?? fallback;
  return Array.from({length: Math.max(count, methods.length)}, (_, m) => ({
    layer: nth(layer, m, start.maps[0].layer),
    method: nth(methods, m, PLAIN_MAP.method),
    perplexity: nth(perplexity, m, start.maps[0].perplexity),
    seed: nth(seed, m, PLAIN_MAP.seed),
    start: nth(starting, m, PLAIN_MAP.start),
  }));
}
