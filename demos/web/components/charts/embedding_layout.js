// @ts-check
// How an embedding looks to plotly: axes, markers, and the light around one point.
import {themeValue, typeSize} from "../../lib/dom.js";
import {SOLID_SYMBOLS, SYMBOLS, symbolOf} from "../../lib/plots/plot_symbols.js";

const LIT = "#ffb000";
const LANDED = "#e6194b";

/**
 * @param {number} k class
 * @param {string} color
 * @param {2 | 3} dimensions
 * @param {readonly string[]} shapes of the classes
 */
const marker = (k, color, dimensions, shapes) =>
  dimensions === 2
    ? {color, symbol: symbolOf(shapes, k), size: 7, line: {color: "rgba(255,255,255,.75)", width: 0.7}}
    : {color, symbol: SOLID_SYMBOLS[isFew(shapes) ? k : shapeNumber(shapes, k)], size: 4.5, line: {width: 0}};

const isFew = (/** @type {readonly string[]} */ shapes) => shapes.length <= SYMBOLS.length;
const shapeNumber = (/** @type {readonly string[]} */ shapes, /** @type {number} */ k) =>
  [...new Set(shapes)].indexOf(shapes[k]);

/**
 * @param {import("./embedding_plot.js").EmbeddingData} data
 * @param {number[][]} members points by class
 * @param {object} options
 * @param {string[]} options.classes
 * @param {readonly string[]} options.colors
 * @param {readonly string[]} [options.shapes]
 * @param {(i: number, c: number) => number} options.value
 */
export function classTraces({dimensions, hidden}, members, {classes, colors, shapes = classes, value}) {
  const column = (/** @type {number[]} */ group, /** @type {number} */ c) => group.map((i) => value(i, c));
  return classes.map((name, k) => ({
    type: dimensions === 2 ? "scatter" : "scatter3d",
    mode: "markers",
    name,
    hoverinfo: "none",
    visible: !hidden.has(k),
    x: column(members[k], 0),
    y: column(members[k], 1),
    ...(dimensions === 3 ? {z: column(members[k], 2)} : {}),
    customdata: members[k],
    marker: marker(k, colors[k], dimensions, shapes),
  }));
}

/**
 * @param {import("./embedding_plot.js").EmbeddingData} data
 * @param {(i: number, c: number) => number} value
 */
export function layout(data, value) {
  const {titles, dimensions} = data;
  const axis = (/** @type {number} */ c) => ({
    title: {text: titles?.[c] ?? "", standoff: 2, font: {size: typeSize(11)}},
    range: bounds(data, value, c),
    zeroline: false,
    showticklabels: !!titles,
    showgrid: !!titles,
    ticks: "",
    gridcolor: "rgba(128,128,128,.15)",
    linecolor: themeValue("--border-color-primary"),
    mirror: true,
    showline: true,
    tickfont: {size: typeSize(10)},
    nticks: 6,
  });
  const shared = {
    showlegend: false,
    hovermode: "closest",
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: {color: themeValue("--body-text-color"), family: themeValue("--font"), size: typeSize(11)},
    uirevision: `${dimensions} ${titles}`,
  };
  if (dimensions === 2) {
    const margin = titles ? {l: 34, r: 6, t: 6, b: 34} : {l: 6, r: 6, t: 6, b: 6};
    return {...shared, margin, dragmode: "zoom", xaxis: axis(0), yaxis: {...axis(1), scaleanchor: "x"}};
  }
  const solid = (/** @type {number} */ c) => ({
    ...axis(c),
    title: {text: titles?.[c] ?? "", font: {size: typeSize(10)}},
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
 * The lit point of a map of three dimensions, and its links.
 * @param {(i: number, c: number) => number} value
 * @param {number} lit a point or -1
 * @param {import("./embedding_plot.js").Link[]} links
 */
export function lampTrace(value, lit, links) {
  const ends = lit < 0 ? [] : [...links.flatMap(({j}) => [lit, j, -1]), lit];
  const at = (/** @type {number} */ c) => ends.map((i) => (i < 0 ? null : value(i, c)));
  const size = ends.map((i) => (i === lit ? 14 : 6));
  return {
    type: "scatter3d",
    mode: "lines+markers",
    hoverinfo: "skip",
    x: at(0),
    y: at(1),
    z: at(2),
    line: {color: LIT, width: 4},
    marker: {color: LIT, symbol: "circle-open", size},
  };
}

/** @param {ArrayLike<number> | null} point of a picture that has come to a map of three dimensions */
export function landedTrace(point) {
  const at = (/** @type {number} */ c) => (point ? [point[c]] : []);
  const marker = {color: LANDED, symbol: "cross", size: 9};
  return {type: "scatter3d", mode: "markers", hoverinfo: "skip", x: at(0), y: at(1), z: at(2), marker};
}

/**
 * @param {[number, number] | null} place of the lit point
 * @param {{end: [number, number], strength: number, isPush?: boolean}[]} links
 * @param {[number, number] | null} star where a picture has landed
 */
export function glowSvg(place, links, star = null) {
  const landed = star ? `<path class="star" d="${starPath(star)}"/>` : "";
  if (!place) return landed;
  const [x, y] = place;
  const lines = links.map(
    ({end: [u, v], strength, isPush}) =>
      `<line x1="${x}" y1="${y}" x2="${u}" y2="${v}" stroke-opacity="${0.25 + 0.75 * strength}"
        ${isPush ? 'class="push"' : ""}/><circle cx="${u}" cy="${v}" r="6"/>`,
  );
  return `${lines.join("")}<circle class="lit" cx="${x}" cy="${y}" r="9"/>${landed}`;
}

/** @param {[number, number]} middle of a star with five points */
function starPath([x, y]) {
  const corners = Array.from({length: 10}, (_, k) => {
    const [radius, angle] = [k % 2 ? 5 : 12, (Math.PI * k) / 5];
    return `${(x + radius * Math.sin(angle)).toFixed(1)} ${(y - radius * Math.cos(angle)).toFixed(1)}`;
  });
  return `M${corners.join("L")}Z`;
}
