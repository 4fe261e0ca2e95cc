// @ts-check
// Networks that met one kind of noise each, as rows, against the noise that each is given, as columns: a picture a
// cell, and beside it the means. What stands out has the best figure of its column, wherever that is.
import {saveMenu} from "../../web/components/saving/save_menu.js";
import {escapeHtml} from "../../web/lib/dom.js";
import {ARROWS_BY_ROW} from "../../web/lib/input/arrows.js";
import {decibels, formatLevel, NOISY} from "../state.js";

/**
 * @typedef {import("../types").Kind} Kind
 * @typedef {Record<string, string>} OneNoise networks by name, and the kind that each met
 * @typedef {Record<string, Record<string, number | null>>} Figures dB by network, or NOISY, and kind; null is infinite
 * @typedef {{pixels: Uint8Array, seed: number}} CrossingOf
 * @typedef {{sprite: import("../../web/lib/sprite.js").Sprite, psnr: (number | null)[][], of: CrossingOf}} Crossing
 */

const DARK = 1.5; // dB below the best of a column, where a cell has no colour left

/**
 * Whether the pictures are of the picture and the draw that are shown now.
 * @param {CrossingOf} of
 * @param {{pixels: Uint8Array | null, seed: number}} wanted
 */
export const isCrossingOf = (of, {pixels, seed}) => of.pixels === pixels && of.seed === seed;

/**
 * The figures of an answer, whose rows are the noisy pictures and the networks in turn.
 * @param {OneNoise} oneNoise
 * @param {(number | null)[][]} rows
 * @returns {Figures}
 */
export function figuresOf(oneNoise, rows) {
  const kinds = Object.values(oneNoise);
  const named = [NOISY, ...Object.keys(oneNoise)].map((name, r) => [
    name,
    Object.fromEntries(kinds.map((kind, c) => [kind, rows[r][c]])),
  ]);
  return Object.fromEntries(named);
}

/**
 * The network with the largest figure on a kind of noise.
 * @param {OneNoise} oneNoise
 * @param {Figures} figures
 * @param {string} kind
 */
export function winnerOf(oneNoise, figures, kind) {
  const value = (/** @type {string} */ name) => figures[name][kind] ?? Infinity;
  return Object.keys(oneNoise).reduce((a, b) => (value(b) > value(a) ? b : a));
}

/**
 * How bright a cell is, from 0 to 1: as the best of its column, or so much worse.
 * @param {OneNoise} oneNoise
 * @param {Figures} figures
 * @param {string} name
 * @param {string} kind
 */
export function brightness(oneNoise, figures, name, kind) {
  const best = figures[winnerOf(oneNoise, figures, kind)][kind] ?? Infinity;
  const value = figures[name][kind] ?? Infinity;
  return value === best ? 1 : Math.max(0, 1 - (best - value) / DARK);
}

/**
 * Sentences on who is best where.
 * @param {OneNoise} oneNoise
 * @param {Figures} figures
 * @param {Record<string, Kind>} kinds
 */
export function verdict(oneNoise, figures, kinds) {
  const networks = Object.entries(oneNoise);
  const others = networks.filter(([name, kind]) => winnerOf(oneNoise, figures, kind) !== name);
  if (others.length) {
    const words = others.map(([, kind]) => {
      const winner = winnerOf(oneNoise, figures, kind);
      return `on ${inSentence(kinds, kind)} the one that met ${inSentence(kinds, oneNoise[winner])}`;
    });
    return `Not every network is best on the noise it met: ${words.join(", ")} is better.`;
  }
  const leads = networks.map(([name, kind]) => {
    const rest = networks.filter(([other]) => other !== name).map(([other]) => figures[other][kind] ?? Infinity);
    return `${((figures[name][kind] ?? Infinity) - Math.max(...rest)).toFixed(1)} dB on ${inSentence(kinds, kind)}`;
  });
  const ahead = `${leads.slice(0, -1).join(", ")} and ${leads.at(-1)}`;
  return `Each network is best on the noise it met: ahead of the next by ${ahead}.`;
}

/** @param {Record<string, Kind>} kinds @param {string} kind */
function inSentence(kinds, kind) {
  const {title} = kinds[kind];
  return kind === "gaussian" ? title : title.toLowerCase(); // a person's name keeps its capital
}

/**
 * @param {(selector: string) => any} find
 * @param {{one_noise: OneNoise, kinds: Record<string, Kind>}} props
 * @param {(name: string, kind: string) => void} onPick a cell, to be seen large
 */
export function oneNoiseGrid(find, {one_noise: oneNoise, kinds}, onPick) {
  const [pictures, means] = /** @type {HTMLElement[]} */ ([find(".denoise-one-noise"), find(".denoise-means")]);
  const names = Object.keys(oneNoise);
  const columns = Object.values(oneNoise);
  const cells = () => /** @type {HTMLElement[]} */ ([...pictures.querySelectorAll("button")]);
  /** @type {Figures | null} */
  let shown = null;
  /** @type {Figures | null} */
  let measured = null;
  const table = (/** @type {Figures | null} */ figures) => figures && figureTable(oneNoise, figures, kinds);
  saveMenu(pictures, {table: () => table(shown), title: () => "Trained on one noise, this picture"});
  saveMenu(means, {table: () => table(measured), title: () => "Trained on one noise, means"});

  pictures.addEventListener("click", ({target}) => {
    const {dataset} = /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (target).closest("button") ?? target);
    if (dataset.name && dataset.kind) onPick(dataset.name, dataset.kind);
  });
  pictures.addEventListener("keydown", (event) => {
    const move = ARROWS_BY_ROW[event.key];
    const i = cells().indexOf(/** @type {HTMLElement} */ (event.target));
    if (!move || i < 0) return;
    event.preventDefault();
    const [r, c] = [Math.floor(i / columns.length) + move[0], (i % columns.length) + move[1]];
    if (r >= 0 && r < names.length && c >= 0 && c < columns.length) focusOn(cells()[r * columns.length + c]);
  });
  function focusOn(/** @type {HTMLElement} */ next) {
    for (const cell of cells()) cell.tabIndex = cell === next ? 0 : -1;
    next.focus();
  }

  return {
    /** @param {Crossing | null} crossing null empties the pictures */
    draw(crossing) {
      shown = crossing && figuresOf(oneNoise, crossing.psnr);
      if (!crossing || !shown) {
        pictures.textContent = "";
        return;
      }
      const at = cells().findIndex((cell) => cell.tabIndex === 0);
      const isFocused = cells()[at] === document.activeElement;
      pictures.innerHTML = tableHtml(oneNoise, kinds, shown, pictureHtml);
      pictures.querySelectorAll("canvas").forEach((canvas, i) => {
        crossing.sprite.paint(i, canvas);
      });
      const stop = cells()[Math.max(0, at)];
      stop.tabIndex = 0;
      if (isFocused) stop.focus();
    },
    /** @param {import("../types").GridAnswer} grid measured beforehand */
    drawMeans({one_noise: figures}) {
      measured = figures;
      means.innerHTML = tableHtml(oneNoise, kinds, figures, (name, kind) => decibels(figures[name][kind]));
      find("[data-verdict=means]").textContent = verdict(oneNoise, figures, kinds);
    },
  };

  /** A canvas and its figure; a network's can be pressed. */
  function pictureHtml(/** @type {string} */ name, /** @type {string} */ kind) {
    const value = decibels(shown?.[name][kind] ?? null);
    const inside = `<canvas width="28" height="28" aria-hidden="true"></canvas><span>${value} dB</span>`;
    if (name === NOISY) return inside;
    const best = winnerOf(oneNoise, shown ?? {}, kind) === name ? ", the best of its column" : "";
    const label = `Trained on ${kinds[oneNoise[name]].title}, given ${kinds[kind].title}: PSNR ${value} dB${best}`;
    return `<button type="button" tabindex="-1" data-name="${name}" data-kind="${kind}"
      aria-label="${escapeHtml(label)}" title="${escapeHtml(label)}; press to see it large">${inside}</button>`;
  }
}

/** @param {Kind} kind where its sliders start, which is the level that the networks met */
const levelsOf = ({parameters}) => parameters.map((parameter) => formatLevel(parameter, parameter.start)).join(" + ");

/**
 * @param {OneNoise} oneNoise
 * @param {Record<string, Kind>} kinds
 * @param {Figures} figures
 * @param {(name: string, kind: string) => string} cellHtml
 */
function tableHtml(oneNoise, kinds, figures, cellHtml) {
  const columns = Object.values(oneNoise);
  const head = columns.map((kind) => {
    const {title} = kinds[kind];
    return `<th scope="col">${escapeHtml(title)} <small>${levelsOf(kinds[kind])}</small></th>`;
  });
  const rows = [NOISY, ...Object.keys(oneNoise)].map((name) => {
    const words = name === NOISY ? "given" : `<small>trained on</small> ${escapeHtml(kinds[oneNoise[name]].title)}`;
    const cells = columns.map((kind) => {
      if (name === NOISY) return `<td>${cellHtml(name, kind)}</td>`;
      const best = winnerOf(oneNoise, figures, kind) === name ? "best" : "";
      const share = brightness(oneNoise, figures, name, kind).toFixed(2);
      return `<td class="value ${best}" style="--share:${share}">${cellHtml(name, kind)}</td>`;
    });
    return `<tr data-row="${name}"><th scope="row">${words}</th>${cells.join("")}</tr>`;
  });
  return `<table><thead><tr><td></td>${head.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

/**
 * @param {OneNoise} oneNoise
 * @param {Figures} figures
 * @param {Record<string, Kind>} kinds
 * @returns {import("../../web/lib/plots/table.js").Table}
 */
function figureTable(oneNoise, figures, kinds) {
  const columns = Object.values(oneNoise);
  return {
    columns: ["trained on", ...columns.map((kind) => `${kinds[kind].title}, dB`)],
    rows: [NOISY, ...Object.keys(oneNoise)].map((name) => [
      name === NOISY ? "noisy picture" : kinds[oneNoise[name]].title,
      ...columns.map((kind) => figures[name][kind]),
    ]),
  };
}
