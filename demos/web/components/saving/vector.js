// @ts-check
// What is drawn on a canvas, as the elements of an SVG: points and lines stay sharp at any size.
import {escapeHtml} from "../../lib/dom.js";

/** @typedef {(context: CanvasRenderingContext2D) => void} Draw in pixels of the page */

/** @type {WeakMap<HTMLCanvasElement, Draw>} */
const drawings = new WeakMap();

/**
 * Tell how a canvas was drawn, so that it can be drawn again as an SVG.
 * @param {HTMLCanvasElement} canvas
 * @param {Draw} draw
 */
export const rememberDrawing = (canvas, draw) => drawings.set(canvas, draw);

/**
 * The elements of a canvas's drawing; null where nobody told how it was drawn.
 * @param {HTMLCanvasElement} canvas
 * @returns {string | null}
 */
export function drawingOf(canvas) {
  const draw = drawings.get(canvas);
  if (!draw) return null;
  const context = new SvgContext();
  draw(/** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (context)));
  return context.elements.join("");
}

const ANCHORS = /** @type {Record<string, string>} */ ({center: "middle", right: "end"});

/** As much of a canvas's context as the charts use. */
export class SvgContext {
  elements = /** @type {string[]} */ ([]);
  fillStyle = "#000";
  strokeStyle = "#000";
  globalAlpha = 1;
  lineWidth = 1;
  font = "10px sans-serif";
  textAlign = "left";
  #path = "";
  #turn = ""; // what rotate() did
  #dashes = "";
  #saved = /** @type {object[]} */ ([]);

  beginPath() {
    this.#path = "";
  }

  /** @param {number} x @param {number} y */
  moveTo(x, y) {
    this.#path += `M${x} ${y}`;
  }

  /** @param {number} x @param {number} y */
  lineTo(x, y) {
    this.#path += `L${x} ${y}`;
  }

  /** A whole circle. @param {number} x @param {number} y @param {number} r */
  arc(x, y, r) {
    this.#path += `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
  }

  fill() {
    this.#add(`<path d="${this.#path}" fill="${this.fillStyle}"`);
  }

  stroke() {
    const dashes = this.#dashes && ` stroke-dasharray="${this.#dashes}"`;
    this.#add(
      `<path d="${this.#path}" fill="none" stroke="${this.strokeStyle}" stroke-width="${this.lineWidth}"${dashes}`,
    );
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  fillRect(x, y, width, height) {
    this.#add(`<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${this.fillStyle}"`);
  }

  clearRect() {}

  /** @param {string} text @param {number} x @param {number} y */
  fillText(text, x, y) {
    const anchor = ANCHORS[this.textAlign] ?? "start";
    const look = `style="font:${escapeHtml(this.font)}" fill="${this.fillStyle}" text-anchor="${anchor}"`;
    this.#add(`<text x="${x}" y="${y}" ${look}`, escapeHtml(text), "text");
  }

  /** @param {number} angle in radians, about the corner */
  rotate(angle) {
    this.#turn += `rotate(${(angle * 180) / Math.PI}) `;
  }

  /** @param {number[]} dashes */
  setLineDash(dashes) {
    this.#dashes = dashes.join(" ");
  }

  save() {
    const {fillStyle, strokeStyle, globalAlpha, lineWidth, font, textAlign} = this;
    const own = {fillStyle, strokeStyle, globalAlpha, lineWidth, font, textAlign};
    this.#saved.push({own, turn: this.#turn, dashes: this.#dashes});
  }

  restore() {
    const {own, turn = "", dashes = ""} = /** @type {any} */ (this.#saved.pop()) ?? {};
    Object.assign(this, own);
    this.#turn = turn;
    this.#dashes = dashes;
  }

  /** @param {string} start @param {string} [inner] @param {string} [name] */
  #add(start, inner = "", name = "") {
    const turn = this.#turn && ` transform="${this.#turn.trim()}"`;
    const alpha = this.globalAlpha < 1 ? ` opacity="${this.globalAlpha}"` : "";
    this.elements.push(`${start}${turn}${alpha}${name ? `>${inner}</${name}>` : "/>"}`);
  }
}
