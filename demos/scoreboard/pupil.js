// @ts-check
// The table at first sight: what a model does, how good it is, and how long it trained.
import {escapeHtml} from "../web/lib/dom.js";
import {bullet, figure, TARGETS, title} from "./figures.js";

/** @typedef {import("./types").Row} Row */
/** @typedef {import("./types").Measure} Measure */

/** The columns, by those of the whole table that they are sorted as. */
export const PUPIL_COLUMNS = {
  name: {title: "What", hint: "sorted by name"},
  measured: {title: "How good", hint: "sorted by the figure"},
  minutes: {title: "How long", hint: "sorted by minutes of training"},
};

/** @type {Record<string, string>} by architecture */
const TASKS = {
  "resnet-classifier": "names the clothes on a picture",
  fashionnet: "names the clothes on a picture",
  "photo-classifier": "names the clothes on a picture; learned from photos too",
  "encoder-head": "names clothes by an autoencoder's code",
  autoencoder: "squeezes a picture into a short code and paints it again",
  vae: "paints a picture again from a code, and new ones from random codes",
  "face-vae": "paints a face again from a code, and new ones from random codes",
  "auto-decoder": "paints clothes from codes that are searched for",
  "denoising-autoencoder": "takes noise off a picture",
  unet: "takes noise off a picture",
  dcgan: "makes up clothes, taught by an opponent",
  flow: "makes clothes out of noise, step by step",
};

/** @type {Record<string, string>} figures whose short names say little */
const NAMES = {mse: "mean squared error", "course error": "the course's error", frechet: "Fréchet distance"};

/** @type {Record<string, string>} by target */
const COMPARED = {report: "the course report", goal: "our goal", baseline: "a linear code (PCA)"};

/**
 * How good a model is, in words: its first figure, and what it is compared with.
 * @param {Measure} measure
 */
export function goodWords(measure) {
  const value = figure(measure.name, measure.value);
  const said = measure.name.endsWith("accuracy")
    ? `${value} named right`
    : `${NAMES[title(measure.name)] ?? title(measure.name)} ${value}`;
  const against = ["report", ...TARGETS].find((kind) => targetOf(measure, kind).margin !== null);
  if (!against) return {said, compared: "", isGood: null};
  const {value: target, margin} = targetOf(measure, against);
  const isGood = (margin ?? 0) >= 0;
  const how = isGood ? (margin ? "better than" : "as good as") : "short of";
  return {said, compared: `${how} ${COMPARED[against]}: ${figure(measure.name, target)}`, isGood};
}

/**
 * @param {Measure} measure
 * @param {string} kind
 */
const targetOf = (measure, kind) => measure[/** @type {import("./figures.js").TargetName} */ (kind)];

/** @param {number} minutes */
export function durationWords(minutes) {
  const whole = Math.max(1, Math.round(minutes));
  const [hours, rest] = [Math.floor(whole / 60), whole % 60];
  const count = (/** @type {number} */ n, /** @type {string} */ unit) => (n ? `${n} ${unit}${n > 1 ? "s" : ""}` : "");
  return `${count(hours, "hour")} ${count(rest, "minute")}`.trim();
}

/**
 * @param {Row} row
 * @param {boolean} isChosen
 * @param {number} longest minutes of any model
 */
export function pupilRowHtml(row, isChosen, longest) {
  const name = escapeHtml(row.name);
  const open = `<tr data-model="${name}" tabindex="${isChosen ? 0 : -1}" aria-selected="${isChosen}">`;
  if (row.error) return `${open}<th scope="row">${name}</th><td colspan="2">${escapeHtml(row.error)}</td></tr>`;
  const [first] = row.measures;
  const {said, compared, isGood} = first ? goodWords(first) : {said: "–", compared: "", isGood: null};
  const mark =
    isGood === null ? "" : `<small class="${isGood ? "met" : "missed"}">${isGood ? "✓" : "✗"} ${compared}</small>`;
  const share = (100 * row.minutes) / (longest || 1);
  return `${open}<th scope="row">${name}<small>${TASKS[row.model] ?? escapeHtml(row.model)}</small></th>
    <td><strong>${said}</strong>${first ? bullet(first) : ""}${mark}</td>
    <td>${durationWords(row.minutes)}
      <span class="bullet" aria-hidden="true"><b style="width:${share}%"></b></span></td></tr>`;
}
