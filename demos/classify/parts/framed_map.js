// @ts-check
// A small map on a canvas with a frame around a part of it; where it can be picked, by pointer or arrow keys.
import {paint, paintViridis} from "../../web/lib/image.js";
import {ARROWS_BY_ROW} from "../../web/lib/input/arrows.js";

/** @typedef {import("./map_steps.js").Place} Place */
/** @typedef {import("./map_steps.js").Box} Box */

/**
 * @param {HTMLElement} frame
 * @param {Box | null} box null hides it
 */
export function placeFrame(frame, box) {
  frame.hidden = !box;
  for (const [side, share] of Object.entries(box ?? {})) frame.style.setProperty(side, `${100 * share}%`);
}

/**
 * Activations as bytes, the largest 255; the square root shows weak ones too.
 * @param {ArrayLike<number>} values
 */
export function brightness(values) {
  const most = Array.from(values).reduce((a, b) => Math.max(a, b), 1e-6);
  return Uint8Array.from(values, (v) => 255 * Math.sqrt(Math.max(0, v) / most));
}

/**
 * @param {HTMLElement} root
 * @param {{label: string, onPick?: (place: Place) => void}} options
 */
export function framedMap(root, {label, onPick}) {
  root.classList.add("framed-map");
  root.innerHTML = `<canvas role="img" aria-label="${label}"></canvas><i hidden></i>`;
  const canvas = /** @type {HTMLCanvasElement} */ (root.querySelector("canvas"));
  const frame = /** @type {HTMLElement} */ (root.querySelector("i"));
  /** @type {Place} */
  let at = [0, 0];
  if (onPick) listen(canvas, () => at, onPick);
  return {
    canvas,
    /** @param {ArrayLike<number>} pixels of the picture, in grey or in colour */
    show: (pixels) => paint(canvas, pixels),
    /**
     * @param {ArrayLike<number>} bytes
     * @param {number} width
     * @param {number} height
     */
    draw(bytes, width, height, isGrey = false) {
      (isGrey ? paint : paintViridis)(canvas, bytes, width, height);
    },
    /** @param {Box | null} box */
    frame: (box) => placeFrame(frame, box),
    /** @param {Place} place that the arrow keys start from */
    set at(place) {
      at = place;
    },
    /** @param {string} words for screen readers */
    describe: (words) => canvas.setAttribute("aria-label", words),
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {() => Place} current
 * @param {(place: Place) => void} onPick
 */
function listen(canvas, current, onPick) {
  canvas.tabIndex = 0;
  const pick = (/** @type {PointerEvent} */ event) => {
    const {left, top, width, height} = canvas.getBoundingClientRect();
    const inside = (/** @type {number} */ share, /** @type {number} */ count) =>
      Math.max(0, Math.min(count - 1, Math.floor(share * count)));
    onPick([
      inside((event.clientY - top) / height, canvas.height),
      inside((event.clientX - left) / width, canvas.width),
    ]);
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    pick(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) pick(event);
  });
  canvas.addEventListener("keydown", (event) => {
    const by = ARROWS_BY_ROW[event.key];
    if (!by) return;
    event.preventDefault();
    const [row, column] = current();
    onPick([
      Math.max(0, Math.min(canvas.height - 1, row + by[0])),
      Math.max(0, Math.min(canvas.width - 1, column + by[1])),
    ]);
  });
}
