// @ts-check
// The auto-decoders as people read them: names, colours, and what the classifier says of their pictures.
import {percent} from "../web/lib/format.js";

/** @type {Record<string, string>} */
export const NAMES = {
  ad: "AD",
  "vad-gaussian": "Gaussian VAD",
  "vad-exponential": "Exponential VAD",
  "vad-uniform": "Uniform VAD",
};

/** @type {Record<string, string>} */
export const INKS = {ad: "#d9772b", "vad-gaussian": "#4477cc", "vad-exponential": "#b0489a", "vad-uniform": "#2a9d8f"};

/** @param {string} model */
export const nameHtml = (model) => `<span class="auto-name" style="--color:${INKS[model]}">${NAMES[model]}</span>`;

/**
 * Labels by model.
 * @param {string[]} models
 */
export const namesOf = (models) => Object.fromEntries(models.map((model) => [model, NAMES[model]]));

/**
 * The most probable class and its probability.
 * @param {string[]} classes
 * @param {number[]} probs
 */
export function prediction(classes, probs) {
  const best = Math.max(...probs);
  return `${classes[probs.indexOf(best)]} ${percent(best)}`;
}

/**
 * A line for every model.
 * @param {string[]} models
 * @param {number[][]} values
 */
export const seriesOf = (models, values) =>
  models.map((model, m) => ({name: NAMES[model], values: values[m], color: INKS[model]}));

/**
 * @param {string | number} value
 * @param {string} label
 */
export const optionHtml = (value, label) => `<option value="${value}">${label}</option>`;
