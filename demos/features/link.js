// @ts-check
// What a link of Features holds: one value for all maps, or one a map with commas between.
import {integer, oneOf, urlState} from "../web/lib/url_state.js";
import {MOST_MAPS, MOST_SEED, PLAIN_MAP, startView} from "./views.js";

/**
 * @typedef {import("./types").View} View
 * @typedef {import("./types").MapSettings} MapSettings
 * @typedef {{hidden: Set<number>, frame: number | null, point: number | null}} Shown classes that are hidden, the frame
 *   of t-SNE, and the image that is kept
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

/**
 * @param {import("./types").Props} props
 * @param {() => number} imageCount test images
 */
export function featuresLink(
  {classes, checkpoint, checkpoints, frames, layers, methods, per_class: [fewest, most]},
  imageCount,
) {
  const start = startView(checkpoint);
  const link = urlState({
    tab: "features",
    fields: {
      checkpoint: oneOf(checkpoints, checkpoint),
      layer: list(wordOf(layers), layers.join(" or ")),
      n: integer({min: fewest, max: most, fallback: start.n}),
      method: list(wordOf(methods), methods.join(" or ")),
      perplexity: list(numberIn(1, classes.length * most - 1, false), `numbers from 1 to ${classes.length * most - 1}`),
      seed: list(numberIn(0, MOST_SEED, true), `whole numbers from 0 to ${MOST_SEED}`),
      dimensions: oneOf(/** @type {(2 | 3)[]} */ ([2, 3])),
      frame: integer({min: 0, max: frames - 1, fallback: null}),
      point: integer({min: 0, max: () => imageCount() - 1, fallback: null}),
      hide: list(
        numberIn(0, classes.length - 1, true),
        `whole numbers from 0 to ${classes.length - 1}`,
        classes.length,
      ),
    },
  });
  return {
    /**
     * @param {URLSearchParams} [query] the page's own, without one
     * @returns {{view: View, shown: Shown, problems: string[]}}
     */
    read(query) {
      const {state, problems} = link.read(query);
      const {layer, method, perplexity, seed, n, dimensions, frame, point, hide} = state;
      const view = {
        checkpoint: state.checkpoint,
        n,
        dimensions,
        maps: mapsOf({layer, method, perplexity, seed}, start),
      };
      return {view, shown: {hidden: new Set(hide ?? []), frame, point}, problems};
    },
    /**
     * @param {View} view
     * @param {Shown} shown
     */
    write(view, {hidden, frame, point}) {
      return link.write({
        ...(view.checkpoint === checkpoint ? {} : {checkpoint: view.checkpoint}),
        layer: short(view.maps.map(({layer}) => layer)),
        n: view.n,
        method: view.maps.map(({method}) => method),
        perplexity: short(view.maps.map(({perplexity}) => perplexity)),
        seed: short(view.maps.map(({seed}) => seed)),
        ...(view.dimensions === 2 ? {} : {dimensions: view.dimensions}),
        frame,
        point,
        hide: hidden.size ? [...hidden] : null,
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
export function mapsOf({layer, method, perplexity, seed}, start) {
  const count = Math.max(...[layer, method, perplexity, seed].map((values) => values?.length ?? 0));
  const methods = method ?? (count > 1 ? [PLAIN_MAP.method] : start.maps.map((map) => map.method));
  const nth = (/** @type {any[] | null} */ values, /** @type {number} */ m, /** @type {any} */ fallback) =>
    values?.[m] ?? values?.at(-1) ?? fallback;
  return Array.from({length: Math.max(count, methods.length)}, (_, m) => ({
    layer: nth(layer, m, PLAIN_MAP.layer),
    method: nth(methods, m, PLAIN_MAP.method),
    perplexity: nth(perplexity, m, PLAIN_MAP.perplexity),
    seed: nth(seed, m, PLAIN_MAP.seed),
  }));
}
