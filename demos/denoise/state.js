// @ts-check
// What Denoise shows: the state, examples, names, levels, and what a link holds.
import {toBase64} from "../web/lib/base64.js";
import {pictureField} from "../web/lib/picture_link.js";
import {integer, numbers, oneOf, urlState} from "../web/lib/url_state.js";

/** @typedef {import("./types").Props} Props @typedef {import("./types").NoiseParameter} NoiseParameter */

/**
 * @typedef {object} State
 * @property {Uint8Array | null} pixels the clean picture
 * @property {number | null} image the test image that it is
 * @property {string} source "gallery" or "pad"
 * @property {string} noise
 * @property {number[]} at by parameter of the noise, index of its value
 * @property {number} parameter the slider moved last, whose levels the curve shows
 * @property {number} seed
 * @property {string} model right of the divider
 * @property {string} left of the divider
 * @property {number} wipe place of the divider in percent
 * @property {string} metric of the grid
 * @property {string} view PICTURES or ONE_NOISE
 * @property {string | null} preset name of the example shown
 * @property {import("./strip.js").Strip | null} strip
 * @property {import("./parts/one_noise.js").Crossing | null} crossing
 * @property {import("./types").GridAnswer | null} grid
 * @property {import("../web/lib/server/sample.js").Sample | null} sample
 * @property {string} problem
 * @property {string} linkProblems shown until the visitor does something
 */

/**
 * @typedef {{noise: string, levels?: number[], left?: string, model?: string, view?: string, image?: number,
 *   words: string}} Preset image: shown unless another one has been chosen
 */

export const NOISY = "noisy";
export const CLEAN = "clean";
export const MIDDLE = 50; // percent
export const PICTURES = "pictures"; // views: before and after,
export const ONE_NOISE = "one-noise"; // and each network that met one kind of noise on each of these kinds
export const METRICS = {psnr: "PSNR, dB", gain: "gain over noisy, dB", ssim: "SSIM"};

/** @type {Record<string, string>} */
const TITLES = {median: "median 3 × 3", clean: "clean picture", noisy: "noisy picture"};
export const title = (/** @type {string} */ name) => TITLES[name] ?? name;

/** @type {Record<string, Preset>} */
export const PRESETS = {
  "Trained or not": {
    noise: "salt_and_pepper",
    levels: [0.2],
    left: "cae-27",
    model: "denoiser-cae",
    words:
      "Left, an autoencoder that never met noise; right, the same network trained to take noise away. " +
      "Nothing but the training differs.",
  },
  "Trained on one noise": {
    noise: "both",
    view: ONE_NOISE,
    image: 950,
    words:
      "One network, trained three times, each time on one kind of noise. The brightest cell of a column has the best " +
      "PSNR there. Who met that noise?",
  },
  "Gaussian 0.5": {
    noise: "gaussian",
    levels: [0.5],
    words:
      "A standard deviation of half the way from black to white. Turn the level up: what breaks first, " +
      "texture or outline?",
  },
  "Unseen box": {
    noise: "box",
    levels: [0.1],
    words:
      "No training picture had a box. The U-Net knows patches of white impulses, and paints cloth over a small " +
      "box; make it larger.",
  },
  "Unseen speckle": {
    noise: "speckle",
    levels: [0.5],
    left: "cae-27",
    words:
      "Noise that grows with the picture's own brightness was not trained on, only noise in the shape of another " +
      "picture. Does denoising training help here?",
  },
  "No noise": {
    noise: "none",
    left: CLEAN,
    model: "denoiser-cae",
    words:
      "Nothing to take away. A code of 27 numbers loses detail all the same, the median smooths; the U-Net should " +
      "leave well alone.",
  },
};

export const ONE_NOISE_EXAMPLE = "Trained on one noise"; // of PRESETS, which is its view

/**
 * Index of the value nearest to a level.
 * @param {NoiseParameter} parameter
 * @param {number} level
 */
export const nearest = ({values}, level) =>
  values.reduce((best, v, i) => (Math.abs(v - level) < Math.abs(values[best] - level) ? i : best), 0);

/**
 * Indices of the wanted levels; a parameter without one stands at its start.
 * @param {NoiseParameter[]} parameters
 * @param {readonly number[]} [wanted]
 */
export const indicesOf = (parameters, wanted = []) =>
  parameters.map((parameter, p) => nearest(parameter, wanted[p] ?? parameter.start));

/**
 * @param {NoiseParameter[]} parameters
 * @param {readonly number[]} at
 */
export const levelsAt = (parameters, at) => parameters.map(({values}, p) => values[at[p]]);

/**
 * A level as people read it.
 * @param {NoiseParameter} parameter
 * @param {number} level
 */
export const formatLevel = ({unit}, level) =>
  unit === "%" ? `${Number((100 * level).toFixed(2))} %` : String(Number(level.toFixed(3)));

/** @param {number | null} psnr null is infinite */
export const decibels = (psnr) => (psnr === null ? "∞" : psnr.toFixed(1));

/**
 * @param {Props} props
 * @param {number} images how many there are
 */
export function denoiseLink({dataset, image, kinds, noise, denoisers, denoiser, one_noise, seeds}, images) {
  const all = [...denoisers, ...Object.keys(one_noise)];
  const views = /** @type {string[]} */ (all.length > denoisers.length ? [PICTURES, ONE_NOISE] : [PICTURES]);
  return urlState({
    tab: "denoise",
    fields: {
      image: integer({min: 0, max: images - 1, fallback: image}),
      pixels: pictureField(() => dataset),
      noise: oneOf(Object.keys(kinds), noise),
      level: numbers(),
      seed: integer({min: 0, max: seeds - 1, fallback: 0}),
      model: oneOf(all, denoiser),
      left: oneOf([NOISY, CLEAN, ...all]),
      wipe: integer({min: 0, max: 100, fallback: MIDDLE}),
      dial: integer({min: 0, max: 1, fallback: 0}),
      grid: oneOf(Object.keys(METRICS)),
      view: oneOf(views),
    },
  });
}

/**
 * What a link to this view holds.
 * @param {State} state
 * @param {NoiseParameter[]} parameters
 */
export function linked({image, pixels, noise, at, seed, model, left, wipe, parameter, metric, view}, parameters) {
  return {
    image: image ?? undefined,
    pixels: image === null ? pixels : null,
    ...{noise, seed, model, left},
    level: at.length ? levelsAt(parameters, at) : null,
    wipe: Math.round(wipe),
    dial: parameter || undefined,
    grid: metric === "psnr" ? undefined : metric,
    view: view === PICTURES ? undefined : view,
  };
}

/**
 * A sentence for each level of a link that its parameter does not reach.
 * @param {NoiseParameter[]} parameters
 * @param {readonly number[] | null} levels
 */
export function levelProblems(parameters, levels) {
  return parameters.flatMap((parameter, p) => {
    const [low, high] = [Math.min(...parameter.values), Math.max(...parameter.values)];
    const level = levels?.[p] ?? low;
    if (level >= low && level <= high) return [];
    const shown = parameter.values[nearest(parameter, level)];
    return [`The link's level (${parameter.name}) must be from ${low} to ${high}, not ${level}; ${shown} is shown.`];
  });
}

/**
 * What is shown, for Python's lines; null while there is no picture.
 * @param {State} state
 * @param {NoiseParameter[]} parameters
 */
export function linesRequest({pixels, image, noise, at, seed, model, view}, parameters) {
  if (!pixels) return null;
  const levels = parameters.map(({values}, p) => values[at[p]]);
  const picture = image === null ? {pixels: toBase64(pixels)} : {image};
  return {...picture, noise, levels, seed, model, view};
}
