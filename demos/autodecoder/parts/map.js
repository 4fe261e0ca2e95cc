// @ts-check
// t-SNE maps of two models' codes, side by side: an image that is pointed at lights up in both.
import {embeddingPlot} from "../../web/components/charts/embedding_plot.js";
import {saveMenu} from "../../web/components/saving/save_menu.js";
import {percent} from "../../web/lib/format.js";
import {listenToKeys} from "../../web/lib/input/keys.js";
import {messageOf} from "../../web/lib/notice.js";
import {savePage, savePicture} from "../../web/lib/plots/map_files.js";
import {redrawer} from "../../web/lib/redraw.js";
import {untilLoaded} from "../../web/lib/server/connection.js";
import {ask} from "../../web/lib/server/rpc.js";
import {NAMES, nameHtml, optionHtml} from "../models.js";

const SIDES = ["left", "right"];

/**
 * @param {import("../types").Tab} tab
 * @returns {import("../types").Part}
 */
export function mapView(tab) {
  const {find, props, server, state, sample, update, choose} = tab;
  const {models, neighbours} = props;
  const {classes, colors} = props.dataset;
  const redraw = redrawer();
  const chips = find("[data-only=map] .chips");
  /** @type {ReturnType<typeof embeddingPlot>[]} */
  let plots = [];
  let isStarting = false;
  /** @type {Set<string>} */
  const loading = new Set();

  find(".auto-maps").innerHTML = SIDES.map((side) => figureHtml(side, models)).join("");
  /** @type {HTMLElement[]} */
  const figures = [...find(".auto-maps").children];
  const selects = figures.map((figure) => /** @type {HTMLSelectElement} */ (figure.querySelector("select")));
  chips.innerHTML = classes
    .map((name, k) => `<button type="button" data-k="${k}" style="--color:${colors[k]}">${name}</button>`)
    .join("");

  async function start() {
    if (isStarting) return;
    isStarting = true;
    try {
      // which no other view needs
      const {loadPlotly} = await untilLoaded(() => import("../../web/lib/plots/plotly.js"));
      const plotly = await loadPlotly();
      plots = figures.map((figure) =>
        embeddingPlot(/** @type {HTMLElement} */ (figure.querySelector(".embedding")), {
          plotly,
          classes,
          colors,
          sprite: sample().sprite,
          onHover: (i) => light(i >= 0 ? i : state.point),
          onPick: (i) => choose({point: i < 0 || i === state.point ? null : i}),
        }),
      );
      figures.forEach((figure, s) => {
        saveMenu(/** @type {HTMLElement} */ (figure.querySelector(".embedding")), filesOf(s));
      });
      update({});
    } catch (error) {
      isStarting = false;
      update({problem: messageOf(error)});
    }
  }

  /** What is saved of a side. */
  function filesOf(/** @type {number} */ s) {
    const model = () => state.sides[s];
    return {
      table: () => (drawn[s] === model() ? mapTable(state.layouts[model()].points, sample()) : null),
      title: () => `codes of ${model()} by t-SNE`,
      savePicture: (/** @type {string} */ title, /** @type {"png" | "svg"} */ format) =>
        savePicture(plots[s].drawing, title, format),
      async savePage(/** @type {string} */ title) {
        const {error, page} = await ask(server.make_page, {checkpoint: model()});
        if (error) update({problem: error});
        else await savePage(title, page);
      },
    };
  }

  async function loadLayout(/** @type {string} */ checkpoint) {
    if (loading.has(checkpoint) || state.layouts[checkpoint]) return;
    loading.add(checkpoint);
    const answer = await ask(server.load_layout, {checkpoint});
    if (answer.error) return update({problem: answer.error});
    const layout = {...answer, plotPoints: filled(answer.points)};
    update({layouts: {...state.layouts, [checkpoint]: layout}});
  }

  const light = (/** @type {number | null} */ i) => {
    for (const plot of plots) plot.light(i ?? -1);
  };

  async function drawSide(/** @type {number} */ s) {
    const model = state.sides[s];
    const layout = state.layouts[model];
    const caption = /** @type {HTMLElement} */ (figures[s].querySelector("figcaption"));
    figures[s].toggleAttribute("data-pending", !layout);
    caption.innerHTML = layout
      ? captionHtml(model, layout, neighbours)
      : `t-SNE lays out ${sample().labels.length.toLocaleString("en")} codes…`;
    if (!layout || !plots[s]) return;
    const {labels} = sample();
    const places = [...labels.keys()];
    const hidden = new Set(state.hidden);
    await plots[s].draw({labels, places, points: layout.plotPoints, dimensions: 2, titles: null, hidden});
    light(state.point);
    drawn[s] = model;
    if (state.view === "map") update({});
  }
  /** @type {string[]} */
  const drawn = []; // models that stand on the page

  const walk = (/** @type {number} */ by) => {
    const count = sample().labels.length;
    choose({point: state.point === null ? 0 : (state.point + by + count) % count});
  };
  listenToKeys(
    find(".auto-main > [data-only=map]"),
    {ArrowUp: () => walk(-1), ArrowDown: () => walk(1)},
    {except: "button, input, select"},
  );
  selects.forEach((select, s) => {
    select.addEventListener("change", () => {
      choose({sides: state.sides.map((model, k) => (k === s ? select.value : model))});
    });
  });
  chips.addEventListener("click", (/** @type {MouseEvent} */ {target}) => {
    const {k} = /** @type {HTMLElement} */ (target).dataset;
    if (!k) return;
    const others = state.hidden.filter((c) => c !== Number(k));
    choose({hidden: others.length < state.hidden.length ? others : [...others, Number(k)]});
  });

  return {
    load() {
      if (!plots.length) start();
      for (const model of state.sides) loadLayout(model);
    },
    again: () => loading.clear(),
    isReady: () => state.sides.every((model, s) => drawn[s] === model),
    render() {
      selects.forEach((select, s) => {
        select.value = state.sides[s];
        const model = state.sides[s];
        redraw(SIDES[s], [model, state.layouts[model], plots[s], state.hidden], () => drawSide(s));
      });
      redraw("point", [state.point], () => light(state.point));
      redraw("hidden", [state.hidden], () => {
        for (const chip of chips.children)
          chip.setAttribute("aria-pressed", String(!state.hidden.includes(Number(chip.dataset.k))));
      });
    },
  };
}

/**
 * @param {number[]} points x and y in turn
 * @param {import("../../web/lib/server/sample.js").Sample} sample
 * @returns {import("../../web/lib/plots/table.js").Table}
 */
const mapTable = (points, {labels, classes, index}) => ({
  columns: ["number", "class", "x", "y"],
  rows: labels.map((k, i) => [index[i], classes[k], points[2 * i], points[2 * i + 1]]),
});

/**
 * Points that fill -1 to 1.
 * @param {number[]} points x and y in turn
 */
function filled(points) {
  const ends = [0, 1].map((c) => {
    const values = points.filter((_, k) => k % 2 === c);
    return [Math.min(...values), Math.max(...values)];
  });
  const half = Math.max(...ends.map(([low, high]) => high - low)) / 2;
  return Float32Array.from(points, (v, k) => (v - (ends[k % 2][0] + ends[k % 2][1]) / 2) / half);
}

/**
 * @param {string} model
 * @param {import("../types").LayoutAnswer} layout
 * @param {number} neighbours
 */
const captionHtml = (model, layout, neighbours) =>
  `${nameHtml(model)}: of <b>${percent(layout.codes_accuracy)}</b> of the codes the ${neighbours} nearest are mostly of
    their class; on the map <b>${percent(layout.map_accuracy)}</b>`;

/**
 * @param {string} side
 * @param {string[]} models
 */
const figureHtml = (side, models) => `<figure data-side="${side}">
  <select aria-label="Model of the ${side} map">
    ${models.map((model) => optionHtml(model, NAMES[model])).join("")}</select>
  <div class="embedding" tabindex="0" role="application"
    aria-label="Map of codes, ${side}: up and down walk through the images"></div><figcaption></figcaption></figure>`;
