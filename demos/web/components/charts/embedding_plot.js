// @ts-check
// plotly points of known classes in two or three dimensions that can move many times a second, and light one point up.
import {onThemeChange} from "../../lib/dom.js";
import {plotPointer} from "../../lib/plots/plot_pointer.js";
import {glowSvg, layout, marker} from "./embedding_layout.js";
import {nearestPlace} from "./scatter.js";

/**
 * @typedef {object} EmbeddingData
 * @property {number[]} labels class of each point
 * @property {number[]} places tile of each point in the sprite
 * @property {Float32Array} points `dimensions` numbers a point
 * @property {2 | 3} dimensions
 * @property {string[] | null} titles of the axes, or null where axes mean nothing
 * @property {Set<number>} hidden classes
 */

/** @typedef {{j: number, strength: number}} Link a line from the lit point to another one */

const REACH = 16; // pixels from which a point is pointed at
const REST = 300; // milliseconds after which plotly learns where its points are
const LIT = "#ffb000";
const CONFIG = {displaylogo: false, responsive: false, displayModeBar: false, doubleClick: "reset"};

/**
 * plotly must have been loaded.
 * @param {HTMLElement} root
 * @param {object} options
 * @param {any} options.plotly
 * @param {string[]} options.classes
 * @param {readonly string[]} options.colors
 * @param {import("../../lib/sprite.js").Sprite} options.sprite
 * @param {(i: number) => void} options.onHover a point or -1
 * @param {(i: number) => void} options.onPick a point or -1
 */
export function embeddingPlot(root, {plotly, classes, colors, sprite, onHover, onPick}) {
  root.innerHTML = `<div class="embedding-plot"></div><svg class="embedding-overlay" aria-hidden="true"></svg>
    <canvas class="embedding-thumb" width="28" height="28" aria-hidden="true" hidden></canvas>`;
  const [plot, overlay, thumb] = /** @type {any[]} */ ([...root.children]);
  /** @type {any} */
  let data = null;
  /** @type {number[][]} */
  let members = []; // points by class
  /** @type {[Element, number][]} */
  let nodes = []; // plotly's own elements, which are moved in place
  let lit = -1;
  /** @type {Link[]} */
  let links = [];
  let isPictured = false;
  let isDrawing = false;
  /** @type {number | null} */
  let drawn = null; // dimensions of what plotly shows
  let timer = 0;
  let hovered = -1;
  let isZoomed = false;
  let isReset = false; // by two clicks, which plotly says before it does it

  const value = (/** @type {number} */ i, /** @type {number} */ c) => data.points[i * data.dimensions + c];
  const column = (/** @type {number[]} */ group, /** @type {number} */ c) => group.map((i) => value(i, c));
  const traces = () =>
    classes.map((name, k) => ({
      type: data.dimensions === 2 ? "scatter" : "scatter3d",
      mode: "markers",
      name,
      hoverinfo: "none",
      visible: !data.hidden.has(k),
      x: column(members[k], 0),
      y: column(members[k], 1),
      ...(data.dimensions === 3 ? {z: column(members[k], 2)} : {}),
      customdata: members[k],
      marker: marker(k, colors[k], data.dimensions),
    }));
  const lamp = () => {
    // in three dimensions the lit point and its links are a trace of their own
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
  };

  /**
   * Where a point of two dimensions stands inside the root.
   * @param {number} i
   * @returns {[number, number]}
   */
  const pixel = (i) => {
    const {xaxis, yaxis} = plot._fullLayout;
    return [xaxis._offset + xaxis.d2p(value(i, 0)), yaxis._offset + yaxis.d2p(value(i, 1))];
  };
  const glow = () => {
    overlay.innerHTML = "";
    thumb.hidden = lit < 0 || data.dimensions === 3 || !isPictured;
    if (lit < 0 || data.dimensions === 3 || !plot._fullLayout) return;
    const [x, y] = pixel(lit);
    overlay.innerHTML = glowSvg(
      [x, y],
      links.map(({j, strength}) => ({end: pixel(j), strength})),
    );
    const size = thumb.offsetWidth;
    const left = x + 14 + size < root.clientWidth ? x + 14 : x - 14 - size;
    const top = y - 14 - size < 0 ? y + 14 : y - 14 - size;
    thumb.style.transform = `translate(${left}px, ${top}px)`;
  };
  const nearest = (/** @type {number} */ x, /** @type {number} */ y) => {
    const {xaxis, yaxis} = plot._fullLayout;
    const shown = data.labels.flatMap((/** @type {number} */ k, /** @type {number} */ i) =>
      data.hidden.has(k) ? [] : [i],
    );
    const places = data.labels.map((/** @type {number} */ _, /** @type {number} */ i) => pixel(i));
    return nearestPlace(places, shown, x + xaxis._offset, y + yaxis._offset, REACH);
  };
  const hover = (/** @type {number} */ i) => {
    if (i === hovered) return;
    hovered = i;
    onHover(i);
  };
  plotPointer(root, {
    onMove: (x, y) => hover(nearest(x, y)),
    onTap: (x, y) => onPick(nearest(x, y)),
    onLeave: () => hover(-1),
    isZoomed: () => isZoomed,
  });
  root.addEventListener("click", ({target}) => {
    if (data?.dimensions === 3 && /** @type {Element} */ (target).closest("canvas")) onPick(hovered);
  });
  onThemeChange(() => {
    if (data) draw();
  });
  new ResizeObserver(async () => {
    if (!root.offsetParent || drawn === null) return;
    await plotly.Plots.resize(plot);
    collect();
    glow();
  }).observe(root);

  const collect = () => {
    nodes = [];
    if (data.dimensions !== 2) return;
    const groups = [...plot.querySelectorAll(".scatterlayer .trace")];
    const shown = classes.map((_, k) => k).filter((k) => !data.hidden.has(k));
    shown.forEach((k, g) => {
      const points = /** @type {Element[]} */ ([...(groups[g]?.querySelectorAll(".point") ?? [])]);
      points.forEach((node, m) => {
        nodes.push([node, members[k][m]]);
      });
    });
  };
  const draw = async () => {
    if (drawn !== null && drawn !== data.dimensions) plotly.purge(plot);
    const isFirst = drawn !== data.dimensions;
    drawn = data.dimensions;
    const all = data.dimensions === 2 ? traces() : [...traces(), lamp()];
    await plotly.react(plot, all, layout(data, value), CONFIG);
    if (isFirst) {
      isZoomed = false;
      plot.on("plotly_doubleclick", () => {
        isReset = true;
      });
      plot.on("plotly_hover", (/** @type {any} */ {points}) => {
        if (data.dimensions === 3 && points[0].customdata !== undefined) hover(points[0].customdata);
      });
      plot.on("plotly_relayout", (/** @type {Record<string, unknown>} */ change) => {
        isZoomed = !isReset && (isZoomed || "xaxis.range[0]" in change);
        isReset = false;
        collect();
        glow();
      });
    }
    collect();
    glow();
  };
  const moveFlat = () => {
    const {xaxis, yaxis} = plot._fullLayout;
    for (const [node, i] of nodes)
      node.setAttribute("transform", `translate(${xaxis.d2p(value(i, 0))},${yaxis.d2p(value(i, 1))})`);
    glow();
    clearTimeout(timer);
    timer = setTimeout(draw, REST);
  };
  const moveSolid = async (/** @type {Float32Array} */ points) => {
    if (isDrawing) return;
    isDrawing = true;
    await draw();
    requestAnimationFrame(() => {
      isDrawing = false;
      if (data.points !== points) moveSolid(data.points);
    });
  };

  return {
    /** @param {EmbeddingData} next */
    draw(next) {
      clearTimeout(timer);
      data = next;
      members = classes.map((_, k) => next.labels.flatMap((label, i) => (label === k ? [i] : [])));
      return draw();
    },
    /** @param {Float32Array} points where they are now */
    move(points) {
      data.points = points;
      if (data.dimensions === 2) moveFlat();
      else moveSolid(points);
    },
    /**
     * @param {number} i a point or -1
     * @param {Link[]} [lines] to other points
     */
    light(i, lines = [], withPicture = true) {
      lit = i;
      links = lines;
      isPictured = withPicture;
      if (!data) return;
      if (i >= 0) sprite.paint(data.places[i], thumb);
      glow();
      if (data.dimensions === 2) return;
      const {x, y, z, marker: ends} = lamp();
      plotly.restyle(plot, {x: [x], y: [y], z: [z], "marker.size": [ends.size]}, [classes.length]);
    },
    pixel, // for who must point at it from outside
  };
}
