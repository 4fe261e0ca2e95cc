// @ts-check
// Scores of every layer, of its features and of its maps, as bars.
import {saveMenu} from "../web/components/saving/save_menu.js";
import {escapeHtml} from "../web/lib/dom.js";
import {percent} from "../web/lib/format.js";

/**
 * @typedef {object} Scores of a layer; what is not known yet is null
 * @property {string} layer
 * @property {(number | null)[]} agreement of all features, the PCA map and the t-SNE map
 * @property {(number | null)[]} ch the same without the last, whose distances mean little
 * @property {(number | null)[]} preserved the same, of which the first says nothing
 */

const SETS = ["all features", "PCA map", "t-SNE map"];
const COLORS = ["--loom-own", "--loom-pca", "--loom-tsne"];
const CHARTS = [
  {selector: "[data-chart=agreement]", name: /** @type {const} */ ("agreement"), sets: [0, 1, 2], format: percent},
  {selector: "[data-chart=ch]", name: /** @type {const} */ ("ch"), sets: [0, 1], format: wholeNumber},
  {selector: "[data-chart=kept]", name: /** @type {const} */ ("preserved"), sets: [1, 2], format: percent},
];

/**
 * @param {(selector: string) => any} find
 */
export function scoreBars(find) {
  let built = "";
  /** @type {Scores[]} */
  let shown = [];
  for (const {selector, name, sets} of CHARTS)
    saveMenu(find(selector), {
      table: () => (shown.length ? scoreTable(shown, name, sets) : null),
      legend: () => sets.map((s) => ({name: SETS[s], color: `var(${COLORS[s]})`})),
    });
  const build = (/** @type {string[]} */ names) => {
    built = names.join();
    for (const {selector, sets} of CHARTS)
      find(selector).innerHTML = names
        .flatMap((name) => sets.map((s, at) => barHtml(at ? "" : name, COLORS[s])))
        .join("");
  };
  return {
    /**
     * @param {Scores[]} rows one a layer
     * @param {boolean} isMoving whether there is a t-SNE map
     */
    show(rows, isMoving) {
      shown = rows;
      const names = rows.map(({layer}) => layer);
      if (names.join() !== built) build(names);
      for (const {selector, name, sets, format} of CHARTS) {
        const most = Math.max(...rows.flatMap((row) => row[name].map((value) => value ?? 0)), 1e-9);
        const bars = [...find(selector).children];
        rows.forEach((row, r) => {
          sets.forEach((s, at) => {
            const value = row[name][s];
            const words = value === null ? (s === 2 && !isMoving ? "" : "…") : format(value);
            showBar(bars[r * sets.length + at], {value, most, words, label: `${row.layer}, ${SETS[s]}`});
          });
        });
      }
    },
  };
}

/**
 * @param {Scores[]} rows
 * @param {"agreement" | "ch" | "preserved"} name
 * @param {number[]} sets
 * @returns {import("../web/lib/plots/table.js").Table}
 */
export const scoreTable = (rows, name, sets) => ({
  columns: ["layer", ...sets.map((s) => SETS[s])],
  rows: rows.map((row) => [row.layer, ...sets.map((s) => row[name][s])]),
});

/**
 * @param {HTMLElement} bar
 * @param {{value: number | null, most: number, words: string, label: string}} shown
 */
function showBar(bar, {value, most, words, label}) {
  /** @type {HTMLElement} */ (bar.querySelector(".fill")).style.transform = `scaleX(${(value ?? 0) / most})`;
  /** @type {HTMLElement} */ (bar.querySelector(".value")).textContent = words;
  bar.classList.toggle("best", value !== null && value === most);
  bar.setAttribute("aria-label", `${label}: ${value === null ? "unknown" : words}`);
}

/** @param {number} value */
function wholeNumber(value) {
  return value.toFixed(value < 100 ? 1 : 0);
}

/**
 * @param {string} name
 * @param {string} color a CSS variable
 */
const barHtml = (name, color) => `<div role="listitem" class="loom-bar" style="--color:var(${color})">
  <span class="name">${escapeHtml(name)}</span><span class="track"><span class="fill"></span></span>
  <span class="value"></span></div>`;
