// @ts-check
// How a network was trained: its losses and accuracies by epoch, beside the figures of its card.
import {lineChart} from "../../web/components/charts/line_chart.js";
import {setPending} from "../../web/lib/dom.js";

const HEIGHT = 128; // pixels
const caption = (/** @type {number} */ k) => (k < 0 ? "at the end" : `epoch ${k + 1}`);

/** @param {HTMLElement} element holds a place for each curve, named by data-curve */
export function trainingCurves(element) {
  const places = /** @type {HTMLElement[]} */ ([...element.querySelectorAll("[data-curve]")]);
  const charts = places.map((place) => ({
    name: place.dataset.curve ?? "",
    chart: lineChart(place, {height: HEIGHT, key: true, readable: true, caption}),
  }));
  const run = document.createElement("p");
  run.className = "loom-hint";
  const view = /** @type {HTMLElement} */ (places[0].parentElement);
  view.append(run);
  let wanted = "";
  return {
    /**
     * @param {import("../types").Network} network
     * @param {(name: string) => Promise<import("../types").Card>} load its card
     */
    async show({name: network, title}, load) {
      wanted = network;
      setPending(view, true);
      const card = await load(network);
      if (wanted !== network) return;
      setPending(view, false);
      run.textContent = card.run;
      for (const {name, chart} of charts) chart.draw({...curveData(name, card), label: `${words(name)} of ${title}`});
    },
  };
}

const words = (/** @type {string} */ name) => name.replace("_", "-");

/**
 * @param {string} name of a metric
 * @param {import("../types").Card} card
 * @returns {import("../../web/components/charts/line_geometry.js").LineData}
 */
export function curveData(name, {history, metrics, report}) {
  const series = [
    {name: "training", values: history[name], color: "var(--loom-own)"},
    {name: "held out", values: history[`validation_${name}`], color: "var(--loom-tsne)"},
  ];
  const targets = [
    {name: "shipped weights, test images", value: metrics[`test_${name}`]},
    {name: "course report", value: report[`test_${name}`]},
  ];
  return {
    xColumn: "epoch",
    series: series.filter(({values}) => values),
    targets: targets.filter(({value}) => value),
    log: "auto",
    format: (v, isShort) => {
      if (v === null || v === undefined) return "–";
      if (name !== "accuracy") return v.toPrecision(3);
      return isShort ? `${Number((100 * v).toFixed(1))} %` : `${(100 * v).toFixed(2)} %`;
    },
  };
}
