// @ts-check
// Everything a drag can show, computed on the visitor's own machine: noisy pictures, and what the networks and the
// median filter make of them.
import {fromBase64} from "../../web/lib/base64.js";
import {ifSooner} from "../../web/lib/local/answers.js";
import {batched} from "../../web/lib/local/batches.js";
import {rounded, stacked} from "../../web/lib/local/codes.js";
import {pageModels} from "../../web/lib/local/inference.js";
import {rowsOf, toBytes, toTensor} from "../../web/lib/local/pictures.js";
import {corrupt, sweep} from "./noise.js";
import {median, psnr, ssimWith} from "./quality.js";

/**
 * @typedef {import("../types").Props} Props
 * @typedef {import("../types").StripRequest} StripRequest
 * @typedef {import("../types").StripAnswer} StripAnswer
 */

const STRIP = 500; // milliseconds that the U-Net takes here for one slider, about

/**
 * @param {Pick<Props, "dataset" | "denoisers" | "filter" | "kinds" | "one_noise" | "one_level">} props
 * @param {import("../../web/lib/local/inference.js").LocalModels} [models]
 */
export function localAnswers({dataset, denoisers, filter, kinds, one_noise, one_level}, models = pageModels()) {
  const shape = dataset.image_shape;
  const isGrey = shape[0] === 1; // the filter and what is measured know no colours here

  function areHere(/** @type {string[]} */ names) {
    if (!isGrey) return false;
    const networks = names.filter((name) => name !== filter);
    models.want(networks);
    return networks.every((name) => models.has(name, "denoise") || models.has(name, "decode"));
  }

  /**
   * What a network gives back: an autoencoder that was not made to denoise has no graph for both its halves.
   * @param {string} name
   * @param {import("../../web/lib/local/host.js").Numbers} x
   */
  async function restore(name, x) {
    if (models.has(name, "denoise")) return models.run(name, "denoise", {x});
    const {code} = await models.run(name, "encode", {x});
    return models.run(name, "decode", {z: code});
  }

  /** @param {string} text @returns {Float32Array | null} a picture of the size that the networks take */
  function pictureOf(text) {
    const bytes = fromBase64(text);
    return bytes.length === shape.reduce((product, length) => product * length, 1) ? toTensor(bytes, shape).data : null;
  }

  /**
   * @param {string} name
   * @param {Float32Array[]} row
   */
  async function clean(name, row) {
    if (name === filter) return row.map(median);
    const given = [];
    for (const batch of batched(row)) {
      const {data, dims} = stacked(batch);
      const {image} = await restore(name, {data, dims: [dims[0], ...shape]});
      given.push(...rowsOf({data: image.data, dims}));
    }
    return given;
  }

  /**
   * Rows of noisy pictures, and below each what every denoiser makes of it.
   * @param {Float32Array} x the clean picture
   * @param {Float32Array[][]} noisy
   * @param {string[]} names
   * @returns {Promise<StripAnswer>}
   */
  async function answer(x, noisy, names) {
    const rows = [];
    for (const row of noisy) {
      rows.push(row);
      for (const name of names) rows.push(await clean(name, row));
    }
    const {data, dims} = stacked(rows.flat());
    const likeness = ssimWith(x);
    return {
      sprite: {bytes: toBytes({data, dims: [dims[0], ...shape]}), channels: shape[0]},
      columns: noisy[0].length,
      psnr: rows.map((row) => row.map((given) => decibels(x, given))),
      ssim: rows.map((row) => rounded(row.map(likeness), 4)),
    };
  }

  const strip = ifSooner(STRIP, async (/** @type {StripRequest} */ request) => {
    const {denoisers: names = denoisers, pixels, noise, levels, seed} = request;
    const x = pictureOf(pixels);
    const {parameters} = kinds[noise];
    return x && isWithin(parameters, levels) ? answer(x, sweep(x, noise, parameters, levels, seed), names) : null;
  });

  return {
    /**
     * @param {StripRequest} request
     * @param {number} latest milliseconds of the server's latest answer
     */
    load_strip: async (request, latest) => (areHere(request.denoisers ?? denoisers) ? strip(request, latest) : null),
    /** @param {{pixels: string, seed: number}} request */
    async load_one_noise({pixels, seed}) {
      const names = Object.keys(one_noise);
      const areThere = names.length > 0 && areHere(names);
      const x = pictureOf(pixels);
      if (!areThere || !x) return null;
      return answer(x, [Object.entries(one_level).map(([kind, at]) => corrupt(x, kind, at, seed))], names);
    },
  };
}

/**
 * @param {Float32Array} x
 * @param {Float32Array} given
 */
function decibels(x, given) {
  const value = psnr(x, given);
  return value === null ? null : rounded([value], 3)[0];
}

/**
 * @param {{values: number[]}[]} parameters
 * @param {number[]} levels
 */
const isWithin = (parameters, levels) =>
  levels.length === parameters.length &&
  parameters.every(({values}, p) => levels[p] >= Math.min(...values) && levels[p] <= Math.max(...values));
