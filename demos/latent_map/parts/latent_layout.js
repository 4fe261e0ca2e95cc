// @ts-check
// How the latent map looks to plotly: a trace a class, the picture below them, the cross.
import {themeValue, typeSize} from "../../web/lib/dom.js";
import {symbolOf} from "../../web/lib/plots/plot_symbols.js";

/** @typedef {import("../latent_plot.js").LatentPlotData} LatentPlotData */

const CROSS = {color: "#ffb000", width: 1.5};
const NARROW = 520; // pixels below which the legend goes under the map

/** @param {LatentPlotData} data */
export function traces({x, y, labels, points, dataset: {classes, colors, shapes}}) {
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
export function layout({key, bounds, names, under, points}, cross, width) {
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
    font: {color: themeValue("--body-text-color"), family: themeValue("--font"), size: typeSize(12)},
    legend: {itemsizing: "constant", font: {size: typeSize(12)}, ...(isNarrow ? {orientation: "h", y: -0.13} : {})},
    xaxis: axis(names[0], [left, right]),
    yaxis: axis(names[1], [bottom, top]),
    images: under ? [picture] : [],
    shapes: crossLines(cross),
  };
}

/** @param {{x: number, y: number} | null} cross */
export function crossLines(cross) {
  if (!cross) return [];
  const {x, y} = cross;
  return [
    {type: "line", xref: "paper", x0: 0, x1: 1, y0: y, y1: y, line: CROSS},
    {type: "line", yref: "paper", y0: 0, y1: 1, x0: x, x1: x, line: CROSS},
  ];
}
