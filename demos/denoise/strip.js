// @ts-check
// Everything a drag can show, which comes in one answer: a row for each slider and each picture, a column a level.
import {CLEAN, NOISY} from "./state.js";

/**
 * @typedef {Omit<import("./types").StripAnswer, "sprite"> & {sprite: import("../web/lib/sprite.js").Sprite,
 *   of: StripOf}} Strip
 * @typedef {{pixels: Uint8Array, noise: string, seed: number, at: number[], names: string[]}} StripOf what it is the
 *   answer to: names are of the denoisers
 * @typedef {{pixels: Uint8Array | null, noise: string, seed: number, at: number[], parameter: number}} Wanted
 */

/**
 * Whether a strip is of the picture, the noise and the draw that are shown now.
 * @param {StripOf} of
 * @param {Wanted} wanted
 */
export const isOfNow = (of, {pixels, noise, seed}) => of.pixels === pixels && of.noise === noise && of.seed === seed;

/**
 * Whether its tiles are exactly those wanted: the sliders that stand still stood where they stand now.
 * @param {StripOf} of
 * @param {Wanted} wanted
 */
export const isExact = (of, wanted) =>
  isOfNow(of, wanted) && of.at.every((index, p) => p === wanted.parameter || index === wanted.at[p]);

/**
 * The denoisers that are asked for: those compared, and beside them whichever is shown of those that met one noise.
 * @param {{denoisers: string[], one_noise: Record<string, string>}} props
 * @param {{model: string, left: string}} shown
 */
export const namesFor = ({denoisers, one_noise}, {model, left}) => [
  ...denoisers,
  ...Object.keys(one_noise).filter((name) => name === model || name === left),
];

/**
 * Whether a strip has the pictures on both sides of the divider.
 * @param {{names: string[]}} of
 * @param {{model: string, left: string}} shown
 */
export const holds = ({names}, {model, left}) =>
  [model, left].every((name) => name === NOISY || name === CLEAN || names.includes(name));

/**
 * Whether nothing is missing of what is shown.
 * @param {StripOf} of
 * @param {Wanted & {model: string, left: string}} wanted
 */
export const isWhole = (of, wanted) => isExact(of, wanted) && holds(of, wanted);

/**
 * @param {readonly string[]} denoisers
 * @param {Strip} strip
 * @param {Wanted} wanted
 */
export function stripView(denoisers, {columns, sprite, psnr, ssim}, {parameter, at}) {
  const rows = [NOISY, ...denoisers];
  const column = at[parameter] ?? 0;
  const row = (/** @type {string} */ name) => parameter * rows.length + rows.indexOf(name);
  const tile = (/** @type {string} */ name) => row(name) * columns + column;
  return {
    column,
    names: denoisers,
    /** @param {string} name */
    psnr: (name) => psnr[row(name)][column],
    /** @param {string} name */
    ssim: (name) => ssim[row(name)][column],
    /** @param {string} name the PSNR at every level */
    curve: (name) => psnr[row(name)],
    /** @param {string} name @param {HTMLCanvasElement} canvas */
    paint: (name, canvas) => sprite.paint(tile(name), canvas),
    /** @param {string} name */
    pixels: (name) => sprite.pixels(tile(name)),
  };
}

/** @typedef {ReturnType<typeof stripView>} StripView */
