// @ts-check
// The auto-decoders as people read them: names, colours, and what the classifier says of their pictures.
import {escapeHtml} from "../web/lib/dom.js";
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

const OTHERS = ["#d9772b", "#4477cc", "#b0489a", "#2a9d8f"]; // inks of models that do not ship

/** @param {{name: string, words: string}[]} models that do not ship */
export function nameModels(models) {
  models.forEach(({name, words}, m) => {
    [NAMES[name], INKS[name]] = [words, OTHERS[m % OTHERS.length]];
  });
}

/** @param {string} model */
export const nameHtml = (model) =>
  `<span class="auto-name" style="--color:${INKS[model]}">${escapeHtml(NAMES[model])}</span>`;

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
export const optionHtml = (value, label) => `<option value="${value}">${escapeHtml(label)}</option>`;
