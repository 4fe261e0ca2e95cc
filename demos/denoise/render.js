// @ts-check
// Denoise as a function of its state; what is costly to draw is drawn when its part of the state has changed.
import {setPending, showParts} from "../web/lib/dom.js";
import {figuresOf, isCrossingOf, verdict} from "./parts/one_noise.js";
import * as D from "./state.js";
import {holds, isOfNow, isWhole, stripView} from "./strip.js";

/** @typedef {D.State} State @typedef {import("./strip.js").StripView} StripView */

const HINT = "Drag the divider across the picture, and move the level: both follow your hand at once.";
const ONE_NOISE_STEP = "Press a cell: it opens that network on that noise, before and after.";

/**
 * @param {HTMLElement} element
 * @param {(selector: string) => any} find
 * @param {import("./types").Props} props
 * @param {object} views
 * @param {import("../web/lib/notice.js").Notice} views.alert
 * @param {ReturnType<typeof import("./pictures.js").pictures>} views.shown
 * @param {{at: string}} views.kindButtons
 * @param {ReturnType<typeof import("./parts/noise_controls.js").levelSliders>} views.sliders
 * @param {ReturnType<typeof import("./parts/denoiser_list.js").denoiserList>} views.list
 * @param {ReturnType<typeof import("./parts/level_curve.js").levelCurve>} views.curve
 * @param {{at: string}} views.metrics
 * @param {{at: string}} views.source
 * @param {ReturnType<typeof import("./parts/mismatch_grid.js").mismatchGrid>} views.grid
 * @param {ReturnType<typeof import("./parts/one_noise.js").oneNoiseGrid>} views.crossed
 * @param {(name: string | undefined) => void} views.markExample
 * @returns {(state: State) => void}
 */
export function renderer(element, find, {kinds, one_noise, dataset}, views) {
  const {alert, shown, kindButtons, sliders, list, curve, metrics, source, grid, crossed, markExample} = views;
  /** @type {State} */
  let state;
  /** @type {Partial<State>} */
  let drawn = {}; // the state that is on the page
  const firstStep = find(".loom-first-step").textContent; // of the pictures
  const parameters = () => kinds[state.noise].parameters;
  const isNew = (/** @type {(keyof State)[]} */ ...keys) => keys.some((key) => state[key] !== drawn[key]);

  const isStale = () => state.crossing !== null && !isCrossingOf(state.crossing.of, state);

  return (next) => {
    state = next;
    const {problem, linkProblems, strip} = state;
    const isShown = state.view === D.PICTURES && strip && isOfNow(strip.of, state) && holds(strip.of, state);
    const view = isShown ? stripView(strip.of.names, strip, state) : null;
    alert.show(problem || linkProblems);
    renderControls();
    renderSource();
    if (isNew("view")) renderView();
    if (isNew("grid", "metric") && state.grid) grid.draw(state.grid, state.metric);
    if (isNew("grid") && state.grid) crossed.drawMeans(state.grid);
    if (isNew("grid", "metric", "noise", "at", "model")) grid.mark(state);
    if (state.pixels && isNew("pixels")) shown.showClean(state.pixels);
    if (view) renderStrip(view);
    else if (!strip && isNew("strip")) renderNothing();
    if (state.view === D.ONE_NOISE) renderCrossing();
    const isPending = state.view === D.ONE_NOISE ? isStale() : strip !== null && !isWhole(strip.of, state);
    for (const part of element.querySelectorAll("[data-answer]"))
      setPending(/** @type {HTMLElement} */ (part), isPending);
    const hasCurve = parameters().length > 0;
    find(".denoise-curve").hidden = !hasCurve;
    find(".denoise-no-curve").hidden = hasCurve;
    drawn = {...state};
  };

  function renderView() {
    showParts(element, state.view);
    find(".loom-first-step").textContent = state.view === D.ONE_NOISE ? ONE_NOISE_STEP : firstStep;
  }

  function renderControls() {
    const {noise, at, model, left, seed, preset, metric} = state;
    if (isNew("noise")) kindButtons.at = noise;
    if (isNew("noise", "at")) sliders.show(noise, parameters(), at);
    if (isNew("model")) list.choose(model);
    if (isNew("metric")) metrics.at = metric;
    find("[data-model]").value = model;
    find("[data-left]").value = left;
    if (isNew("seed", "problem")) find("[data-seed]").value = seed;
    if (!isNew("preset", "view")) return;
    const example = state.view === D.ONE_NOISE ? D.ONE_NOISE_EXAMPLE : preset;
    find(".say").textContent = example ? D.PRESETS[example].words : HINT;
    markExample(example ?? undefined);
  }

  function renderSource() {
    if (!isNew("source")) return;
    source.at = state.source;
    find(".gallery").hidden = state.source !== "gallery";
    find(".denoise-pad").hidden = state.source !== "pad";
  }

  function renderStrip(/** @type {StripView} */ view) {
    const {noise, at, left, model, wipe, parameter, pixels} = state;
    if (!pixels || !isNew("strip", "at", "parameter", "left", "model", "wipe", "image", "noise", "view")) return;
    shown.show(view, {left, model, wipe, pixels, clean: nameOfPicture(), setting: setting()});
    if (!isNew("strip", "at", "parameter", "model", "noise", "view")) return;
    const ssim = [D.NOISY, model].map((name) => view.ssim(name).toFixed(2)).join(" → ");
    const psnr = [D.NOISY, model].map((name) => D.decibels(view.psnr(name))).join(" → ");
    find(".what").innerHTML = `${psnr} dB <small>SSIM ${ssim}</small>`;
    list.show(view);
    sliders.show(noise, parameters(), at, parameter, `${model} ${D.decibels(view.psnr(model))} dB`);
    if (!parameters().length) return;
    if (isNew("strip", "parameter", "model", "noise", "view")) curve.draw(view, parameters()[parameter], model);
    curve.mark(view.column);
  }

  function renderCrossing() {
    const {crossing} = state;
    if (!isNew("crossing", "view", "image", "problem") || (crossing && isStale())) return;
    crossed.draw(crossing);
    const words = crossing ? verdict(one_noise, figuresOf(one_noise, crossing.psnr), kinds) : "";
    find("[data-verdict=picture]").textContent = words && `On this picture, ${words[0].toLowerCase()}${words.slice(1)}`;
    find(".what").textContent = crossing ? nameOfPicture() : state.problem ? "No picture" : "Making noise…";
  }

  function nameOfPicture() {
    const {image, sample} = state;
    if (image === null || !sample) return "your picture";
    return `${dataset.classes[sample.labels[image]]}, test image ${sample.index[image]}`;
  }

  function setting() {
    const levels = parameters().map((one, p) => D.formatLevel(one, one.values[state.at[p]]));
    return `${kinds[state.noise].title} ${levels.join(" + ")}`.trim();
  }

  function renderNothing() {
    shown.clear();
    list.show(null);
    find(".what").textContent = "No picture";
  }
}
