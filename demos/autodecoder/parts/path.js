// @ts-check
// From one image's code to another's by every model: the whole path is here before the slider moves.
import {lineChart} from "../../web/components/charts/line_chart.js";
import {player} from "../../web/components/player.js";
import {escapeHtml} from "../../web/lib/dom.js";
import {percent} from "../../web/lib/format.js";
import {redrawer} from "../../web/lib/redraw.js";
import {NAMES, nameHtml, optionHtml, prediction, seriesOf} from "../models.js";
import {question} from "../question.js";

/** @typedef {"a" | "b"} End */

const SHOWN = 11; // pictures in a strip
const RATE = 12; // frames a second
/** @type {[End, string][]} */
const ENDS = [
  ["a", "from"],
  ["b", "to"],
];

/**
 * @param {import("../types").Tab} tab
 * @returns {import("../types").Part & {player: ReturnType<typeof player>}}
 */
export function pathView(tab) {
  const {find, props, server, state, sample, update, choose} = tab;
  const {models, alphas} = props;
  const {classes, is_labelled: isLabelled} = props.dataset;
  const gap = (alphas - 1) / (SHOWN - 1); // frames between the pictures of a strip
  const redraw = redrawer();
  find(".auto-paths").innerHTML = models.map((model) => rowHtml(model, gap)).join("");
  const rows = [...find(".auto-paths").children].map((row) => ({
    row,
    big: row.querySelector(".big"),
    strip: [...row.querySelectorAll(".strip canvas")],
    says: row.querySelector(".says"),
  }));
  const slider = player(find(".auto-alpha"), {
    label: "alpha, from 0, the first image, to 1, the second",
    rate: RATE,
    steps: false,
    name: (k) => `α = ${(k / (alphas - 1)).toFixed(3).replace(/0$/, "")}`,
    paint: (alpha) => update({alpha}),
  });
  slider.count = alphas;
  const chart = lineChart(find("[data-chart=path]"), {
    label: "Probability along the path",
    onSeek: (k) => slider.go(k),
  });
  const path = question(tab, {
    slot: "path",
    call: server.load_path,
    request: () => ({a: state.a, b: state.b}),
    parts: () => [...rows.map(({row}) => row), find("[data-chart=path]")],
  });

  function drawStrips() {
    if (!state.path) return;
    const {picture} = state.path;
    rows.forEach(({strip}, m) => {
      strip.forEach((canvas, k) => picture.paint(m * alphas + k * gap, canvas));
    });
  }

  function drawFrame() {
    if (!state.path) return;
    const {picture, probs} = state.path;
    const k = state.alpha;
    rows.forEach(({row, big, says}, m) => {
      const known = probs[m][k];
      const predicted = known.length ? prediction(classes, known) : "";
      const place = `${NAMES[models[m]]} at alpha ${(k / (alphas - 1)).toFixed(2)}`;
      picture.paint(m * alphas + k, big);
      big.setAttribute("aria-label", [place, predicted].filter(Boolean).join(": "));
      says.innerHTML = known.length ? saysHtml(predicted, classes[state.shownClass], known[state.shownClass]) : "";
      for (const button of row.querySelectorAll(".strip button"))
        button.setAttribute("aria-pressed", String(Math.abs(button.dataset.alpha - k) < gap / 2));
    });
  }

  function drawChart() {
    if (!state.path) return;
    const isNamed = state.path.probs[0][0].length > 0;
    find(".auto-chances").hidden = !isNamed;
    if (!isNamed) return;
    chart.draw({
      x: Array.from({length: alphas}, (_, k) => k / (alphas - 1)),
      xName: "α, from the first image's code to the second's",
      range: [-0.03, 1.05],
      series: seriesOf(
        models,
        state.path.probs.map((frames) => frames.map((probs) => probs[state.shownClass])),
      ),
    });
  }

  function drawEnds() {
    const {sprite, labels, index} = sample();
    for (const [end] of ENDS) {
      const box = find(`[data-end=${end}]`);
      const i = state[end];
      box.querySelector("select").value = labels[i];
      sprite.paint(i, box.querySelector("canvas"));
      box.querySelector("canvas").setAttribute("aria-label", `test image ${index[i]}, ${classes[labels[i]]}`);
    }
  }

  find("[data-class]").innerHTML = classes.map((name, k) => optionHtml(k, name)).join("");
  find(".auto-ends").innerHTML = ENDS.map(([end, word]) => endHtml(end, word, classes)).join("");
  for (const select of find(".auto-ends").querySelectorAll("select")) select.hidden = !isLabelled;
  find("[data-class]").addEventListener("change", () => choose({shownClass: Number(find("[data-class]").value)}));
  find(".auto-ends").addEventListener("change", (/** @type {Event} */ {target}) => {
    const select = /** @type {HTMLSelectElement} */ (target);
    const {end = ""} = /** @type {HTMLElement} */ (select.closest("[data-end]")).dataset;
    choose({[end]: sample().labels.indexOf(Number(select.value))});
  });
  find(".auto-ends").addEventListener("click", (/** @type {MouseEvent} */ {target}) => {
    const {by} = /** @type {HTMLElement} */ (target).dataset;
    const end = /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest("[data-end]"))?.dataset.end;
    if (by) choose({[end ?? ""]: another(sample().labels, state[/** @type {End} */ (end)], Number(by))});
  });
  find(".auto-paths").addEventListener("click", (/** @type {MouseEvent} */ {target}) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest("[data-alpha]"));
    if (button) slider.go(Number(button.dataset.alpha));
  });

  return {
    player: slider,
    load: path.load,
    again: path.again,
    isReady: path.isReady,
    stop: slider.stop,
    render() {
      slider.mark(state.alpha);
      find("[data-class]").value = state.shownClass;
      redraw("ends", [state.a, state.b], drawEnds);
      path.mark();
      redraw("strips", [state.path], drawStrips);
      redraw("chart", [state.path, state.shownClass], drawChart);
      redraw("frame", [state.path, state.shownClass, state.alpha], drawFrame);
      chart.at = state.alpha;
    },
  };
}

/**
 * The next image of the same class, past the ends.
 * @param {number[]} labels
 * @param {number} i
 * @param {number} by
 */
function another(labels, i, by) {
  const members = labels.flatMap((label, j) => (label === labels[i] ? [j] : []));
  return members[(members.indexOf(i) + by + members.length) % members.length];
}

/**
 * @param {string} model
 * @param {number} gap frames
 */
function rowHtml(model, gap) {
  const buttons = Array.from({length: SHOWN}, (_, k) => {
    const label = `${escapeHtml(NAMES[model])} at alpha ${(k / (SHOWN - 1)).toFixed(1)}`;
    return `<button type="button" data-alpha="${k * gap}" aria-label="${label}">
      <canvas width="28" height="28"></canvas></button>`;
  });
  return `<div class="auto-path">${nameHtml(model)}<canvas class="big" width="28" height="28" role="img"></canvas>
    <div class="strip">${buttons.join("")}</div><span class="says"></span></div>`;
}

/**
 * @param {string} predicted
 * @param {string} name of the class whose probability is drawn
 * @param {number} probability
 */
const saysHtml = (predicted, name, probability) =>
  `<b>${escapeHtml(predicted)}</b><br>${escapeHtml(name)} ${percent(probability)}`;

/**
 * @param {End} end
 * @param {string} word
 * @param {string[]} classes
 */
const endHtml = (end, word, classes) => `<span data-end="${end}">${word}
  <canvas width="28" height="28" role="img"></canvas>
  <select aria-label="Class it goes ${word}">${classes.map((name, k) => optionHtml(k, name)).join("")}</select>
  <button type="button" data-by="-1" aria-label="previous image ${word}">◀</button>
  <button type="button" data-by="1" aria-label="next image ${word}">▶</button></span>`;
