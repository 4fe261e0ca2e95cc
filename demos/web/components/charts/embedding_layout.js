// @ts-check
// How an embedding looks to plotly: axes, markers, and the light around one point.
import {themeValue} from "../../lib/dom.js";
import {SOLID_SYMBOLS, SYMBOLS} from "../../lib/plots/plot_symbols.js";

/**
 * @param {number} k class
 * @param {string} color
 * @param {2 | 3} dimensions
 */
export const marker = (k, color, dimensions) =>
  dimensions === 2
    ? {color, symbol: SYMBOLS[k], size: 7, line: {color: "rgba(255,255,255,.75)", width: 0.7}}
    : {color, symbol: SOLID_SYMBOLS[k], size: 4.5, line: {width: 0}};

/**
 * @param {import("./embedding_plot.js").EmbeddingData} data
 * @param {(i: number, c: number) => number} value
 */
export function layout(data, value) {
  const {titles, dimensions} = data;
  const axis = (/** @type {number} */ c) => ({
    title: {text: titles?.[c] ?? "", standoff: 2, font: {size: 11}},
    range: bounds(data, value, c),
    zeroline: false,
    showticklabels: !!titles,
    showgrid: !!titles,
    ticks: "",
    gridcolor: "rgba(128,128,128,.15)",
    linecolor: themeValue("--border-color-primary"),
    mirror: true,
    showline: true,
    tickfont: {size: 10},
    nticks: 6,
  });
  const shared = {
    showlegend: false,
    hovermode: "closest",
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: {color: themeValue("--body-text-color"), family: themeValue("--font"), size: 11},
    uirevision: `${dimensions} ${titles}`,
  };
  if (dimensions === 2) {
    const margin = titles ? {l: 34, r: 6, t: 6, b: 34} : {l: 6, r: 6, t: 6, b: 6};
    return {...shared, margin, dragmode: "zoom", xaxis: axis(0), yaxis: {...axis(1), scaleanchor: "x"}};
  }
  const solid = (/** @type {number} */ c) => ({
    ...axis(c),
    title: {text: titles?.[c] ?? "", font: {size: 10}},
    showbackground: false,
    gridcolor: "rgba(128,128,128,.3)",
    showspikes: false,
  });
  const camera = {eye: {x: 1.55, y: 1.55, z: 1.0}};
  const scene = {xaxis: solid(0), yaxis: solid(1), zaxis: solid(2), aspectmode: "data", camera};
  return {...shared, margin: {l: 0, r: 0, t: 0, b: 0}, scene};
}

/**
 * @param {import("./embedding_plot.js").EmbeddingData} data
 * @param {(i: number, c: number) => number} value
 * @param {number} c axis
 */
function bounds({titles, labels}, value, c) {
  if (!titles) return [-1.08, 1.08];
  const all = labels.map((_, i) => value(i, c));
  const low = Math.min(...all);
  const high = Math.max(...all);
  return [low - 0.06 * (high - low), high + 0.06 * (high - low)];
}

/**
 * @param {[number, number]} place of the lit point
 * @param {{end: [number, number], strength: number}[]} links
 */
export function glowSvg([x, y], links) {
  const lines = links.map(
    ({end: [u, v], strength}) =>
      `<line x1="${x}" y1="${y}" x2="${u}" y2="${v}" stroke-opacity="${0.25 + 0.75 * strength}"/>
       <circle cx="${u}" cy="${v}" r="6"/>`,
  );
  return `${lines.join("")}<circle class="lit" cx="${x}" cy="${y}" r="9"/>`;
}
