// @ts-check
// What a link of Latent map holds: a model, a map, and what is decoded of it.
import {fromBase64, toBase64} from "../web/lib/base64.js";
import {pictureField} from "../web/lib/picture_link.js";
import {flag, integer, number, numbers, oneOf, text, urlState} from "../web/lib/url_state.js";

/** @typedef {import("./render.js").Pinned} Pinned */

/**
 * @param {object} options
 * @param {import("./types").Props} options.props
 * @param {Record<string, number>} options.spaces which may grow
 * @param {() => import("../web/types").Dataset} options.dataset of the model that is named
 * @param {() => number} options.imageCount its test images
 */
export function latentMapLink({props, spaces, dataset, imageCount}) {
  const model = oneOf(() => Object.keys(spaces), props.checkpoint);
  const link = urlState({
    tab: "latent_map",
    fields: {
      model,
      map: oneOf(props.maps),
      x: number({fallback: null, digits: 3}),
      y: number({fallback: null, digits: 3}),
      i: integer({min: -1, max: () => imageCount() - 1, fallback: null}),
      code: numbers(),
      pixels: pictureField(dataset),
      under: flag(true),
      points: flag(true),
      find: text({matches: /^.{1,40}$/s, wants: "a class or a number"}),
    },
  });
  return {
    /** The model that the address names, whose dataset must be there before all is read. */
    readModel: () => urlState({tab: "latent_map", fields: {model}}).read().state.model,
    /** @param {URLSearchParams} [query] the page's own, without one */
    read(query) {
      const {state: linked, problems} = link.read(query);
      const {model, map, under, points} = linked;
      return {model, map, under, points, sought: linked.find ?? "", pinned: pinnedBy(linked, props.image), problems};
    },
    /** @param {{model: string, map: string, pinned: Pinned, under: boolean, points: boolean, sought: string}} shown */
    write({model, map, pinned, under, points, sought}) {
      const pixels = pinned.pixels ? fromBase64(pinned.pixels) : null;
      const hidden = {...(under ? {} : {under}), ...(points ? {} : {points})};
      return link.write({model, map, ...pinned, pixels, ...hidden, find: sought || null});
    },
  };
}

/**
 * Examples by name, for the spaces that are here; the picture that is decoded stays.
 * @param {import("./types").Props} props
 * @returns {Record<string, {model: string, map: string, under: boolean, points: boolean}>}
 */
export function makePresets({checkpoint, maps, spaces}) {
  const plain = {model: checkpoint, map: maps[0], under: true, points: true};
  const examples = {
    "27 numbers": plain,
    "Two numbers": {...plain, model: "cae-2"},
    "A VAE": {...plain, model: "vae-fashion"},
    "Only what it paints": {...plain, model: "cae-2", points: false},
    "Islands of t-SNE": {...plain, map: maps[1]},
  };
  return Object.fromEntries(Object.entries(examples).filter(([, {model, map}]) => model in spaces && map));
}

/**
 * What a link pins: a picture of the visitor's, a code, a place or an image.
 * @param {object} linked
 * @param {number | null} linked.x
 * @param {number | null} linked.y
 * @param {number | null} linked.i
 * @param {number[] | null} linked.code
 * @param {Uint8Array | null} linked.pixels
 * @param {number} image where it pins none of them
 * @returns {Pinned}
 */
function pinnedBy({x, y, i, code, pixels}, image) {
  if (pixels) return {pixels: toBase64(pixels)};
  if (code) return {code};
  if (x !== null && y !== null) return {x, y, i: i ?? -1};
  return {i: i !== null && i >= 0 ? i : image};
}
