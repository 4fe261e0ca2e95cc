// @ts-check
// What a link of Auto-decoder holds.
import {toBase64} from "../web/lib/base64.js";
import {pictureField} from "../web/lib/picture_link.js";
import {integer, number, numbers, oneOf, urlState} from "../web/lib/url_state.js";
import {familiesOf} from "./parts/learned.js";
import {VIEWS} from "./presets.js";

/**
 * @typedef {import("./types").View} View
 * @typedef {import("./types").ViewName} ViewName
 */

const DIMENSIONS = 1024; // more than any code has
const MAGNITUDE = 2; // the largest
const SORTS = ["nats", "place"];

/**
 * @param {object} options
 * @param {import("./types").Props} options.props
 * @param {View} options.start what a link leaves out
 * @param {boolean} [options.isNamed] whether every link names a model, and so its dataset
 * @param {() => number} options.imageCount test images
 */
export function autodecoderLink({props, start, isNamed = false, imageCount}) {
  const {models, magnitudes, alphas, draws, views = VIEWS} = props;
  const {classes} = props.dataset;
  const image = (/** @type {number} */ fallback) => integer({min: 0, max: () => imageCount() - 1, fallback});
  const share = (/** @type {number} */ frame, /** @type {number} */ count) => frame / (count - 1);
  const frame = (/** @type {number} */ part, /** @type {number} */ count) => Math.round(part * (count - 1));
  const magnitudeOf = (/** @type {number} */ k) => MAGNITUDE * share(k, magnitudes);
  const [fewest, most] = props.steps;
  const link = urlState({
    tab: "autodecoder",
    fields: {
      view: oneOf(/** @type {ViewName[]} */ (Object.keys(views)), start.view),
      image: image(start.image),
      magnitude: number({min: 0, max: MAGNITUDE, fallback: magnitudeOf(start.magnitude), digits: 3}),
      seed: integer({min: 0, max: props.seeds - 1, fallback: 0}),
      cell: numbers({count: 2, min: 0, max: draws + 1}),
      training: integer({min: 0, fallback: start.training}),
      family: oneOf(familiesOf(models), start.family),
      dimension: integer({min: 1, max: DIMENSIONS, fallback: null}),
      sort: oneOf(SORTS),
      pixels: pictureField(() => props.dataset),
      model: modelsField(models),
      steps: integer({min: fewest, max: most, fallback: start.steps}),
      start: oneOf(props.starts, start.start),
      step: integer({min: 0, max: most, fallback: null}),
      point: integer({min: 0, max: () => imageCount() - 1, fallback: null}),
      hide: numbers({min: 0, max: classes.length - 1}),
      a: image(start.a),
      b: image(start.b),
      alpha: number({min: 0, max: 1, fallback: share(start.alpha, alphas), digits: 3}),
      class: integer({min: 0, max: classes.length - 1, fallback: start.shownClass}),
    },
  });

  return {
    /**
     * @param {URLSearchParams} [query] the page's own, without one
     * @returns {{view: View, problems: string[]}}
     */
    read(query) {
      const {state: linked, problems, given} = link.read(query);
      // links without a view are older than the first view of today
      const isOld = !given.includes("view") && ["image", "magnitude"].some((name) => given.includes(name));
      const cell = linked.cell && linked.cell[0] < models.length ? linked.cell.map(Math.floor) : start.cell;
      return {
        view: {
          view: isOld ? "magnitude" : linked.view,
          image: linked.image,
          magnitude: frame(linked.magnitude / MAGNITUDE, magnitudes),
          seed: linked.seed,
          cell: /** @type {[number, number]} */ (cell),
          training: linked.training,
          family: linked.family,
          sort: linked.sort,
          drawSeed: linked.seed,
          dimension: linked.dimension === null ? null : linked.dimension - 1,
          drawing: linked.pixels,
          model: linked.model?.[0] ?? start.model,
          steps: linked.steps,
          start: linked.start,
          step: linked.step,
          sides: linked.model?.length === 2 ? linked.model : start.sides,
          point: linked.point,
          hidden: (linked.hide ?? []).map(Math.floor),
          a: linked.a,
          b: linked.b,
          alpha: frame(linked.alpha, alphas),
          shownClass: linked.class,
        },
        problems,
      };
    },
    /** @param {View} shown */
    write(shown) {
      const {view, image, seed, cell, training, family, sort, drawing, model, steps, step, point, hidden, a, b} = shown;
      const isOther = (/** @type {keyof View} */ key) => shown[key] !== start[key];
      const parts = {
        magnitude: {image, magnitude: magnitudeOf(shown.magnitude)},
        try: {seed, cell: isOther("cell") ? cell : null},
        four: {...(drawing ? {pixels: drawing} : {image}), seed},
        learned: {
          training,
          family,
          dimension: shown.dimension === null ? null : shown.dimension + 1,
          sort: isOther("sort") ? sort : null,
          seed: shown.drawSeed || null,
        },
        fit: {
          ...(drawing ? {pixels: drawing} : {image}),
          model: [model],
          steps,
          start: isOther("start") ? shown.start : null,
          step: step === steps ? null : step,
        },
        map: {model: shown.sides, point, hide: hidden.length ? hidden : null},
        path: {a, b, alpha: share(shown.alpha, alphas), class: shown.shownClass},
      };
      return link.write(/** @type {any} */ ({view, ...(isNamed && {model: [start.model]}), ...parts[view]}));
    },
  };
}

/**
 * What is shown, for Python's lines; null while the pad is empty.
 * @param {View} shown
 * @param {string[]} all models shown side by side
 */
export function linesRequest(shown, all) {
  const {view, image, drawing, magnitude, drawSeed, family, training, model, steps, start, step, sides, a, b} = shown;
  const takesDrawings = view === "fit" || view === "four";
  if (takesDrawings && drawing?.every((value) => value === 0)) return null;
  return {
    ...{view, image, magnitude, family, training, model, steps, start, a, b, alpha: shown.alpha},
    models: view === "map" ? [...new Set(sides)] : all,
    seed: view === "learned" ? drawSeed : shown.seed,
    step: step ?? steps,
    pixels: takesDrawings && drawing ? toBase64(drawing) : null,
  };
}

/**
 * One model, or two with a comma between them.
 * @param {string[]} models
 * @returns {import("../web/lib/url_state.js").Field<string[] | null>}
 */
function modelsField(models) {
  return {
    fallback: null,
    parse(text) {
      const names = text.split(",");
      return names.length <= 2 && names.every((name) => models.includes(name)) ? names : undefined;
    },
    format: (names) => (names ?? []).join(","),
    wants: () => `one or two of ${models.join(", ")}`,
  };
}
