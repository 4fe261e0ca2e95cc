// @ts-check
// A plotly scatter of classes that says where it is pointed at and clicked, on points and between them.
import {nearestPlace} from "../web/components/charts/scatter.js";
import {lassoTool} from "../web/components/maps/lasso.js";
import {axesBox, mapPictures, tilePainter} from "../web/components/maps/map_pictures.js";
import {putBeside} from "../web/components/maps/thumb.js";
import {onThemeChange} from "../web/lib/dom.js";
import {ARROWS} from "../web/lib/input/arrows.js";
import {plotPointer} from "../web/lib/plots/plot_pointer.js";
import {fitToPlace} from "../web/lib/plots/plot_size.js";
import {crossLines, layout, traces} from "./parts/latent_layout.js";

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
 * @property {import("../web/lib/sprite.js").Sprite} tiles the images
 */

const CONFIG = {displaylogo: false, responsive: false, displayModeBar: false, doubleClick: "reset"};
const REACH = 20; // pixels from which a point is pointed at

/**
 * @param {any} root which becomes plotly's
 * @param {object} options
 * @param {(pick: Pick) => void} options.onHover
 * @param {(pick: Pick) => void} options.onPick
 * @param {(points: number[]) => void} options.onTake points inside a lasso
 */
export function latentPlot(root, {onHover, onPick, onTake}) {
  /** @type {any} */
  let plotly = null;
  /** @type {LatentPlotData | null} */
  let data = null;
  /** @type {{x: number, y: number} | null} */
  let cross = null;
  /** @type {{x: number, y: number} | null} */
  let drawnCross = null;
  /** @type {number[]} */
  let found = [];
  const pictures = mapPictures(root);
  const lasso = lassoTool(onTake);
  const thumb = document.createElement("canvas");
  Object.assign(thumb, {className: "embedding-thumb", hidden: true});
  /** @type {Promise<any>} */
  let drawing = Promise.resolve(); // plotly does one thing at a time

  const redraw = async () => {
    if (!data) return;
    const shown = {...layout(data, cross, root.clientWidth), dragmode: lasso.mode};
    drawnCross = cross;
    await plotly.react(root, traces(data), shown, CONFIG);
    drawPictures();
  };
  const drawPictures = () => {
    if (data && root._fullLayout) pictures.draw(found.length || isZoomed() ? layerOf(root, data, found) : null);
  };
  const mark = (/** @type {{x: number, y: number} | null} */ place) => {
    cross = place;
    if (data) drawing = drawing.then(drawCross);
  };
  const drawCross = async () => {
    if (cross === drawnCross) return; // drawn with the map
    drawnCross = cross;
    await plotly.relayout(root, {shapes: crossLines(cross)});
  };
  const moveCross = (/** @type {KeyboardEvent} */ event) => {
    if (!data) return;
    const [left, right, bottom, top] = data.bounds;
    const {x, y} = cross ?? {x: (left + right) / 2, y: (bottom + top) / 2};
    if (event.key === "Enter" || event.key === " ") onPick({x, y, i: -1});
    else if (ARROWS[event.key]) {
      const [across, down] = ARROWS[event.key];
      const step = event.shiftKey ? 1 / 10 : 1 / 40;
      mark({x: x + across * step * (right - left), y: y - down * step * (top - bottom)});
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
    const among = pointsShown(root, labels);
    const places = x.map((value, i) => /** @type {[number, number]} */ ([xaxis.d2p(value), yaxis.d2p(y[i])]));
    const i = nearestPlace(places, among, px, py, REACH);
    return i >= 0 ? {x: x[i], y: y[i], i} : {x: xaxis.p2d(px), y: yaxis.p2d(py), i};
  };
  const listen = () => {
    plotPointer(root, {
      onMove: (x, y) => onHover(pickAt(x, y)),
      onTap: (x, y) => onPick(pickAt(x, y)),
      onLeave() {
        thumb.hidden = true;
      },
      isLasso: () => lasso.isOn,
      isZoomed,
    });
    pictures.attach();
    root.append(thumb);
    lasso.listen(plotly, root);
    root.on("plotly_relayout", drawPictures);
    root.on("plotly_restyle", drawPictures); // a class was hidden in the legend
    root.addEventListener("keydown", moveCross);
    onThemeChange(redraw);
    new ResizeObserver(async () => {
      if (root.offsetParent && (await fitToPlace(plotly, root))) drawPictures();
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
      if (isFirst) drawing = drawing.then(listen);
      await drawing;
    },
    /** When all that was asked for is drawn, and the map can be pointed at. */
    get drawn() {
      return drawing;
    },
    mark,
    /**
     * A small picture at the pointer.
     * @param {{x: number, y: number}} place in the axes' units
     * @param {import("../web/lib/sprite.js").Sprite} sprite
     * @param {number} tile
     */
    preview({x, y}, sprite, tile) {
      thumb.hidden = !root._fullLayout || !root.matches(":hover");
      if (thumb.hidden) return;
      const {xaxis, yaxis} = root._fullLayout;
      sprite.paint(tile, thumb);
      putBeside(thumb, [xaxis._offset + xaxis.d2p(x), yaxis._offset + yaxis.d2p(y)], root.clientWidth);
    },
    /** @param {number[]} points that get a ring */
    find(points) {
      if (!points.length && !found.length) return;
      found = points;
      drawPictures();
    },
    /** @param {boolean} isOn whether dragging draws a line around points, and does not zoom */
    setLasso(isOn) {
      lasso.set(isOn, plotly, root);
    },
  };
}

/**
 * Points whose class the legend shows.
 * @param {any} root
 * @param {number[]} labels
 */
function pointsShown(root, labels) {
  const shown = root._fullData.map((/** @type {any} */ trace) => trace.visible === true);
  return labels.flatMap((label, i) => (shown[label] ? [i] : []));
}

/**
 * @param {any} root
 * @param {LatentPlotData} data
 * @param {number[]} found points that get a ring
 * @returns {import("../web/components/maps/map_pictures.js").Layer}
 */
function layerOf(root, {x, y, labels, dataset, tiles}, found) {
  const {xaxis, yaxis} = root._fullLayout;
  return {
    places: x.map((value, i) => [xaxis._offset + xaxis.d2p(value), yaxis._offset + yaxis.d2p(y[i])]),
    shown: pointsShown(root, labels),
    found,
    isZoomed: true,
    box: axesBox(root),
    paint: tilePainter(tiles, (i) => i),
    colorOf: (i) => dataset.colors[labels[i]],
  };
}
