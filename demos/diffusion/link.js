// @ts-check
// What the tab starts with, its examples, and what a link of it holds.

import {exampleShown} from "../web/components/example_buttons.js";
import {fromBase64, toBase64} from "../web/lib/base64.js";
import {pictureBytes} from "../web/lib/server/sample.js";
import {bytes, integer, number, oneOf, urlState} from "../web/lib/url_state.js";
import {BOTH, nearestTime, packHole, unpackHole} from "./paths.js";

/**
 * @typedef {import("./types").View} View
 * @typedef {import("./types").ViewName} ViewName
 * @typedef {import("./types").State} State
 */

/** @type {Record<ViewName, string>} */
const VIEWS = {
  paths: "64 paths",
  picture: "Your picture",
  hole: "Fill a hole",
  walk: "Noise to noise",
  others: "Other models",
  training: "Training",
};

/**
 * The views that a flow has: beside others only where those are of the same images.
 * @param {import("./types").SetProps} props
 */
export function viewsOf({isShipped, hasFilm}) {
  const {others, training, ...all} = VIEWS;
  return {...all, ...(isShipped && {others}), ...(hasFilm && {training})};
}

/** @param {number} side the right half of a picture so many pixels wide */
const halfHole = (side) => Uint8Array.from({length: side ** 2}, (_, i) => (i % side >= side / 2 ? 255 : 0));
const BAG = 8; // the class
const BOOT = 905; // a test image
const PASSING = ["t", "from", "place", "snapshot", "isToPlay"]; // what may change while an example is shown

/**
 * @param {import("./types").SetProps} props
 * @returns {View}
 */
export function startView({
  methods,
  steps,
  isShipped,
  dataset: {
    image_shape: [, side],
  },
}) {
  return {
    view: "paths",
    seed: 0,
    steps,
    method: methods[0],
    label: -1,
    guidance: 0,
    tile: 0,
    to: 11,
    place: 0,
    t: 1,
    from: 0.4,
    snapshot: -1,
    hole: toBase64(halfHole(side)),
    picture: {kind: "real", real: isShipped ? BOOT : 0},
  };
}

/**
 * Examples by name.
 * @param {import("./types").SetProps} props
 * @returns {Record<string, Partial<State>>}
 */
export function makePresets(props) {
  const {view, steps, method, label, guidance, picture, hole, from} = startView(props);
  const plain = {view, steps, method, label, guidance};
  const {isShipped, isLabelled, classes} = props;
  const asked = isShipped ? BAG : 0;
  const only = isShipped ? "Only bags, guidance 3" : `Only ${classes[0]}, guidance 3`;
  return {
    [isShipped ? "From noise to clothes" : "From noise to pictures"]: {...plain, t: 0, isToPlay: true},
    "One step": {...plain, steps: 1, t: 1},
    "Euler beside Heun": {...plain, steps: 4, method: BOTH, t: 1},
    ...(isLabelled && {[only]: {...plain, label: asked, guidance: 3, t: 1}}),
    "Bring it back": {view: "picture", label, guidance, picture, from},
    [isShipped ? "Half a boot" : "Half a picture"]: {...plain, view: "hole", picture, hole, t: 1},
  };
}

/**
 * The example that is shown, wherever in its film.
 * @param {State} state
 * @param {Record<string, Partial<State>>} presets
 * @returns {string | undefined}
 */
export const presetShown = (state, presets) => exampleShown(state, presets, PASSING);

/**
 * @param {object} options
 * @param {import("./types").SetProps} options.props
 * @param {View} options.start what a link leaves out
 * @param {() => number} options.imageCount test images
 */
export function diffusionLink({props, start, imageCount}) {
  const {
    classes,
    methods,
    side,
    seeds,
    dataset,
    checkpoint,
    most_steps: mostSteps,
    most_guidance: mostGuidance,
    walk,
  } = props;
  const time = (/** @type {number} */ fallback) => number({min: 0, max: 1, fallback, digits: 3});
  const link = urlState({
    tab: "diffusion",
    fields: {
      checkpoint: oneOf([checkpoint ?? ""], checkpoint ?? ""),
      view: oneOf(/** @type {ViewName[]} */ (Object.keys(viewsOf(props))), start.view),
      seed: integer({min: 0, max: seeds - 1, fallback: start.seed}),
      steps: integer({min: 1, max: mostSteps, fallback: start.steps}),
      method: oneOf([...methods, BOTH], start.method),
      class: integer({min: 0, max: classes.length - 1, fallback: null}),
      guidance: number({min: 0, max: mostGuidance, fallback: start.guidance, digits: 1}),
      tile: integer({min: 0, max: side ** 2 - 1, fallback: start.tile}),
      to: integer({min: 0, max: side ** 2 - 1, fallback: start.to}),
      place: integer({min: 0, max: walk - 1, fallback: start.place}),
      t: time(start.t),
      from: time(start.from),
      snapshot: integer({min: 0, fallback: null}),
      hole: bytes(dataset.image_shape[1] ** 2 / 8),
      real: integer({min: 0, max: () => imageCount() - 1, fallback: null}),
      pixels: bytes(pictureBytes(dataset)),
    },
  });

  return {
    /**
     * @param {URLSearchParams} [query] the page's own, without one
     * @returns {{view: View, problems: string[]}}
     */
    read(query) {
      const {state: linked, problems} = link.read(query);
      const {checkpoint: _, class: label, snapshot, hole, real, pixels, ...view} = linked;
      /** @type {import("./types").Picture} */
      let picture = start.picture;
      if (real !== null) picture = {kind: "real", real};
      if (pixels) picture = {kind: "pixels", pixels: toBase64(pixels)};
      const held = hole ? toBase64(unpackHole(hole)) : start.hole;
      return {view: {...view, label: label ?? -1, snapshot: snapshot ?? -1, hole: held, picture}, problems};
    },
    /** @param {View} shown */
    write(shown) {
      const {view, seed, steps, method, label, guidance, tile, to, place, t, from, snapshot, hole, picture} = shown;
      const asked = {seed, ...(label < 0 ? {} : {class: label, guidance})};
      /** @type {Record<ViewName, object>} */
      const parts = {
        paths: {...asked, steps, method, tile, t},
        picture: {...asked, from, ...pictureFields(picture)},
        hole: {
          ...asked,
          steps,
          method,
          t,
          tile,
          ...pictureFields(picture),
          ...(hole ? {hole: packHole(fromBase64(hole))} : {}),
        },
        walk: {...asked, steps, method, tile, to, place},
        others: {seed},
        training: {tile, ...(snapshot < 0 ? {} : {snapshot})},
      };
      return link.write(/** @type {any} */ ({...(checkpoint && {checkpoint}), view, ...parts[view]}));
    },
  };
}

/** @param {import("./types").Picture} picture */
function pictureFields(picture) {
  if (picture?.kind === "real") return {real: picture.real};
  return picture ? {pixels: fromBase64(picture.pixels)} : {};
}

/**
 * What is shown, for Python's lines; null while the pad is empty.
 * @param {View} shown
 * @param {import("./types").Props} props
 * @param {number} snapshots of the training
 */
export function linesRequest(shown, {returns, methods}, snapshots) {
  const {view, seed, steps, method, label, guidance, tile, to, from, snapshot, hole, picture} = shown;
  if (!picture && (view === "picture" || view === "hole")) return null;
  const asked = label < 0 ? {guidance: 0, classes: null} : {guidance, classes: label};
  return {
    ...{view, seed, steps, tile, to, hole, ...asked},
    method: method === BOTH ? methods[0] : method,
    place: nearestTime(returns, from),
    snapshot: snapshot < 0 ? snapshots - 1 : snapshot,
    ...(picture?.kind === "real" && {real: picture.real}),
    ...(picture?.kind === "pixels" && {pixels: picture.pixels}),
  };
}
