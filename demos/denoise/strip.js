// @ts-check
// Everything a drag can show, which comes in one answer: a row for each slider and each picture, a column a level.
import {NOISY} from "./state.js";

/**
 * @typedef {Omit<import("./types").StripAnswer, "sprite"> & {sprite: import("../web/lib/sprite.js").Sprite,
 *   of: StripOf}} Strip
 * @typedef {{pixels: Uint8Array, noise: string, seed: number, at: number[]}} StripOf what it is the answer to
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
