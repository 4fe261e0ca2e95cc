// @ts-check
// A layer over a map: rings around points that were found, and the pictures of points where there is room for them.
import {context2d} from "../../lib/image.js";

const SIDE = 28; // pixels of a picture
const ROOM = 1.5; // times its own area that a picture needs
const FOUND = "#ffb000";

/**
 * @typedef {object} Layer
 * @property {[number, number][]} places pixels of all points
 * @property {number[]} shown points that are not hidden
 * @property {number[]} found points that get a ring
 * @property {boolean} isZoomed
 * @property {{left: number, top: number, width: number, height: number}} box of the axes
 * @property {((i: number, context: CanvasRenderingContext2D, x: number, y: number) => void) | null} paint
 * @property {(i: number) => string} colorOf
 */

/**
 * Which points become pictures: those that are in view, as long as all of them find room.
 * @param {Pick<Layer, "places" | "shown" | "isZoomed" | "box">} layer
 */
export function picturedPoints({places, shown, isZoomed, box}) {
  if (!isZoomed) return [];
  const inView = shown.filter((i) => isInside(places[i], box));
  return inView.length * SIDE * SIDE * ROOM <= box.width * box.height ? inView : [];
}

/**
 * @param {[number, number]} place
 * @param {Layer["box"]} box
 */
export const isInside = ([x, y], {left, top, width, height}) =>
  x >= left && x <= left + width && y >= top && y <= top + height;

/**
 * Where plotly has its axes.
 * @param {any} plot plotly's element
 */
export function axesBox({_fullLayout: {xaxis, yaxis}}) {
  return {left: xaxis._offset, top: yaxis._offset, width: xaxis._length, height: yaxis._length};
}

/**
 * @param {import("../../lib/sprite.js").Sprite} sprite
 * @param {(i: number) => number} tileOf a point
 * @returns {NonNullable<Layer["paint"]>}
 */
export const tilePainter = (sprite, tileOf) => (i, context, x, y) => {
  context.save();
  context.translate(x, y);
  context.scale(SIDE / sprite.tile, SIDE / sprite.tile);
  sprite.draw(tileOf(i), context, 0, 0);
  context.restore();
};

/** @param {HTMLElement} root whose area the layer covers */
export function mapPictures(root) {
  const canvas = document.createElement("canvas");
  canvas.className = "map-pictures";
  canvas.setAttribute("aria-hidden", "true");
  return {
    /** @param {Element | null} [before] which the layer lies under; nothing lies over it without one */
    attach(before = null) {
      if (canvas.parentElement !== root) root.insertBefore(canvas, before);
    },
    /** @param {Layer | null} layer nothing takes all away */
    draw(layer) {
      const ratio = window.devicePixelRatio || 1;
      const pictured = layer?.paint ? picturedPoints(layer) : [];
      canvas.dataset.pictures = String(pictured.length);
      canvas.dataset.found = String(layer?.found.length ?? 0);
      canvas.width = root.clientWidth * ratio; // which empties it
      canvas.height = root.clientHeight * ratio;
      if (!layer) return;
      const context = context2d(canvas);
      context.scale(ratio, ratio);
      clipTo(context, layer.box);
      for (const i of pictured) drawPicture(context, layer, i);
      drawRings(context, layer);
    },
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Layer["box"]} box
 */
function clipTo(context, {left, top, width, height}) {
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Layer} layer
 * @param {number} i
 */
function drawPicture(context, {places, paint, colorOf}, i) {
  const [x, y] = places[i].map((v) => Math.round(v - SIDE / 2));
  context.fillStyle = colorOf(i);
  context.fillRect(x - 2, y - 2, SIDE + 4, SIDE + 4);
  paint?.(i, context, x, y);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Layer} layer
 */
function drawRings(context, {places, found, shown}) {
  const isShown = new Set(shown);
  context.strokeStyle = FOUND;
  context.lineWidth = 2.5;
  for (const i of found) {
    if (!isShown.has(i)) continue;
    context.beginPath();
    context.arc(...places[i], 8, 0, 2 * Math.PI);
    context.stroke();
  }
}
