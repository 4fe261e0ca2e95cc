// @ts-check
// A plotly scatter of classes that says where it is pointed at and clicked, on points and between them.
import {nearestPlace} from "../web/components/charts/scatter.js";
import {onThemeChange, themeValue} from "../web/lib/dom.js";
import {plotPointer} from "../web/lib/plots/plot_pointer.js";
import {symbolOf} from "../web/lib/plots/plot_symbols.js";

/** @typedef {{x: number, y: number, i: number}} Pick a place in the axes' units, and the point there or -1 */

/**
 * @typedef {object} LatentPlotData
 * @property {string} key what is shown; zoom is kept while it stays
 * @property {number[]} x
 * @property {number[]} y
 * @property {number[]} labels
 * @property {import("../web/types").Dataset} dataset
 * @property {[number, number, number, number]} bounds left, right, bottom, top
 * @property {string[]} names of the axes
 * @property {string | null} under a picture below the points
 * @property {boolean} points whether they are shown
 */

const CROSS = {color: "#ffb000", width: 1.5};
const CONFIG = {displaylogo: false, responsive: false, displayModeBar: false, doubleClick: "reset"};
const REACH = 20; // pixels from which a point is pointed at
const NARROW = 520; // pixels below which the legend goes under the map

/** @type {Record<string, [number, number]>} */
const MOVES = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]};

/**
 * @param {any} root which becomes plotly's
 * @param {object} options
 * @param {(pick: Pick) => void} options.onHover
 * @param {(pick: Pick) => void} options.onPick
 */
export function latentPlot(root, {onHover, onPick}) {
  /** @type {any} */
  let plotly = null;
  /** @type {LatentPlotData | null} */
  let data = null;
  /** @type {{x: number, y: number} | null} */
  let cross = null;
  /** @type {Promise<any>} */
  let drawing = Promise.resolve(); // plotly does one thing at a time

  const redraw = () => data && plotly.react(root, traces(data), layout(data, cross, root.clientWidth), CONFIG);
  const mark = (/** @type {{x: number, y: number} | null} */ place) => {
    cross = place;
    if (data) drawing = drawing.then(() => plotly.relayout(root, {shapes: crossLines(cross)}));
  };
  const moveCross = (/** @type {KeyboardEvent} */ event) => {
    if (!data) return;
    const [left, right, bottom, top] = data.bounds;
    const {x, y} = cross ?? {x: (left + right) / 2, y: (bottom + top) / 2};
    if (event.key === "Enter" || event.key === " ") onPick({x, y, i: -1});
    else if (MOVES[event.key]) {
      const [across, up] = MOVES[event.key];
      const step = event.shiftKey ? 1 / 10 : 1 / 40;
      mark({x: x + across * step * (right - left), y: y + up * step * (top - bottom)});
      onHover({.../** @type {{x: number, y: number}} */ (cross), i: -1});
    } else return;
    event.preventDefault();
  };
  const isZoomed = () => {
    if (!data) return false;
    const {xaxis, yaxis} = root._fullLayout;
    const [left, right, bottom, top] = data.bounds;
    const isOff = (/** @type {number[]} */ [low, high], /** @type {number} */ from, /** @type {number} */ to) =>
      Math.abs(low - from) + Math.abs(high - to) > 1e-6 * (to - from);
    return isOff(xaxis.range, left, right) || isOff(yaxis.range, bottom, top);
  };
  const pickAt = (/** @type {number} */ px, /** @type {number} */ py) => {
    const {xaxis, yaxis} = root._fullLayout;
    const {x, y, labels} = /** @type {LatentPlotData} */ (data);
    const shown = root._fullData.map((/** @type {any} */ trace) => trace.visible === true);
    const among = labels.flatMap((label, i) => (shown[label] ? [i] : []));
    const places = x.map((value, i) => /** @type {[number, number]} */ ([xaxis.d2p(value), yaxis.d2p(y[i])]));
    const i = nearestPlace(places, among, px, py, REACH);
    return i >= 0 ? {x: x[i], y: y[i], i} : {x: xaxis.p2d(px), y: yaxis.p2d(py), i};
  };
  const listen = () => {
    plotPointer(root, {
      onMove: (x, y) => onHover(pickAt(x, y)),
      onTap: (x, y) => onPick(pickAt(x, y)),
      isZoomed,
    });
    root.addEventListener("keydown", moveCross);
    onThemeChange(redraw);
    new ResizeObserver(() => {
      if (root.offsetParent) plotly.Plots.resize(root);
    }).observe(root);
  };
  return {
    /**
     * @param {any} loaded plotly
     * @param {LatentPlotData} next
     */
    async draw(loaded, next) {
      const isFirst = data === null;
      plotly = loaded;
      data = next;
      drawing = drawing.then(redraw);
      await drawing;
      if (isFirst) listen();
    },
    mark,
  };
}

/** @param {LatentPlotData} data */
function traces({x, y, labels, points, dataset: {classes, colors, shapes}}) {
  const all = classes.map((name, k) => {
    const members = labels.flatMap((label, i) => (label === k ? [i] : []));
    return {
      type: "scatter",
      mode: "markers",
      name,
      hoverinfo: "none",
      visible: points ? true : "legendonly",
      x: members.map((i) => x[i]),
      y: members.map((i) => y[i]),
      customdata: members,
      marker: {
        color: colors[k],
        symbol: symbolOf(shapes, k),
        size: 7,
        line: {color: "rgba(255,255,255,.75)", width: 0.7},
      },
    };
  });
  // plotly draws no axes where every trace is hidden
  return [...all, {type: "scatter", x: [null], y: [null], customdata: [], showlegend: false, hoverinfo: "skip"}];
}

/**
 * @param {LatentPlotData} data
 * @param {{x: number, y: number} | null} cross
 * @param {number} width
 */
function layout({key, bounds, names, under, points}, cross, width) {
  const [left, right, bottom, top] = bounds;
  const isNarrow = width < NARROW;
  const axis = (/** @type {string} */ title, /** @type {[number, number]} */ range) => ({
    title: {text: title, standoff: 4},
    range,
    zeroline: false,
    gridcolor: "rgba(128,128,128,.15)",
    linecolor: themeValue("--border-color-primary"),
    showgrid: !under,
  });
  const picture = {
    source: under,
    xref: "x",
    yref: "y",
    x: left,
    y: top,
    sizex: right - left,
    sizey: top - bottom,
    sizing: "stretch",
    layer: "below",
    opacity: points ? 0.6 : 1,
  };
  return {
    margin: isNarrow ? {l: 34, r: 4, t: 4, b: 30} : {l: 46, r: 8, t: 8, b: 36},
    hovermode: "closest",
    dragmode: "zoom",
    uirevision: key,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: under ? "#000" : "rgba(0,0,0,0)",
    font: {color: themeValue("--body-text-color"), family: themeValue("--font"), size: 12},
    legend: {itemsizing: "constant", font: {size: 12}, ...(isNarrow ? {orientation: "h", y: -0.13} : {})},
    xaxis: axis(names[0], [left, right]),
    yaxis: axis(names[1], [bottom, top]),
    images: under ? [picture] : [],
    shapes: crossLines(cross),
  };
}

/** @param {{x: number, y: number} | null} cross */
function crossLines(cross) {
  if (!cross) return [];
  const {x, y} = cross;
  return [
    {type: "line", xref: "paper", x0: 0, x1: 1, y0: y, y1: y, line: CROSS},
    {type: "line", yref: "paper", y0: 0, y1: 1, x0: x, x1: x, line: CROSS},
  ];
}
