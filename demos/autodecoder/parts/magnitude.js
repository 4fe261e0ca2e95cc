// @ts-check
// A code multiplied by a magnitude: everything that the slider shows is here before it moves.
import {lineChart} from "../../web/components/charts/line_chart.js";
import {player} from "../../web/components/player.js";
import {redrawer} from "../../web/lib/redraw.js";
import {NAMES, nameHtml, seriesOf} from "../models.js";
import {question} from "../question.js";

const MOST = 2; // times the fitted code
const RATE = 14; // frames a second
const MARKS = [
  {value: 0, label: "0 nothing"},
  {value: 0.5, label: "0.5"},
  {value: 1, label: "1 as fitted"},
  {value: 1.5, label: "1.5"},
  {value: 2, label: "2"},
];
const THUMB = 8; // pixels, half of a slider's handle

/**
 * @param {import("../types").Tab} tab
 * @returns {import("../types").Part & {player: ReturnType<typeof player>}}
 */
export function magnitudeView(tab) {
  const {find, props, server, state, sample, update} = tab;
  const {models, magnitudes} = props;
  const {classes} = props.dataset;
  const step = MOST / (magnitudes - 1);
  const redraw = redrawer();
  find(".auto-five").innerHTML = figuresHtml(models);
  const figures = [...find(".auto-five").children];
  const [whole, ...decoded] = figures.map((figure) => ({
    canvas: figure.querySelector("canvas"),
    caption: figure.querySelector("small"),
  }));
  const seek = (/** @type {number} */ magnitude) => update({magnitude});
  const slider = player(find(".auto-stretch"), {
    label: "magnitude of the code, from 0 to 2 times as it was fitted",
    rate: RATE,
    steps: false,
    name: (k) => `× ${(k * step).toFixed(2)}`,
    paint: seek,
  });
  slider.count = magnitudes;
  const charts = ["errors", "edges"].map((name) =>
    lineChart(find(`[data-chart=${name}]`), {
      label: name === "errors" ? "Error against magnitude" : "Clarity against magnitude",
      onSeek: (k) => slider.go(k),
    }),
  );
  const sweep = question(tab, {
    slot: "sweep",
    call: server.load_magnitudes,
    request: () => ({image: state.image}),
    parts: () => [...figures.slice(1), find(".auto-charts")],
  });
  placeMarks(find, (value) => slider.go(Math.round(value / step)));

  function renderDecoded() {
    if (!state.sweep) return;
    const {picture, errors, lengths} = state.sweep;
    const k = state.magnitude;
    decoded.forEach(({canvas, caption}, m) => {
      const error = errors[m][k].toFixed(4);
      picture.paint(m * magnitudes + k, canvas);
      caption.textContent = `error ${error} · length ${(lengths[m] * k * step).toFixed(1)}`;
      canvas.setAttribute("aria-label", `${NAMES[models[m]]} at magnitude ${(k * step).toFixed(2)}: error ${error}`);
    });
  }

  function drawCharts() {
    if (!state.sweep) return;
    const x = Array.from({length: magnitudes}, (_, k) => k * step);
    const xName = "magnitude, times the fitted code";
    const {errors, edges} = state.sweep;
    [errors, edges].forEach((values, c) => {
      charts[c].draw({x, xName, zero: true, series: seriesOf(models, values)});
    });
  }

  function drawImage() {
    const {sprite, labels, index} = sample();
    const name = classes[labels[state.image]];
    sprite.paint(state.image, whole.canvas);
    whole.canvas.setAttribute("aria-label", `test image ${index[state.image]}, ${name}`);
    whole.caption.textContent = `${name}, no. ${index[state.image]}`;
  }

  return {
    player: slider,
    load: sweep.load,
    again: sweep.again,
    isReady: sweep.isReady,
    stop: slider.stop,
    render() {
      slider.mark(state.magnitude);
      redraw("image", [state.image], drawImage);
      sweep.mark();
      redraw("decoded", [state.sweep, state.magnitude], renderDecoded);
      redraw("charts", [state.sweep], drawCharts);
      for (const chart of charts) chart.at = state.magnitude;
    },
  };
}

/** @param {string[]} models */
function figuresHtml(models) {
  const figure = (/** @type {string} */ title, kind = "") =>
    `<figure><canvas role="img"></canvas><figcaption>${title}<br><small class="${kind}"></small></figcaption></figure>`;
  return figure("<b>the test image</b>", "whose") + models.map((model) => figure(nameHtml(model))).join("");
}

/**
 * Buttons under the slider's own places.
 * @param {(selector: string) => any} find
 * @param {(value: number) => void} onPick
 */
function placeMarks(find, onPick) {
  const marks = find(".auto-marks");
  const ruler = find(".auto-stretch input");
  marks.innerHTML = MARKS.map(
    ({value, label}) =>
      `<button type="button" data-magnitude="${value}" style="--at:${value / MOST}">${label}</button>`,
  ).join("");
  marks.addEventListener("click", (/** @type {MouseEvent} */ {target}) => {
    const {magnitude} = /** @type {HTMLElement} */ (target).dataset;
    if (magnitude) onPick(Number(magnitude));
  });
  new ResizeObserver(() => {
    marks.style.marginLeft = `${ruler.offsetLeft - find(".auto-stretch").offsetLeft + THUMB}px`;
    marks.style.width = `${ruler.offsetWidth - 2 * THUMB}px`;
  }).observe(ruler);
}
