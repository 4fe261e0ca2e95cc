// @ts-check
// One model's card as HTML, and what its learning curve draws.
import {escapeHtml} from "../web/lib/dom.js";
import {thousands} from "../web/lib/format.js";
import {figure, TARGETS, title, verdict} from "./figures.js";
import {learned} from "./table.js";

/** @typedef {import("./types").Row} Row */
/** @typedef {import("../web/components/charts/line_geometry.js").LineData} LineData */

/** @type {Record<string, string>} */
const COLORS = {training: "var(--loom-own)", validation: "var(--loom-tsne)"};
const FROZEN = "-frozen"; // end of the name of a head whose encoder did not learn
const LOSS = "loss";
const NOT_OPTIONS = ["kept_epoch", "metrics", "minutes", "sha256"]; // what is recorded of a stage beside its options
const TERM_COLORS = ["#4477cc", "#cc6677", "#ddaa33"];
/** @type {Record<string, string>} */
const TERMS = {mse: "squared error", kl: "KL divergence, weighted", structure: "1 − SSIM, weighted"};

/** @param {Record<string, unknown>} values */
function pairsHtml(values) {
  const pairs = Object.entries(values).map(([key, v]) => {
    const text = Array.isArray(v) ? v.join(" × ") : v;
    return `<div><dt>${escapeHtml(key.replaceAll("_", " "))}</dt><dd>${escapeHtml(text)}</dd></div>`;
  });
  return `<dl>${pairs.join("")}</dl>`;
}

/** @param {Row} row every measure beside goal, report and baseline */
export function measuresHtml(row) {
  if (row.error) return `<p>${escapeHtml(row.error)}</p>`;
  const targets = TARGETS.filter((kind) => kind === "goal" || row.measures.some((m) => m[kind].value !== null));
  const lines = row.measures.map((m) => {
    const cells = targets.map((kind) => `<td>${figure(m.name, m[kind].value)}${verdict(m, kind)}</td>`);
    const hasTarget = targets.some((kind) => m[kind].value !== null);
    const direction = hasTarget ? `${m.higher ? "higher" : "lower"} is better` : "";
    return `<tr><th scope="row">${escapeHtml(title(m.name))}<small>${direction}</small></th>
      <td><strong>${figure(m.name, m.value)}</strong></td>${cells.join("")}</tr>`;
  });
  const head = ["measured", ...targets].map((words) => `<th scope="col">${words}</th>`);
  return `<table><thead><tr><td></td>${head.join("")}</tr></thead><tbody>${lines.join("")}</tbody></table>`;
}

/**
 * The matrices of a card: with a frozen encoder beside the fine-tuned one where there are both.
 * @param {Row} row
 * @param {Row[]} rows all of them
 * @returns {{caption: string, row: Row}[]}
 */
export function matrices(row, rows) {
  if (!row.confusion?.length) return [];
  const tuned = row.name.replace(FROZEN, "");
  const pair = [tuned + FROZEN, tuned].map((name) => rows.find((other) => other.name === name));
  if (!pair[0] || !pair[1]) return [{caption: "", row}];
  return [
    {caption: "frozen encoder", row: pair[0]},
    {caption: "fine-tuned", row: pair[1]},
  ];
}

/** @param {{caption: string}[]} shown */
function matricesHtml(shown) {
  if (!shown.length) return "";
  const figures = shown.map(
    ({caption}) => `<figure><figcaption>${caption}</figcaption><div class="matrix"></div></figure>`,
  );
  const what = shown.length > 1 ? "percent of each true class" : "test images";
  return `<h4>Confusion matrix <small>${what}; rows: what it is; columns: what was predicted</small></h4>
    <div class="board-matrices">${figures.join("")}</div>`;
}

/**
 * The runs that made a weight, each with the options in which they differ.
 * @param {import("./types").Stage[]} stages
 */
export function stagesHtml(stages) {
  const names = new Set(stages.flatMap((stage) => Object.keys(stage)));
  for (const name of NOT_OPTIONS) names.delete(name);
  const values = (/** @type {string} */ name) =>
    stages.filter((stage) => name in stage).map((stage) => String(stage[name]));
  const differing = [...names].filter((name) => new Set(values(name)).size > 1);
  const items = stages.map((stage) => {
    const pairs = differing.filter((name) => name in stage).map((name) => [name, stage[name]]);
    const cost = stage.minutes === undefined ? "" : `<small>${stage.minutes.toFixed(1)} minutes</small>`;
    return `<li>${cost}${pairsHtml(Object.fromEntries(pairs))}</li>`;
  });
  return `<h4>Stages <small>each goes on from the one before</small></h4><ol>${items.join("")}</ol>`;
}

/**
 * Recipe, architecture, data and file.
 * @param {Row} row
 * @param {{caption: string}[]} shown matrices
 */
export function recipeHtml(row, shown) {
  if (row.error) return "";
  const {command, stages, built_upon: builtUpon, ...options} = row.recipe;
  const cost = `${row.minutes.toFixed(1)} minutes, seed ${row.seed}`;
  return `${matricesHtml(shown)}<h4>Make it again <small>${cost}</small></h4>
    <p class="board-command"><code>${escapeHtml(command ?? "")}</code>
      <button type="button" class="loom-button" data-copy>Copy</button></p>
    ${stages ? stagesHtml(stages) : ""}
    <h4>Options${stages ? " <small>of the last stage</small>" : ""}</h4>${pairsHtml(options)}
    ${builtUpon ? `<h4>Built upon</h4>${pairsHtml(builtUpon)}` : ""}
    <h4>Architecture <small>${thousands(row.parameters)} parameters</small></h4>${pairsHtml(row.config)}
    <h4>Data</h4>${pairsHtml(row.dataset)}
    <h4>File <small>weights/${escapeHtml(row.name)}.safetensors</small></h4>
    ${pairsHtml({"SHA-256": row.sha256, ...row.versions})}`;
}

/**
 * The measures with a history, the first one of the card foremost.
 * @param {Row} row
 * @returns {string[]}
 */
export function curveNames(row) {
  if (row.error || learned(row).length < 2) return [];
  return [...new Set(Object.keys(row.history).map((key) => key.replace(/^validation_/, "")))];
}

/**
 * The measure shown first.
 * @param {Row} row
 */
export function firstCurve(row) {
  const names = curveNames(row);
  const first = row.measures?.[0]?.name.replace(/^test_/, "");
  if (names.includes(LOSS) && !row.history[first ?? ""]) return LOSS; // else held-out images would stand alone
  return first !== undefined && names.includes(first) ? first : names[0];
}

/**
 * @param {Row} row
 * @param {string} name of the measure
 * @returns {LineData}
 */
export function curveData(row, name) {
  if (name === LOSS) return lossData(row);
  const kinds = {training: row.history[name], validation: row.history[`validation_${name}`]};
  const measure = row.measures.find((m) => m.name === `test_${name}`);
  return {
    label: title(name),
    xColumn: "epoch",
    log: "auto",
    format: (v, short) => figure(name, v, short),
    series: Object.entries(kinds)
      .filter(([, values]) => values?.some((v) => v !== null))
      .map(([kind, values]) => ({name: kind, values, color: COLORS[kind]})),
    targets: TARGETS.flatMap((kind) => {
      const value = measure?.[kind].value ?? null;
      return value === null ? [] : [{name: kind, value}];
    }),
  };
}

/**
 * The loss on the training images, and the terms that it is the sum of.
 * @param {Row} row
 * @returns {LineData}
 */
function lossData({history, loss_terms: terms}) {
  const parts = terms.map((term, k) => ({
    name: TERMS[term] ?? title(term),
    values: history[term],
    color: TERM_COLORS[k],
  }));
  const total = {name: "total", values: history.loss, color: "var(--loom-tsne)", strong: true};
  return {
    label: LOSS,
    xColumn: "epoch",
    zero: true,
    format: (v, short) => figure(LOSS, v, short),
    series: parts.length > 1 ? [total, ...parts] : [total],
  };
}
