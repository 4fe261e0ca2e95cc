// @ts-check
// A plotly scatter of classes that says where it is pointed at and clicked, on points and between them.
import {onThemeChange, themeValue} from "../web/lib/dom.js";
import {SYMBOLS} from "../web/lib/plot_symbols.js";

/** @typedef {{x: number, y: number, i: number}} Pick a place in the axes' units, and the point there or -1 */

/**
 * @typedef {object} LatentPlotData
 * @property {string} key what is shown; zoom is kept while it stays
 * @property {number[]} x
 * @property {number[]} y
 * @property {number[]} labels
 * @property {[number, number, number, number]} bounds left, right, bottom, top
 * @property {string[]} names of the axes
 * @property {string | null} under a picture below the points
 * @property {boolean} points whether they are shown
 */

const CROSS = {color: "#ffb000", width: 1.5};
const CONFIG = {displaylogo: false, responsive: false, displayModeBar: false};
const NARROW = 520; // pixels below which the legend goes under the map

/** @type {Record<string, [number, number]>} */
const MOVES = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]};

/**
 * @param {any} root which becomes plotly's
 * @param {object} options
 * @param {string[]} options.classes
 * @param {readonly string[]} options.colors
 * @param {(pick: Pick) => void} options.onHover
 * @param {(pick: Pick) => void} options.onPick
 */
export function latentPlot(root, {classes, colors, onHover, onPick}) {
  /** @type {any} */
  let plotly = null;
  /** @type {LatentPlotData | null} */
  let data = null;
  /** @type {{x: number, y: number} | null} */
  let cross = null;

  const redraw = () =>
    data && plotly.react(root, traces(data, classes, colors), layout(data, cross, root.clientWidth), CONFIG);
  const mark = (/** @type {{x: number, y: number} | null} */ place) => {
    cross = place;
    if (data) plotly.relayout(root, {shapes: crossLines(cross)});
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
  const listen = () => {
    listenToPointer(root, onHover, onPick);
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
      await redraw();
      if (isFirst) listen();
    },
    mark,
  };
}

/**
 * @param {any} root
 * @param {(pick: Pick) => void} onHover
 * @param {(pick: Pick) => void} onPick
 */
function listenToPointer(root, onHover, onPick) {
  const pickOf = (/** @type {any} */ {x, y, customdata}) => ({x, y, i: customdata});
  /** @type {Pick | null} */
  let hit = null;
  let isOver = false;
  const place = (/** @type {MouseEvent} */ event) => {
    const drag = /** @type {Element} */ (event.target).closest?.(".nsewdrag");
    if (!drag) return null;
    const {xaxis, yaxis} = root._fullLayout;
    const box = drag.getBoundingClientRect();
    return {x: xaxis.p2d(event.clientX - box.left), y: yaxis.p2d(event.clientY - box.top), i: -1};
  };
  root.on("plotly_hover", (/** @type {any} */ {points}) => {
    isOver = true;
    onHover(pickOf(points[0]));
  });
  root.on("plotly_unhover", () => {
    isOver = false;
  });
  root.on("plotly_click", (/** @type {any} */ {points}) => {
    hit = pickOf(points[0]);
  });
  root.addEventListener("mousemove", (/** @type {MouseEvent} */ event) => {
    const here = isOver ? null : place(event);
    if (here) onHover(here);
  });
  root.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const picked = hit ?? place(event); // plotly_click, if any, came just before
    hit = null;
    if (picked) onPick(picked);
  });
}

/**
 * @param {LatentPlotData} data
 * @param {string[]} classes
 * @param {readonly string[]} colors
 */
function traces({x, y, labels, points}, classes, colors) {
  return classes.map((name, k) => {
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
      marker: {color: colors[k], symbol: SYMBOLS[k], size: 7, line: {color: "rgba(255,255,255,.75)", width: 0.7}},
    };
  });
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
