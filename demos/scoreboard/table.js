// @ts-check
// All models as a table: its columns, orders and rows, and the same as files.
import {sparkline} from "../web/components/charts/line_chart.js";
import {escapeHtml} from "../web/lib/dom.js";
import {thousands} from "../web/lib/format.js";
import {bullet, figure, relativeMargin, TARGETS, title, verdict} from "./figures.js";

/** @typedef {import("./types").Row} Row */
/** @typedef {{title: string, of: (row: Row) => string | number | null | undefined, hint?: string}} Column */

/** @type {Record<string, Column>} */
export const COLUMNS = {
  name: {title: "Model", of: (row) => row.name},
  measured: {
    title: "Measured",
    of: (row) => row.measures?.[0]?.value,
    hint: "on the full test set, with the shipped weights",
  },
  goal: {
    title: "Goal",
    of: (row) => relativeMargin(row.measures?.[0], "goal"),
    hint: "sorted by margin, relative to the goal",
  },
  report: {
    title: "Report",
    of: (row) => relativeMargin(row.measures?.[0], "report"),
    hint: "sorted by margin, relative to the report's figure",
  },
  baseline: {
    title: "Baseline",
    of: (row) => relativeMargin(row.measures?.[0], "baseline"),
    hint: "PCA with as many components as the code has numbers; sorted by margin",
  },
  history: {title: "Learning", of: (row) => Object.values(row.history ?? {})[0]?.length, hint: "sorted by epochs"},
  minutes: {title: "Minutes", of: (row) => row.minutes, hint: "of training"},
  parameters: {title: "Parameters", of: (row) => row.parameters},
};

/** @type {Record<string, {sort: string, falling: boolean}>} */
export const PRESETS = {
  "By name": {sort: "name", falling: false},
  "Beyond the report": {sort: "report", falling: true},
  "Short of the goal": {sort: "goal", falling: false},
  Quickest: {sort: "minutes", falling: false},
  Smallest: {sort: "parameters", falling: false},
};

/**
 * @param {Row[]} rows
 * @param {string} sort a column
 * @param {boolean} falling
 * @returns {Row[]} what has no value comes last, either way
 */
export function sorted(rows, sort, falling) {
  const {of} = COLUMNS[sort];
  return [...rows].sort((a, b) => {
    const u = of(a) ?? null;
    const v = of(b) ?? null;
    if (u === null || v === null) return Number(u === null) - Number(v === null);
    const order =
      typeof u === "string" ? u.localeCompare(String(v), "en", {numeric: true}) : u - /** @type {number} */ (v);
    return falling ? -order : order;
  });
}

/**
 * The history of a model's first measure, or of what it has.
 * @param {Row} row
 */
export function learned({measures, history = {}}) {
  const name = measures?.[0]?.name.replace(/^test_/, "");
  if (history.loss && !history[name ?? ""]) return history.loss;
  return history[`validation_${name}`] ?? history[name ?? ""] ?? Object.values(history)[0] ?? [];
}

/**
 * @param {string} sort
 * @param {boolean} falling
 * @param {Record<string, {title: string, hint?: string}>} columns
 */
export const headHtml = (sort, falling, columns = COLUMNS) =>
  Object.entries(columns)
    .map(([key, column]) => {
      const order = falling ? "descending" : "ascending";
      const arrow = falling ? "▼" : "▲";
      return `<th scope="col" aria-sort="${key === sort ? order : "none"}">
        <button type="button" data-sort="${key}" title="${column.hint ?? ""}">${column.title}
        <span>${key === sort ? arrow : ""}</span></button></th>`;
    })
    .join("");

/**
 * @param {Row} row
 * @param {boolean} isChosen
 */
export function rowHtml(row, isChosen) {
  const name = escapeHtml(row.name);
  const open = `<tr data-model="${name}" tabindex="${isChosen ? 0 : -1}" aria-selected="${isChosen}">`;
  const head = `${open}<th scope="row">${name}</th>`;
  if (row.error) return `${head}<td colspan="${Object.keys(COLUMNS).length - 1}">${escapeHtml(row.error)}</td></tr>`;
  const first = row.measures[0];
  const target = (/** @type {import("./figures.js").TargetName} */ key) =>
    first && first[key].value !== null ? figure(first.name, first[key].value) + verdict(first, key) : "–";
  const measured = first
    ? `<strong>${figure(first.name, first.value)}</strong><small>${title(first.name)}</small>${bullet(first)}`
    : "–";
  const recipe = escapeHtml(row.recipe.command ?? "")
    .split(" --")[0]
    .replace("python -m ", "");
  return `${open}<th scope="row">${name}<small>${recipe}</small></th><td>${measured}</td>
    ${TARGETS.map((kind) => `<td>${target(kind)}</td>`).join("")}
    <td>${sparkline(learned(row))}<small>${learned(row).length} epochs</small></td>
    <td class="number">${row.minutes.toFixed(row.minutes < 10 ? 1 : 0)}</td>
    <td class="number">${thousands(row.parameters)}</td></tr>`;
}

const CSV_HEAD = [
  "checkpoint",
  "architecture",
  "measure",
  "measured",
  "goal",
  "goal_margin",
  "report",
  "report_margin",
  "baseline",
  "baseline_margin",
  "minutes",
  "parameters",
  "command",
  "sha256",
];

/**
 * One line a measure.
 * @param {Row[]} rows
 */
export function csv(rows) {
  const cells = rows
    .filter((row) => !row.error)
    .flatMap((row) =>
      row.measures.map((m) => [
        row.name,
        row.model,
        m.name,
        m.value,
        ...TARGETS.flatMap((kind) => [m[kind].value, m[kind].margin]),
        row.minutes,
        row.parameters,
        row.recipe.command,
        row.sha256,
      ]),
    );
  return [CSV_HEAD, ...cells].map((line) => `${line.map(quote).join(",")}\r\n`).join("");
}

/** @param {unknown} value of a cell */
function quote(value) {
  const text = String(value ?? "");
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
