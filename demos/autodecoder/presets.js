// @ts-check
// What the tab starts with, and its examples.
import {exampleShown} from "../web/components/example_buttons.js";
import {familiesOf} from "./parts/learned.js";

/**
 * @typedef {import("./types").View} View
 * @typedef {import("./types").ViewName} ViewName
 * @typedef {Partial<View> & {isFace?: boolean, isEvery?: boolean}} Preset isFace: a face is fitted, which is no
 *   clothing; isEvery: by every model
 */

/** @type {Record<ViewName, string>} */
export const VIEWS = {
  magnitude: "Magnitude",
  try: "Codes to try",
  four: "Four models",
  learned: "Learned distribution",
  fit: "Fit a code",
  map: "Map of codes",
  path: "Between two",
};

const SIDE = 28; // pixels of a picture
const PASSING = ["alpha", "step"]; // what may change while an example is looked at

/**
 * @param {import("./types").Props} props
 * @param {number} [others] test images of another dataset than that of the models that ship
 * @returns {View}
 */
export function startView({models, magnitudes, alphas, starts}, others = 0) {
  return {
    view: "try",
    image: others ? 0 : 900,
    magnitude: Math.round((magnitudes - 1) / 2),
    seed: 0,
    cell: [Math.min(1, models.length - 1), 2],
    training: 0,
    family: familiesOf(models)[0],
    sort: "nats",
    drawSeed: 0,
    dimension: null,
    drawing: null,
    model: models[0],
    steps: 100,
    start: starts[0],
    step: null,
    sides: [models[0], models[1] ?? models[0]],
    point: null,
    hidden: [],
    a: others ? 0 : 112,
    b: others ? others - 1 : 634,
    alpha: Math.round((alphas - 1) / 2),
    shownClass: others ? 0 : 3,
  };
}

/**
 * Examples by view and name; what one leaves out is as at the start.
 * @param {import("./types").Props} props
 * @returns {Record<ViewName, Record<string, Preset>>}
 */
export function makePresets({models, ...props}) {
  const start = startView({models, ...props});
  const {image, magnitude, a, b, alpha, shownClass, steps} = start;
  const stretched = (/** @type {number} */ times) => ({image, magnitude: magnitude * times});
  const between = {a, b, alpha, shownClass};
  const fitted = {image, start: start.start, steps, drawing: null, step: null};
  const lookedAt = (/** @type {string} */ model, /** @type {number} */ column) =>
    /** @type {Preset} */ ({seed: 0, cell: [Math.max(0, models.indexOf(model)), column]});
  const shownBy = (/** @type {number} */ picture) => ({image: picture, drawing: null, seed: 0});
  return {
    try: {
      "Zeros: the middle of all codes": lookedAt("vad-gaussian", 0),
      "A code that no prior gives": lookedAt("ad", 1),
      "A random code, without a prior": lookedAt("ad", 2),
      "The same, with a prior": lookedAt("vad-gaussian", 2),
    },
    four: {
      "An ankle boot": shownBy(image),
      "A shirt": shownBy(603),
      "A bag": shownBy(803),
      "A face": {isFace: true, seed: 0},
    },
    learned: {
      "A Gaussian": {family: start.family, dimension: null, drawSeed: 0},
      "An exponential": {family: familiesOf(models)[1], dimension: null, drawSeed: 0},
      "A uniform": {family: familiesOf(models)[2], dimension: null, drawSeed: 0},
    },
    magnitude: {
      "An ankle boot": stretched(1),
      "Half of a shirt": {...stretched(0.5), image: 603},
      "Half as much again": {...stretched(1.5), image: 703},
      "Nothing at all": stretched(0),
      Twice: stretched(2),
    },
    fit: {
      "A sandal": {...fitted, image: 500},
      "A bag by all four": {...fitted, image: 803, isEvery: true},
      "From a linear guess": {...fitted, start: "guess", image: 600},
      "A face": {isFace: true},
    },
    path: {
      "Trouser to shirt": between,
      "Sneaker to ankle boot": {...between, a: 700, b: 900, shownClass: 9},
      "T-shirt to coat": {...between, a: 0, b: 400, shownClass: 2},
      "Bag to sandal": {...between, a: 800, b: 500, shownClass: 7},
    },
    map: {
      "AD and Gaussian": {sides: ["ad", "vad-gaussian"]},
      "Gaussian and uniform": {sides: ["vad-gaussian", "vad-uniform"]},
      "AD and exponential": {sides: ["ad", "vad-exponential"]},
    },
  };
}

/**
 * The name of the view's example that is shown, wherever on its path.
 * @param {View} view
 * @param {Record<string, Preset>} presets of the view
 */
export function presetShown(view, presets) {
  const drawn = String(view.drawing) === String(face());
  const rows = Object.entries(presets).map(([name, {isEvery, ...preset}]) => [name, preset]);
  return exampleShown({...view, isFace: drawn}, Object.fromEntries(rows), PASSING);
}

/** No clothing: a round face with two eyes and a mouth, grey bytes. */
export function face() {
  return Uint8Array.from({length: SIDE ** 2}, (_, i) => {
    const x = (i % SIDE) - 13.5;
    const y = Math.floor(i / SIDE) - 13.5;
    const r = Math.hypot(x, y);
    const isEye = Math.hypot(Math.abs(x) - 4.5, y + 3.5) < 1.8;
    const isMouth = y > 2 && Math.abs(r - 7) < 1;
    if (r > 12) return 0;
    return isEye || isMouth ? 20 : 230;
  });
}
