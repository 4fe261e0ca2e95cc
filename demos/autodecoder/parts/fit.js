// @ts-check
// A code fitted to a picture while one watches: every step comes and can be seen again.
import {lineChart} from "../../web/components/charts/line_chart.js";
import {player} from "../../web/components/player.js";
import {radioGroup} from "../../web/components/radio_group.js";
import {toBase64} from "../../web/lib/base64.js";
import {paint, paintDifference} from "../../web/lib/image.js";
import {redrawer} from "../../web/lib/redraw.js";
import {pictureBytes} from "../../web/lib/server/sample.js";
import {fitStore} from "../fits.js";
import {INKS, NAMES, nameHtml, namesOf, optionHtml} from "../models.js";
import {encodedView} from "./encoded.js";

const RATE = 30; // frames a second
/** @type {Record<string, string>} */
const START_NAMES = {nothing: "a code of zeros", guess: "a linear guess"};
const CONTRAST = 2; // of the difference

/**
 * @param {import("../types").Tab} tab
 * @returns {import("../types").Part & {player: ReturnType<typeof player>, fitAll: () => void}}
 */
export function fitView(tab) {
  const {find, props, server, state, sample, update, choose} = tab;
  const {models} = props;
  const [fewest, most] = props.steps;
  const redraw = redrawer();
  const fits = fitStore(server.follow_fit, {
    size: pictureBytes(props.dataset),
    onProgress: () => update({}),
    onError: (problem) => update({problem}),
  });
  const modelChoice = radioGroup(find("[data-model]"), namesOf(models), (model) => choose({model, step: null}));
  const slider = player(find(".auto-steps"), {
    label: "step of the fit",
    rate: RATE,
    steps: false,
    name: (k) => `step ${k} of ${state.steps}`,
    paint: (step) => update({step}),
  });
  const chart = lineChart(find("[data-chart=loss]"), {
    label: "Mean squared error, step by step",
    onSeek: (k) => slider.go(k),
  });
  let asked = "";
  const targets = {image: -1, pixels: new Uint8Array()}; // the test image's pixels, read out once

  function target() {
    if (state.drawing) return state.drawing;
    if (targets.image !== state.image)
      Object.assign(targets, {image: state.image, pixels: sample().sprite.pixels(state.image)});
    return targets.pixels;
  }
  const isBlank = () => state.drawing?.every((value) => value === 0) ?? false;
  const encoded = encodedView(tab, () => (isBlank() ? null : target()));
  const request = (/** @type {string} */ model) => {
    const {steps, start} = state;
    return {checkpoint: model, pixels: toBase64(target()), steps, start};
  };
  const fitOf = (/** @type {string} */ model) => fits.get(request(model));
  const isDone = () => !isBlank() && fitOf(state.model).mse.length > state.steps;
  const shownStep = () => Math.min(state.step ?? Infinity, Math.max(0, fitOf(state.model).mse.length - 1));

  function load() {
    encoded.load();
    const key = isBlank() ? "" : JSON.stringify(request(state.model));
    if (key === asked) return;
    asked = key;
    if (key) fits.follow([request(state.model)]);
    else fits.stop();
  }

  function fitAll() {
    if (isBlank()) return;
    const others = models.filter((model) => model !== state.model);
    fits.follow([state.model, ...others].map(request));
  }

  function renderFrame() {
    const {frames, mse} = fitOf(state.model);
    const k = shownStep();
    const isThere = !isBlank() && mse.length > 0;
    for (const part of [find("[data-fit=now]"), find("[data-fit=rest]"), find(".now")])
      part.toggleAttribute("data-empty", !isThere);
    if (!isThere) return;
    redraw("frame", [frames[k], target()], () => {
      paint(find("[data-fit=now]"), frames[k]);
      paintDifference(find("[data-fit=rest]"), frames[k], target(), CONTRAST);
      find(".now").innerHTML = `${nameHtml(state.model)} at step ${k}: error <b>${mse[k].toFixed(4)}</b>`;
    });
    chart.at = k;
  }

  function drawCurves() {
    const fitted = isBlank() ? [] : models.map(fitOf).filter(({mse}) => mse.length);
    for (const part of [find("[data-chart=loss]"), find(".results")])
      part.toggleAttribute("data-empty", !fitted.length);
    if (!fitted.length) return;
    fitted.sort((a, b) => Number(a.model === state.model) - Number(b.model === state.model)); // the one shown on top
    chart.draw({
      x: Array.from({length: state.steps + 1}, (_, k) => k),
      xName: "step (mean squared error, logarithmic)",
      series: fitted.map(({model, mse}) => ({name: NAMES[model], values: [...mse], color: INKS[model]})),
      log: true,
    });
    const ends = models.map((model) => fitOf(model).mse[state.steps] ?? null);
    const worst = Math.max(...ends.map((end) => end ?? 0), 1e-9);
    find(".results").innerHTML = models.map((model, m) => resultHtml(model, ends[m], worst)).join("");
  }

  find("[data-start]").innerHTML = props.starts.map((name) => optionHtml(name, START_NAMES[name])).join("");
  Object.assign(find("[data-steps]"), {min: fewest, max: most});
  const writeSteps = () => {
    find("[data-steps]").nextElementSibling.textContent = find("[data-steps]").value;
  };
  find("[data-steps]").addEventListener("input", writeSteps);
  find("[data-steps]").addEventListener("change", () =>
    choose({steps: Number(find("[data-steps]").value), step: null}),
  );
  find("[data-start]").addEventListener("change", () => choose({start: find("[data-start]").value, step: null}));

  return {
    player: slider,
    fitAll,
    load,
    again() {
      if (!isDone()) asked = "";
      encoded.again();
    },
    isReady: isDone,
    stop: slider.stop,
    render() {
      modelChoice.at = state.model;
      redraw("settings", [state.steps, state.start], () => {
        find("[data-steps]").value = state.steps;
        find("[data-start]").value = state.start;
        writeSteps();
      });
      slider.mark(isBlank() ? 0 : shownStep(), state.steps + 1);
      redraw("target", [target()], () => paint(find("[data-fit=target]"), target()));
      const lengths = isBlank() ? [] : models.map((model) => fitOf(model).mse.length);
      redraw("curves", [state.model, state.steps, state.start, target(), ...lengths], drawCurves);
      renderFrame();
      encoded.render();
    },
  };
}

/**
 * @param {string} model
 * @param {number | null} mse
 * @param {number} worst
 */
function resultHtml(model, mse, worst) {
  const width = (100 * (mse ?? 0)) / worst;
  const bar = `<b style="width:${width}%"></b>`;
  return `<div>${nameHtml(model)}<span class="bullet" style="--color:${INKS[model]}">${bar}</span>
    <span>${mse === null ? "–" : mse.toFixed(4)}</span></div>`;
}
