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

/** @param {Row} row recipe, architecture, data and file */
export function recipeHtml(row) {
  if (row.error) return "";
  const {command, ...options} = row.recipe;
  const matrix = row.confusion.length
    ? `<h4>Confusion matrix <small>rows: what it is; columns: what was predicted</small></h4><div class="matrix"></div>`
    : "";
  return `${matrix}<h4>Make it again <small>${row.minutes.toFixed(1)} minutes, seed ${row.seed}</small></h4>
    <p class="board-command"><code>${escapeHtml(command ?? "")}</code>
      <button type="button" class="loom-button" data-copy>Copy</button></p>
    <h4>Options</h4>${pairsHtml(options)}
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
  return first !== undefined && names.includes(first) ? first : names[0];
}

/**
 * @param {Row} row
 * @param {string} name of the measure
 * @returns {LineData}
 */
export function curveData(row, name) {
  const kinds = {training: row.history[name], validation: row.history[`validation_${name}`]};
  const measure = row.measures.find((m) => m.name === `test_${name}`);
  return {
    label: title(name),
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
