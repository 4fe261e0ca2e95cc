// @ts-check
// What the GAN tab starts with, its examples, and what a link of it holds.
import {fromBase64, toBase64} from "../web/lib/base64.js";
import {pictureField} from "../web/lib/picture_link.js";
import {integer, oneOf, urlState} from "../web/lib/url_state.js";

/**
 * @typedef {import("./types").View} View
 * @typedef {import("./types").ViewName} ViewName
 * @typedef {import("./types").State} State
 */

const VIEWS = {training: "Training", walk: "Latent walk", score: "Real or made?"};

const COLLAPSED = "dcgan-mode-collapse";
const DIVERGED = "dcgan-collapse"; // a run whose file has an older name

/**
 * The views that a GAN has: of its training only where snapshots lie beside it.
 * @param {Pick<import("./types").Props, "hasFilm">} props
 * @returns {Partial<Record<ViewName, string>>}
 */
export function viewsOf({hasFilm = true}) {
  const {training, ...all} = VIEWS;
  return hasFilm ? VIEWS : all;
}

/**
 * @param {import("./types").Props} props
 * @returns {View}
 */
export function startView({runs, hasFilm = true}) {
  return {
    view: hasFilm ? "training" : "walk",
    run: Object.keys(runs)[0],
    snapshot: -1,
    tile: 0,
    seed: 1,
    stops: 4,
    frame: 0,
    picture: {kind: "fake", fake: 0},
  };
}

/**
 * Examples by name.
 * @param {import("./types").Props} props
 * @returns {Record<string, Partial<State>>}
 */
export function makePresets({runs, hasFilm = true}) {
  const run = Object.keys(runs)[0];
  return {
    ...(hasFilm ? {"The first steps": {view: "training", run, snapshot: 0, isToPlay: true}} : {}),
    ...(COLLAPSED in runs ? {"A mode collapse": {view: "training", run: COLLAPSED, snapshot: 0, isToPlay: true}} : {}),
    ...(DIVERGED in runs ? {"A divergence": {view: "training", run: DIVERGED, snapshot: -1}} : {}),
    "A walk": {view: "walk", seed: 7, stops: 4, frame: 0, isToPlay: true},
    "A fake that passes": {view: "score", picture: {kind: "best"}},
    ...(hasFilm ? {"A copy?": {view: "training", run, snapshot: -1, tile: "closest"}} : {}),
  };
}

/**
 * @param {object} options
 * @param {import("./types").Props} options.props
 * @param {View} options.start what a link leaves out
 * @param {boolean} [options.isNamed] whether every link names the run, and so its dataset
 * @param {() => number} options.imageCount test images
 */
export function ganLink({props, start, isNamed = false, imageCount}) {
  const {runs, tiles, seeds, stops, frames, scored} = props;
  const whole = (/** @type {number | (() => number)} */ max, /** @type {number} */ fallback) =>
    integer({min: 0, max, fallback});
  const link = urlState({
    tab: "gan",
    fields: {
      view: oneOf(/** @type {ViewName[]} */ (Object.keys(viewsOf(props))), start.view),
      run: oneOf(Object.keys(runs), start.run),
      moment: integer({min: 0, fallback: null}),
      tile: whole(tiles ** 2 - 1, 0),
      seed: whole(seeds - 1, start.seed),
      stops: oneOf(stops, start.stops),
      frame: whole(frames - 1, 0),
      real: integer({min: 0, max: () => imageCount() - 1, fallback: null}),
      made: integer({min: 0, max: scored - 1, fallback: null}),
      pixels: pictureField(() => props.dataset),
    },
  });

  return {
    /**
     * @param {URLSearchParams} [query] the page's own, without one
     * @returns {{view: View, problems: string[]}}
     */
    read(query) {
      const {state: linked, problems} = link.read(query);
      const {view, run, moment, tile, seed, stops: count, frame, real, made, pixels} = linked;
      /** @type {import("./types").Picture} */
      let picture = start.picture;
      if (real !== null) picture = {kind: "real", real};
      if (made !== null) picture = {kind: "fake", fake: made};
      if (pixels) picture = {kind: "pixels", pixels: toBase64(pixels)};
      return {
        view: {view, run, snapshot: moment ?? start.snapshot, tile, seed, stops: count, frame, picture},
        problems,
      };
    },
    /**
     * @param {View} shown
     * @param {import("./types").PictureRequest | null} request of the picture that is shown
     */
    write(shown, request) {
      const {view, run, seed, stops: count, frame} = shown;
      const film = request?.kind === "film" ? {moment: request.snapshot, tile: request.tile} : {};
      /** @type {Record<ViewName, object>} */
      const parts = {
        training: {...(isNamed ? {} : {run: run === start.run ? null : run}), ...film},
        walk: {seed, stops: count, frame},
        score: pictureFields(request),
      };
      return link.write(/** @type {any} */ ({view, ...(isNamed && {run}), ...parts[view]}));
    },
  };
}

/** @param {import("./types").PictureRequest | null} request */
function pictureFields(request) {
  if (request?.kind === "fake") return {made: request.fake};
  if (request?.kind === "real") return {real: request.real};
  return request?.kind === "pixels" ? {pixels: fromBase64(request.pixels)} : {};
}
