// @ts-check
// Codes to try: zeros, ones and random codes by every model, of which one is looked at.
import {bars} from "../../web/components/charts/bars.js";
import {escapeHtml} from "../../web/lib/dom.js";
import {ARROWS_BY_ROW} from "../../web/lib/input/arrows.js";
import {redrawer} from "../../web/lib/redraw.js";
import {NAMES, nameHtml} from "../models.js";
import {question} from "../question.js";

const SIMPLE = ["zeros", "ones"]; // codes before the random ones

const codeName = (/** @type {number} */ k) => SIMPLE[k] ?? `draw ${k + 1 - SIMPLE.length}`;

/**
 * @param {import("../types").Tab} tab
 * @returns {import("../types").Part}
 */
export function drawsView(tab) {
  const {find, props, server, state, choose} = tab;
  const {models} = props;
  const {classes, colors} = props.dataset;
  const columns = SIMPLE.length + props.draws;
  const redraw = redrawer();
  const sheet = find("[data-only=try] .auto-sheet");
  const probabilities = bars(find(".auto-look .bars"), classes, colors);
  const draws = question(tab, {
    slot: "draws",
    call: server.load_draws,
    request: () => ({seed: state.seed}),
    parts: () => [sheet, find(".auto-look")],
  });

  function drawSheet() {
    if (!state.draws) return;
    const {picture, probs} = state.draws;
    const titles = Array.from({length: columns}, (_, k) => `<span>${codeName(k)}</span>`);
    const rows = models.map((model, m) => rowHtml(model, m, probs[m], props));
    sheet.innerHTML = `<div aria-hidden="true"><span></span>${titles.join("")}</div>${rows.join("")}`;
    for (const cell of sheet.querySelectorAll("button")) {
      picture.paint(cell.dataset.m * columns + Number(cell.dataset.k), cell.querySelector("canvas"));
    }
  }

  function showCell() {
    if (!state.draws) return;
    const [m, k] = state.cell;
    for (const cell of sheet.querySelectorAll("button")) {
      const isShown = Number(cell.dataset.m) === m && Number(cell.dataset.k) === k;
      cell.setAttribute("aria-pressed", String(isShown));
      cell.tabIndex = isShown ? 0 : -1;
    }
    state.draws.picture.paint(m * columns + k, find(".auto-look .big"));
    const words = k < SIMPLE.length ? `${props.codeSize} ${codeName(k)}` : codeName(k);
    find(".auto-look .what").textContent = `${NAMES[models[m]]}: ${words}`;
    const probs = state.draws.probs[m][k];
    for (const part of [".auto-look .bars", ".auto-named"]) find(part).hidden = probs.length === 0;
    probabilities.show(probs.length ? probs : null);
  }

  const take = (/** @type {Event} */ {target}) => {
    const cell = /** @type {Element} */ (target).closest("button");
    if (!cell || !draws.isReady()) return;
    const {m, k} = cell.dataset;
    if (Number(m) !== state.cell[0] || Number(k) !== state.cell[1]) choose({cell: [Number(m), Number(k)]});
  };
  for (const kind of ["pointerover", "pointerdown", "focusin"]) sheet.addEventListener(kind, take);
  sheet.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const step = ARROWS_BY_ROW[event.key];
    if (!step) return;
    event.preventDefault();
    const m = Math.max(0, Math.min(models.length - 1, state.cell[0] + step[0]));
    const k = Math.max(0, Math.min(columns - 1, state.cell[1] + step[1]));
    sheet.querySelector(`button[data-m="${m}"][data-k="${k}"]`)?.focus();
  });

  return {
    load: draws.load,
    again: draws.again,
    isReady: draws.isReady,
    render() {
      draws.mark();
      redraw("sheet", [state.draws], drawSheet);
      redraw("cell", [state.draws, state.cell], showCell);
    },
  };
}

/**
 * @param {string} model
 * @param {number} m
 * @param {number[][]} probs of each code
 * @param {import("../types").Props} props
 */
function rowHtml(model, m, probs, {dataset: {classes}, distances}) {
  const cells = probs.map((row, k) => {
    const predicted = escapeHtml(row.length ? classes[row.indexOf(Math.max(...row))] : "");
    const says = predicted && `: of the classes ${predicted} fits best`;
    return `<button type="button" data-m="${m}" data-k="${k}"
      aria-label="${escapeHtml(NAMES[model])}, ${codeName(k)}${says}">
      <canvas width="28" height="28"></canvas><small>${predicted}</small></button>`;
  });
  const distance = distances[model];
  const says =
    distance === undefined ? "" : `<small>Fréchet distance of its draws: <b>${distance.toFixed(0)}</b></small>`;
  return `<div><span>${nameHtml(model)}${says}</span>${cells.join("")}</div>`;
}
