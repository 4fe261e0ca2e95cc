// @ts-check
// plotly points of known classes in two or three dimensions that can move many times a second, and light one point up.
import {onThemeChange, setPending} from "../../lib/dom.js";
import {movedPoints, oncePerFrame} from "../../lib/plots/moved_points.js";
import {plotPointer} from "../../lib/plots/plot_pointer.js";
import {fitToPlace} from "../../lib/plots/plot_size.js";
import {solidPlotly} from "../../lib/plots/solid_plotly.js";
import {lassoTool} from "../maps/lasso.js";
import {axesBox, isInside, mapPictures, tilePainter} from "../maps/map_pictures.js";
import {putBeside} from "../maps/thumb.js";
import {classTraces, glowSvg, lampTrace, landedTrace, layout} from "./embedding_layout.js";
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

/**
 * @typedef {object} Link a line from the lit point to another one
 * @property {number} j
 * @property {number} strength from 0 to 1
 * @property {boolean} [isPush] whether the two are pushed apart
 */

/** @typedef {{point: ArrayLike<number>, paint: (canvas: HTMLCanvasElement) => void}} Landed a picture, no point */

const REACH = 16; // pixels from which a point is pointed at
const REST = 300; // milliseconds after which plotly learns where its points are
const CONFIG = {displaylogo: false, responsive: false, displayModeBar: false, doubleClick: "reset"};

/**
 * Points in two or three dimensions. The plotly that draws three is loaded when it is first needed.
 * @param {HTMLElement} root
 * @param {object} options
 * @param {any} options.plotly that draws two dimensions
 * @param {string[]} options.classes
 * @param {readonly string[]} options.colors
 * @param {readonly string[]} [options.shapes] of the classes, which tell many apart
 * @param {import("../../lib/sprite.js").Sprite | null} options.sprite of the points' images, if they have any
 * @param {(i: number) => void} options.onHover a point or -1
 * @param {(i: number) => void} options.onPick a point or -1
 * @param {(points: number[]) => void} [options.onTake] points inside a lasso
 */
export function embeddingPlot(root, {plotly, classes, colors, shapes, sprite, onHover, onPick, onTake = () => {}}) {
  root.innerHTML = `<div class="embedding-plot"></div><svg class="embedding-overlay" aria-hidden="true"></svg>
    <canvas class="embedding-thumb" width="28" height="28" aria-hidden="true" hidden></canvas>
    <canvas class="embedding-thumb landed" width="28" height="28" aria-hidden="true" hidden></canvas>`;
  const [plot, overlay, thumb, landedThumb] = /** @type {any[]} */ ([...root.children]);
  /** @type {any} */
  let data = null;
  /** @type {number[][]} */
  let members = []; // points by class
  let lit = -1;
  /** @type {Link[]} */
  let links = [];
  let isPictured = false;
  /** @type {number[]} */
  let found = [];
  const pictures = mapPictures(root);
  const points = movedPoints(plot);
  const lasso = lassoTool(onTake);
  pictures.attach(overlay);
  /** @type {Landed | null} */
  let landed = null;
  let drawn = /** @type {number | null} */ (null); // dimensions of what plotly shows
  let solid = /** @type {any} */ (null); // plotly of three dimensions, once it is needed
  const engine = () => (drawn === 3 ? solid : plotly);
  let timer = 0;
  let hovered = -1;
  let isZoomed = false;
  let isReset = false; // by two clicks, which plotly says before it does it

  const value = (/** @type {number} */ i, /** @type {number} */ c) => data.points[i * data.dimensions + c];
  // in three dimensions the lit point, its links and what has landed are traces of their own
  const lamp = () => lampTrace(value, lit, links);

  /**
   * Where a point of two dimensions stands inside the root.
   * @param {number} i
   * @returns {[number, number]}
   */
  const pixel = (i) => pixelOf([value(i, 0), value(i, 1)]);
  const pixelOf = (/** @type {ArrayLike<number>} */ point) => {
    const {xaxis, yaxis} = plot._fullLayout;
    return /** @type {[number, number]} */ ([xaxis._offset + xaxis.d2p(point[0]), yaxis._offset + yaxis.d2p(point[1])]);
  };
  const glow = () => {
    const isFlat = data.dimensions === 2 && !!plot._fullLayout;
    thumb.hidden = lit < 0 || !isFlat || !isPictured || !sprite;
    landedThumb.hidden = !landed || !isFlat;
    overlay.innerHTML = "";
    pictures.draw(isFlat && (isZoomed || found.length) ? pictureLayer() : null);
    if (!isFlat) return;
    const place = lit < 0 ? null : pixel(lit);
    const star = landed && pixelOf(landed.point);
    const lines = links.map(({j, ...link}) => ({...link, end: pixel(j)}));
    overlay.innerHTML = glowSvg(place, place ? lines : [], star);
    thumb.hidden ||= !place || !isInside(place, axesBox(plot)); // what is lit may lie beyond what is zoomed
    if (place) putBeside(thumb, place, root.clientWidth);
    if (star) putBeside(landedThumb, star, root.clientWidth);
  };
  const pixels = () => data.labels.map((/** @type {number} */ _, /** @type {number} */ i) => pixel(i));
  const pictureLayer = () => ({
    places: pixels(),
    shown: shownPoints(),
    found,
    isZoomed,
    box: axesBox(plot),
    paint: sprite && tilePainter(sprite, (/** @type {number} */ i) => data.places[i]),
    colorOf: (/** @type {number} */ i) => colors[data.labels[i]],
  });
  /** @returns {number[]} */
  const shownPoints = () =>
    data.labels.flatMap((/** @type {number} */ k, /** @type {number} */ i) => (data.hidden.has(k) ? [] : [i]));
  const nearest = (/** @type {number} */ x, /** @type {number} */ y) => {
    const {xaxis, yaxis} = plot._fullLayout;
    return nearestPlace(pixels(), shownPoints(), x + xaxis._offset, y + yaxis._offset, REACH);
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
    isLasso: () => lasso.isOn,
    isZoomed: () => isZoomed,
  });
  root.addEventListener("click", ({target}) => {
    if (data?.dimensions === 3 && /** @type {Element} */ (target).closest("canvas")) onPick(hovered);
  });
  onThemeChange(() => {
    if (data) draw();
  });
  new ResizeObserver(async () => {
    if (!root.offsetParent || drawn === null || !plot._fullLayout || !(await fitToPlace(engine(), plot))) return;
    collect();
    glow();
  }).observe(root);

  const collect = () => {
    const shown = classes.map((_, k) => k).filter((k) => !data.hidden.has(k));
    points.collect(data.dimensions === 2 ? shown.map((k) => members[k]) : []);
  };
  const draw = async () => {
    if (data.dimensions === 3 && !solid) {
      setPending(plot, true);
      solid = await solidPlotly();
      if (data.dimensions === 2) return; // drawn flat meanwhile
    }
    setPending(plot, false);
    if (drawn !== null && drawn !== data.dimensions) engine().purge(plot);
    const isFirst = drawn !== data.dimensions;
    drawn = data.dimensions;
    const traces = classTraces(data, members, {classes, colors, shapes, value});
    const all = data.dimensions === 2 ? traces : [...traces, lamp(), landedTrace(landed?.point ?? null)];
    const mode = data.dimensions === 2 ? {dragmode: lasso.mode} : {};
    await engine().react(plot, all, {...layout(data, value), ...mode}, CONFIG);
    if (isFirst) {
      isZoomed = false;
      lasso.listen(engine(), plot);
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
    points.move(value);
    glow();
    clearTimeout(timer);
    timer = setTimeout(draw, REST);
  };
  const moveSolid = oncePerFrame(draw, () => data.points);

  return {
    /** @param {EmbeddingData} next */
    draw(next) {
      clearTimeout(timer);
      data = next;
      members = classes.map((_, k) => next.labels.flatMap((label, i) => (label === k ? [i] : [])));
      return draw();
    },
    /** @param {Float32Array} next where the points are now */
    move(next) {
      data.points = next;
      if (data.dimensions === 2) moveFlat();
      else moveSolid();
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
      if (i >= 0) sprite?.paint(data.places[i], thumb);
      glow();
      if (drawn !== 3 || data.dimensions === 2) return;
      const {x, y, z, marker: ends} = lamp();
      engine().restyle(plot, {x: [x], y: [y], z: [z], "marker.size": [ends.size]}, [classes.length]);
    },
    /** @param {number[]} points that get a ring */
    mark(points) {
      if (!points.length && !found.length) return;
      found = points;
      if (data) glow();
    },
    /** @param {boolean} isOn whether dragging draws a line around points, and does not zoom */
    setLasso(isOn) {
      lasso.set(isOn, engine(), plot);
    },
    /** plotly, and its element, for who saves a picture of it. */
    get drawing() {
      return {plotly: engine(), plot};
    },
    /** @param {Landed | null} next a picture that has come to the map and is none of its points */
    land(next) {
      if (!next && !landed) return;
      landed = next;
      if (!data) return;
      landed?.paint(landedThumb);
      glow();
      if (drawn !== 3 || data.dimensions === 2) return;
      const {x, y, z} = landedTrace(landed?.point ?? null);
      engine().restyle(plot, {x: [x], y: [y], z: [z]}, [classes.length + 1]);
    },
    pixel, // for who must point at it from outside
  };
}
