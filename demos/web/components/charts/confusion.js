// @ts-check
// A confusion matrix as a table: rows are what an image is, columns what was predicted. A click or Enter picks a cell.

import {escapeHtml} from "../../lib/dom.js";
import {ARROWS_BY_ROW} from "../../lib/input/arrows.js";
import {saveMenu} from "../saving/save_menu.js";

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {string[]} options.names of the classes
 * @param {boolean} [options.shares] in each row percent of its images, not counts
 * @param {() => string} [options.title] of its files
 * @param {((i: number, j: number) => void) | null} [options.onPick] without it, a table to read
 */
export function confusion(root, {names, shares = false, title, onPick = null}) {
  root.classList.add("loom-matrix");
  const size = names.length;
  let at = [0, 0];
  /** @type {number[][] | null} */
  let shown = null;
  saveMenu(root, {table: () => shown && matrixTable(shown, names, shares), title});
  const cells = () => /** @type {HTMLElement[]} */ ([...root.querySelectorAll("tbody td")]);

  const mark = (/** @type {number} */ i, /** @type {number} */ j) => {
    at = [i, j];
    cells().forEach((cell, k) => {
      const isMarked = k === i * size + j;
      const button = cell.querySelector("button");
      cell.toggleAttribute("data-at", isMarked);
      button?.setAttribute("aria-pressed", String(isMarked));
      if (button) button.tabIndex = isMarked ? 0 : -1;
    });
  };
  const pick = (/** @type {number} */ i, /** @type {number} */ j) => {
    mark(i, j);
    onPick?.(i, j);
  };
  if (onPick) {
    root.addEventListener("click", ({target}) => {
      const cell = /** @type {Element} */ (target).closest("tbody td");
      const k = cell instanceof HTMLElement ? cells().indexOf(cell) : -1;
      if (k >= 0) pick(Math.floor(k / size), k % size);
    });
    root.addEventListener("keydown", (event) => {
      const by = ARROWS_BY_ROW[event.key];
      if (!by) return;
      event.preventDefault();
      const [i, j] = at.map((v, d) => Math.max(0, Math.min(size - 1, v + by[d])));
      pick(i, j);
      cells()[i * size + j].querySelector("button")?.focus();
    });
  }
  return {
    /** @param {number[][]} counts */
    draw(counts) {
      shown = counts;
      root.innerHTML = matrixHtml(counts, {names, shares, isPickable: onPick !== null});
      if (onPick) mark(at[0], at[1]);
    },
    mark,
  };
}

/**
 * @param {number[][]} counts
 * @param {string[]} names
 * @param {boolean} shares in percent of a row
 * @returns {import("../../lib/plots/table.js").Table}
 */
export function matrixTable(counts, names, shares) {
  const rows = counts.map((row, i) => {
    const all = row.reduce((a, b) => a + b, 0);
    return [names[i], ...row.map((n) => (shares ? (100 * n) / all : n))];
  });
  return {columns: [shares ? "percent of the true class" : "true class", ...names], rows};
}

/**
 * @param {number} n images of a cell
 * @param {number} all of its row
 * @param {boolean} shares
 */
export function cellText(n, all, shares) {
  if (!shares) return n || "";
  return Math.round((100 * n) / all) || "";
}

/**
 * @param {number[][]} counts
 * @param {{names: string[], shares: boolean, isPickable: boolean}} options
 */
function matrixHtml(counts, {names, shares, isPickable}) {
  const largest = Math.max(...counts.flatMap((row, i) => row.filter((_, j) => i !== j)), 1);
  const cell = (/** @type {number} */ n, /** @type {number} */ i, /** @type {number} */ j) => {
    const all = counts[i].reduce((a, b) => a + b, 0);
    const share = i === j ? n / all : Math.sqrt(n / largest);
    const words = escapeHtml(`${n} of ${all}: ${names[i]} called ${names[j]}`);
    const inner = isPickable
      ? `<button type="button" tabindex="-1" aria-label="${words}">${n || "·"}</button>`
      : cellText(n, all, shares);
    return `<td class="${i === j ? "right" : ""}" style="--share:${share.toFixed(3)}" title="${words}">${inner}</td>`;
  };
  const head = names.map((name) => `<th scope="col"><span>${escapeHtml(name)}</span></th>`).join("");
  const rows = counts.map(
    (row, i) => `<tr><th scope="row">${escapeHtml(names[i])}</th>${row.map((n, j) => cell(n, i, j)).join("")}</tr>`,
  );
  return `<table><thead><tr><td></td>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}
