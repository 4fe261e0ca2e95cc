// @ts-check
// What the networks say of a picture, computed on the visitor's own machine: probabilities, and what each layer sees.
import {fromBase64, toBase64} from "../../web/lib/base64.js";
import {pageModels} from "../../web/lib/local/inference.js";
import {toTensor} from "../../web/lib/local/pictures.js";

/**
 * @typedef {import("../../web/lib/local/inference.js").LocalModels} LocalModels
 * @typedef {import("../../web/lib/local/host.js").Numbers} Numbers
 */

const PART = "activations";
const VERDICT = ["probs", "familiarity", "threshold"]; // the last two of calibrated networks alone
const NO_LAYERS = ["output", ...VERDICT]; // of what a network gives

/**
 * @param {string} warning of a picture unlike all that a network was taught, with {familiarity} and {threshold}
 * @param {LocalModels} [models]
 */
export function localAnswers(warning, models = pageModels()) {
  const areHere = (/** @type {string[]} */ names) => {
    models.want(names);
    return names.every((name) => models.has(name, PART));
  };
  const run = (/** @type {string} */ name, /** @type {string} */ pixels, /** @type {string[]} */ outputs) =>
    models.run(name, PART, {x: toTensor(fromBase64(pixels), models.model(name).shape)}, outputs);

  let shown = ""; // the network whose layers are shown
  /** @type {{key: string, given: ReturnType<typeof run>} | null} */
  let latest = null; // what all its layers gave: they are asked for right after the verdict, by which they are known
  function runShown(/** @type {string} */ pixels) {
    const key = `${shown} ${pixels}`;
    if (latest?.key !== key) {
      const asked = {key, given: run(shown, pixels, [])};
      asked.given.catch(() => {
        if (latest === asked) latest = null;
      });
      latest = asked;
    }
    return latest.given;
  }

  return {
    /** @param {{pixels: string, networks: string[]}} request */
    async classify({pixels, networks}) {
      if (!areHere(networks)) return null;
      const given = await Promise.all(
        networks.map((name) => (name === shown ? runShown(pixels) : run(name, pixels, VERDICT))),
      );
      return {probs: given.map(({probs}) => [...probs.data]), unlike: given.map((each) => unlikeOf(each, warning))};
    },
    /** @param {{pixels: string, checkpoint: string}} request */
    async feature_maps({pixels, checkpoint}) {
      if (!areHere([checkpoint])) return null;
      shown = checkpoint;
      const taps = Object.entries(await runShown(pixels)).filter(([name]) => !NO_LAYERS.includes(name));
      const layers = taps.map(([name, {data, dims}]) => ({name, shape: dims.slice(1), data: toBase64(scaled(data))}));
      return {checkpoint, layers};
    },
  };
}

/**
 * The warning, if a calibrated network finds the picture strange.
 * @param {Record<string, Numbers>} given
 * @param {string} warning
 */
export function unlikeOf({familiarity, threshold}, warning) {
  if (!familiarity || familiarity.data[0] >= threshold.data[0]) return "";
  return warning
    .replace("{familiarity}", familiarity.data[0].toFixed(1))
    .replace("{threshold}", threshold.data[0].toFixed(1));
}

/**
 * Activations as bytes, the largest as 255; the square root shows weak ones too.
 * @param {Float32Array} values
 */
export function scaled(values) {
  let most = 1e-6;
  for (const value of values) most = Math.max(most, value);
  return Uint8Array.from(values, (value) => 255 * Math.sqrt(Math.max(0, value) / most));
}
