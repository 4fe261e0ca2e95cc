// @ts-check
// A small image to draw on, with mouse, pen, finger or keyboard, and its tools. Pixels are bytes: 0 is black. The ink
// is white; pictures in colour may be put on it and drawn over.

import {percent} from "../lib/format.js";
import {context2d, paint} from "../lib/image.js";
import {ARROWS} from "../lib/input/arrows.js";
import {drawLine} from "../lib/input/brush.js";

const HISTORY = 50; // strokes that can be undone
const LABELS = {draw: "Draw", erase: "Erase", mirror: "Mirror", undo: "Undo", clear: "Clear"};
const BRUSH = `<label class="loom-slider">Brush
  <input type="range" data-brush min="0.5" max="5" step="0.1" value="1.6"> <output>3 px</output></label>`;
const INK = `<label class="loom-slider">Ink
  <input type="range" data-ink min="0.1" max="1" step="0.05" value="1"> <output>100 %</output></label>`;

/** @type {Record<string, boolean>} */
const TOGGLES = {draw: true, erase: false, mirror: false};
/** @typedef {import("../lib/input/brush.js").Place} Place */

/**
 * The root's data-tools names what it has, of "draw erase mirror undo clear brush ink"; what the root holds stands
 * beside the buttons.
 * @param {HTMLElement} root
 * @param {object} options
 * @param {string} [options.hint]
 * @param {(pixels: Uint8Array) => void} [options.onDraw] at every move
 * @param {(pixels: Uint8Array) => void} options.onRelease at the end of a stroke
 * @param {number} [options.size] pixels a side
 * @param {(canvas: HTMLCanvasElement, pixels: Uint8Array) => void} [options.show] how pixels are seen; as a picture
 */
export function drawingPad(root, {hint = "draw here", onDraw = () => {}, onRelease, size = 28, show = paint}) {
  const tools = (root.dataset.tools ?? "").split(" ");
  const beside = [...root.childNodes];
  root.innerHTML = padHtml(hint, size, tools);
  root.querySelector(".loom-tools")?.append(...beside);
  const canvas = /** @type {HTMLCanvasElement} */ (root.querySelector("canvas"));
  const hintElement = /** @type {HTMLElement} */ (root.querySelector(".hint"));
  const cursor = {x: size / 2, y: size / 2, shown: false};
  const tool = {radius: 1.6, strength: 1, isErasing: false, mirror: false};
  let channels = 1;
  let pixels = new Uint8Array(size * size);
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const history = [];
  /** @type {Place | null} */
  let last = null;

  const repaint = () => {
    show(canvas, pixels);
    hintElement.hidden = !pad.isEmpty;
    if (!cursor.shown) return;
    const context = context2d(canvas);
    context.fillStyle = "#ffb000";
    context.fillRect(Math.floor(cursor.x), Math.floor(cursor.y), 1, 1);
  };
  const remember = () => {
    history.push(pixels.slice());
    if (history.length > HISTORY) history.shift();
  };
  const stroke = (/** @type {Place} */ from, /** @type {Place} */ to) => {
    const brush = {radius: tool.radius, ink: tool.isErasing ? 0 : tool.strength, size, channels};
    drawLine(pixels, {from, to}, brush, tool.mirror);
    repaint();
    onDraw(pixels);
  };
  const place = (/** @type {MouseEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * size,
      y: ((event.clientY - box.top) / box.height) * size,
    };
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary) return takeBack(); // two fingers scroll the page
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    remember();
    last = place(event);
    stroke(last, last);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last || !event.isPrimary) return;
    for (const moved of event.getCoalescedEvents?.() ?? [event]) {
      const next = place(moved);
      stroke(last, next);
      last = next;
    }
  });
  const takeBack = () => {
    if (!last) return;
    last = null;
    pad.undo();
  };
  canvas.addEventListener("pointerup", () => {
    if (!last) return;
    last = null;
    onRelease(pixels);
  });
  canvas.addEventListener("pointercancel", takeBack);

  const moveCursor = (/** @type {[number, number]} */ [dx, dy]) => {
    const inside = (/** @type {number} */ v) => Math.min(size - 0.5, Math.max(0.5, v));
    cursor.x = inside(Math.floor(cursor.x) + 0.5 + dx);
    cursor.y = inside(Math.floor(cursor.y) + 0.5 + dy);
    cursor.shown = true;
    repaint();
  };
  canvas.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") pad.undo();
    else if (ARROWS[event.key]) moveCursor(ARROWS[event.key]);
    else if (event.key === " " || event.key === "Enter") {
      remember();
      stroke(cursor, cursor);
      onRelease(pixels);
    } else return;
    event.preventDefault();
  });
  canvas.addEventListener("blur", () => {
    cursor.shown = false;
    repaint();
  });

  const put = (/** @type {ArrayLike<number>} */ bytes) => {
    pixels = Uint8Array.from(bytes);
    repaint();
  };
  const change = (/** @type {ArrayLike<number>} */ bytes) => {
    put(bytes);
    onDraw(pixels);
    onRelease(pixels);
  };
  const pad = {
    repaint,
    get pixels() {
      return pixels;
    },
    get isEmpty() {
      return pixels.every((value) => value === 0);
    },
    /** @param {ArrayLike<number>} bytes as if they had been drawn */
    set(bytes) {
      remember();
      change(bytes);
    },
    /** @param {ArrayLike<number>} bytes, without a call */
    put(bytes) {
      remember();
      put(bytes);
    },
    /** @param {import("../types").Dataset["image_shape"]} shape of the pictures from now on; empties the pad */
    resize([depth, , side]) {
      if (side === size && depth === channels) return;
      [size, channels, history.length] = [side, depth, 0];
      Object.assign(cursor, {x: size / 2, y: size / 2});
      canvas.setAttribute("aria-label", labelOf(size));
      put(new Uint8Array(size * size * channels));
    },
    clear() {
      remember();
      change(new Uint8Array(size * size * channels));
    },
    undo() {
      const before = history.pop();
      if (before) change(before);
    },
  };
  listenToTools(root, tool, tools, pad);
  repaint();
  return pad;
}

/**
 * @param {HTMLElement} root
 * @param {{radius: number, strength: number, isErasing: boolean, mirror: boolean}} tool changed by the buttons
 * @param {string[]} tools
 * @param {{undo: () => void, clear: () => void}} pad
 */
function listenToTools(root, tool, tools, pad) {
  const press = (/** @type {string} */ name, /** @type {boolean} */ on) =>
    root.querySelector(`[data-tool=${name}]`)?.setAttribute("aria-pressed", String(on));
  const erase = (/** @type {boolean} */ on) => {
    tool.isErasing = on;
    press("erase", on);
    press("draw", !on);
  };
  /** @type {Record<string, () => void>} */
  const actions = {
    draw: () => erase(false),
    erase: () => erase(tools.includes("draw") || !tool.isErasing),
    undo: pad.undo,
    clear: pad.clear,
    mirror() {
      tool.mirror = !tool.mirror;
      press("mirror", tool.mirror);
    },
  };
  root.addEventListener("click", ({target}) => actions[/** @type {HTMLElement} */ (target).dataset?.tool ?? ""]?.());
  root.addEventListener("input", ({target}) => {
    const slider = /** @type {HTMLInputElement} */ (target);
    const output = /** @type {Element} */ (slider.nextElementSibling);
    if (slider.matches("[data-brush]")) {
      tool.radius = Number(slider.value);
      output.textContent = `${(2 * tool.radius).toFixed(0)} px`;
    } else if (slider.matches("[data-ink]")) {
      tool.strength = Number(slider.value);
      output.textContent = percent(tool.strength);
    }
  });
}

/** @param {number} size */
const labelOf = (size) => `${size} by ${size} pixels to draw on: arrow keys move, space paints, Ctrl+Z undoes`;

/**
 * @param {string} hint
 * @param {number} size
 * @param {string[]} tools
 */
function padHtml(hint, size, tools) {
  const buttons = Object.entries(LABELS).flatMap(([name, words]) => {
    if (!tools.includes(name)) return [];
    const pressed = name in TOGGLES ? ` aria-pressed="${TOGGLES[name]}"` : "";
    const title = name === "mirror" ? ' title="draw both halves at once"' : "";
    return [`<button type="button" data-tool="${name}"${pressed}${title}>${words}</button>`];
  });
  return `<div class="pad">
      <canvas tabindex="0" width="${size}" height="${size}" role="img" aria-label="${labelOf(size)}"></canvas>
      <p class="hint">${hint}</p></div>
    <div class="loom-tools" role="group" aria-label="Drawing tools">${buttons.join("")}</div>
    ${tools.includes("brush") ? BRUSH : ""}${tools.includes("ink") ? INK : ""}`;
}
