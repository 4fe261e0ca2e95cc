// @ts-check
// Trained against tested: the mean of every denoiser under every noise, measured beforehand. A cell opens its noise.
import {saveMenu} from "../../web/components/saving/save_menu.js";
import {escapeHtml} from "../../web/lib/dom.js";
import {ARROWS_BY_ROW} from "../../web/lib/input/arrows.js";
import {formatLevel, NOISY, nearest, title} from "../state.js";

/**
 * @typedef {import("../types").GridAnswer} GridAnswer
 * @typedef {import("../types").Kind} Kind
 * @typedef {{grid: GridAnswer, metric: string, kinds: Record<string, Kind>, rows: readonly string[]}} Table
 */

const CLASSICAL = "classical";
const MEDIAN = "median"; // the one denoiser that is no network
/**
 * A figure of the grid; null is infinite, undefined is none.
 * @param {GridAnswer} grid
 * @param {string} metric
 * @param {string} name of the row
 * @param {number} c column
 * @returns {number | null | undefined}
 */
export function figure({psnr, ssim, classical}, metric, name, c) {
  if (metric === "ssim") return name === CLASSICAL ? undefined : ssim[name][c];
  const value = name === CLASSICAL ? (classical[c] ?? undefined) : psnr[name][c];
  if (metric === "psnr" || value === undefined) return value;
  const noisy = psnr[NOISY][c];
  return noisy === null || value === null ? undefined : value - noisy;
}

/**
 * The denoiser with the largest figure of a column.
 * @param {GridAnswer} grid
 * @param {string} metric
 * @param {readonly string[]} denoisers
 * @param {number} c column
 */
export function bestOf(grid, metric, denoisers, c) {
  const value = (/** @type {string} */ name) => {
    const v = figure(grid, metric, name, c);
    return v === null ? Infinity : (v ?? -Infinity);
  };
  return denoisers.reduce((a, b) => (value(b) > value(a) ? b : a));
}

/**
 * @param {number | null | undefined} v
 * @param {string} metric
 */
export function formatFigure(v, metric) {
  if (v === undefined) return "–";
  if (v === null) return "∞";
  return metric === "ssim" ? v.toFixed(2).replace(/^0/, "") : v.toFixed(1).replace("-", "−");
}

/**
 * How strongly a cell is coloured, from 0 to 1.
 * @param {number | null | undefined} v
 * @param {string} metric
 */
function strength(v, metric) {
  if (v === undefined) return 0;
  if (v === null) return 1;
  /** @type {Record<string, number>} */
  const shares = {ssim: v, psnr: (v - 5) / 25, gain: v < 0 ? -v / 8 : v / 16};
  return Math.max(0, Math.min(1, shares[metric]));
}

/**
 * @param {(selector: string) => any} find
 * @param {Record<string, Kind>} kinds
 * @param {readonly string[]} denoisers
 * @param {(column: GridAnswer["columns"][number], name: string) => void} onPick
 */
export function mismatchGrid(find, kinds, denoisers, onPick) {
  const root = /** @type {HTMLElement} */ (find(".denoise-scroll"));
  const rows = [NOISY, ...denoisers];
  /** @type {GridAnswer | null} */
  let drawn = null;
  /** @type {HTMLElement | null} */
  let here = null;
  const cell = (/** @type {string} */ name, /** @type {number} */ c) =>
    /** @type {HTMLElement | null} */ (root.querySelector(`tr[data-row="${name}"] [data-cell="${c}"]`));
  const placeOf = (/** @type {EventTarget | null} */ target) => {
    const {dataset} = /** @type {HTMLElement} */ (target);
    const row = /** @type {HTMLElement} */ (target).closest("tr");
    return {name: row?.dataset.row ?? "", c: dataset.cell === undefined ? -1 : Number(dataset.cell)};
  };
  let shown = "";
  saveMenu(root, {
    table: () => drawn && gridTable({grid: drawn, metric: shown, kinds, rows}),
    title: () => `Trained against tested ${shown}`,
  });
  root.addEventListener("click", ({target}) => {
    const {name, c} = placeOf(target);
    if (drawn && c >= 0) onPick(drawn.columns[c], name);
  });
  root.addEventListener("keydown", (event) => {
    const {name, c} = placeOf(event.target);
    const move = ARROWS_BY_ROW[event.key];
    if (!move || c < 0) return;
    event.preventDefault();
    cell(rows[rows.indexOf(name) + move[0]], c + move[1])?.focus();
  });
  return {
    /**
     * @param {GridAnswer} grid
     * @param {string} metric
     */
    draw(grid, metric) {
      drawn = grid;
      shown = metric;
      here = null;
      root.innerHTML = tableHtml({grid, metric, kinds, rows});
      grid.columns.forEach((_, c) => {
        cell(bestOf(grid, metric, denoisers, c), c)?.classList.add("best");
      });
      const images = grid.images.toLocaleString("en");
      find(".measured").textContent =
        `mean over ${images} shipped test images; the best of each column is bold; click a cell to see it`;
      find(".foot").innerHTML = footnoteHtml(grid, denoisers);
    },
    /**
     * The cell of what is shown, which is the table's tab stop.
     * @param {{noise: string, at: number[], model: string}} shown
     */
    mark({noise, at, model}) {
      if (!drawn) return;
      const c = drawn.columns.findIndex(
        ({kind, levels}) => kind === noise && levels.every((v, p) => nearest(kinds[kind].parameters[p], v) === at[p]),
      );
      const shown = cell(model, c);
      const stop = shown ?? /** @type {HTMLElement} */ (root.querySelector("[data-cell]"));
      here?.classList.remove("here");
      if (here) here.tabIndex = -1;
      here = stop;
      stop.classList.toggle("here", shown !== null);
      stop.tabIndex = 0;
    },
  };
}

/**
 * @param {Kind} kind
 * @param {number[]} levels
 */
const formatLevels = ({parameters}, levels) => parameters.map((parameter, p) => formatLevel(parameter, levels[p]));

/**
 * @param {Table} table
 * @returns {import("../../web/lib/plots/table.js").Table}
 */
function gridTable({grid, metric, kinds, rows}) {
  const noises = grid.columns.map(({kind, levels}) =>
    `${kinds[kind].title} ${formatLevels(kinds[kind], levels).join(" + ")}`.trim(),
  );
  return {
    columns: ["denoiser", ...noises],
    rows: [...rows, CLASSICAL].map((name) => [
      name === CLASSICAL ? "best classical" : title(name),
      ...noises.map((_, c) => figure(grid, metric, name, c)),
    ]),
  };
}

/** @param {Table} table */
function tableHtml({grid, metric, kinds, rows}) {
  const {columns} = grid;
  const cellHtml = (/** @type {string} */ name, /** @type {number} */ c) => {
    const {kind, levels} = columns[c];
    const v = figure(grid, metric, name, c);
    const words = formatFigure(v, metric);
    const label = `${title(name)}, ${kinds[kind].title} ${formatLevels(kinds[kind], levels).join(" + ")}: ${words}`;
    const button = `<button type="button" tabindex="-1" data-cell="${c}" aria-label="${escapeHtml(label)}">`;
    const isPlain = v === undefined || name === CLASSICAL;
    const first = kind === columns[c - 1]?.kind ? "" : "first";
    const worse = metric === "gain" && v !== undefined && (v ?? 0) < 0 ? "worse" : "value";
    return `<td class="${first} ${v === undefined ? "" : worse}" style="--share:${strength(v, metric).toFixed(3)}">
      ${isPlain ? words : `${button}${words}</button>`}</td>`;
  };
  const rowHtml = (/** @type {string} */ name) => `<tr data-row="${name}">
    <th scope="row">${name === CLASSICAL ? "best classical" : title(name)}</th>
    ${columns.map((_, c) => cellHtml(name, c)).join("")}</tr>`;
  return `<table>${headHtml(grid, kinds)}<tbody>${[...rows, CLASSICAL].map(rowHtml).join("")}</tbody></table>`;
}

/**
 * @param {GridAnswer} grid
 * @param {Record<string, Kind>} kinds
 */
function headHtml({columns}, kinds) {
  const spans = (/** @type {(kind: string) => string} */ words, type = "") => {
    /** @type {{value: string, span: number}[]} */
    const groups = [];
    for (const {kind} of columns) {
      if (groups.at(-1)?.value === words(kind)) groups[groups.length - 1].span++;
      else groups.push({value: words(kind), span: 1});
    }
    return groups
      .map(({value, span}) => `<th scope="colgroup" colspan="${span}" class="${type}">${value}</th>`)
      .join("");
  };
  const trained = (/** @type {string} */ kind) =>
    kinds[kind].trained ? "the denoisers were trained on" : "not trained on";
  const levels = columns.map(({kind, levels: at}) => {
    const words = formatLevels(kinds[kind], at).map((level) => level.replace(" %", "%"));
    return `<th scope="col">${words.join("<br>") || "–"}</th>`;
  });
  return `<thead><tr><td rowspan="3"></td>${spans(trained, "side")}</tr>
    <tr>${spans((kind) => kinds[kind].title)}</tr><tr>${levels.join("")}</tr></thead>`;
}

/**
 * How often each network has a higher PSNR than the best classical filter, where that was measured.
 * @param {GridAnswer} grid
 * @param {readonly string[]} networks
 * @returns {{of: number, wins: Record<string, number>}}
 */
export function winsOver({classical, psnr}, networks) {
  const measured = [...classical.keys()].filter((c) => classical[c] !== null);
  const isAbove = (/** @type {string} */ name, /** @type {number} */ c) =>
    (psnr[name][c] ?? Infinity) > /** @type {number} */ (classical[c]);
  const wins = networks.map((name) => [name, measured.filter((c) => isAbove(name, c)).length]);
  return {of: measured.length, wins: Object.fromEntries(wins)};
}

/**
 * @param {GridAnswer} grid
 * @param {readonly string[]} denoisers
 */
function footnoteHtml(grid, denoisers) {
  const networks = denoisers.filter((name) => name !== MEDIAN);
  const {of, wins} = winsOver(grid, networks);
  const counts = networks.map((name) => `<b>${title(name)}</b> is above it in ${wins[name]} of ${of}`);
  return `Levels: share of the pixels hit or covered, standard deviation, photons for a white pixel. Measured by
    <code>python -m train.denoising_grid</code>. <b>not trained on</b>: no training picture had this noise, but part of
    the training noise came in patches or in the shape of another picture, so it is not wholly foreign either.
    <b>best classical</b>: of median, non-local means, total variation and BM3D, each tuned on training images to
    exactly that noise, so better informed than any model here; its figures are means over 60 test images. By these
    figures ${counts.join(", ")} columns where it was measured.`;
}
