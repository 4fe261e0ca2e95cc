// @ts-check
// A closed walk as a ring of pictures, which is turned by dragging around it.
import {context2d} from "../../web/lib/image.js";
import {CHOSEN} from "../scores.js";

const SIZE = 896; // pixels of the canvas
const SHOWN = 24; // pictures
const BAND = {radius: 334, width: 12};
const PICTURES = {radius: 394, stop: 104, between: 78, frame: 4}; // pixels; a stop is a random code
const UNKNOWN = "rgba(128, 128, 128, .25)";

/**
 * @param {HTMLCanvasElement} canvas
 * @param {object} walk
 * @param {import("../../web/lib/sprite.js").Sprite} walk.picture
 * @param {number[][] | null} walk.probs class probabilities of each frame
 * @param {number} walk.frames
 * @param {number} walk.stops
 * @param {readonly string[]} colors
 */
export function drawRing(canvas, {picture, probs, frames, stops}, colors) {
  canvas.width = SIZE;
  canvas.height = SIZE;
  const context = context2d(canvas);
  context.imageSmoothingEnabled = false;
  const middle = SIZE / 2;
  const angle = (/** @type {number} */ k) => (2 * Math.PI * k) / frames - Math.PI / 2;
  context.lineWidth = BAND.width;
  for (let k = 0; k < frames; k++) {
    context.strokeStyle = probs ? colors[probs[k].indexOf(Math.max(...probs[k]))] : UNKNOWN;
    context.beginPath();
    context.arc(middle, middle, BAND.radius, angle(k - 0.5), angle(k + 0.52));
    context.stroke();
  }
  const tile = document.createElement("canvas");
  const isStop = (/** @type {number} */ k) => k % (frames / stops) === 0;
  const order = Array.from({length: SHOWN}, (_, i) => (i * frames) / SHOWN);
  order.sort((j, k) => Number(isStop(j)) - Number(isStop(k))); // those on a random code above
  context.fillStyle = CHOSEN;
  for (const k of order) {
    const side = isStop(k) ? PICTURES.stop : PICTURES.between;
    const left = middle + PICTURES.radius * Math.cos(angle(k)) - side / 2;
    const top = middle + PICTURES.radius * Math.sin(angle(k)) - side / 2;
    const {frame} = PICTURES;
    picture.paint(k, tile);
    if (isStop(k)) context.fillRect(left - frame, top - frame, side + 2 * frame, side + 2 * frame);
    context.drawImage(tile, left, top, side, side);
  }
}

/**
 * @param {HTMLElement} root
 * @param {number} frames
 * @param {(frame: number, held: boolean) => void} onTurn
 */
export function listenToRing(root, frames, onTurn) {
  const turn = (/** @type {PointerEvent} */ {clientX, clientY}, /** @type {boolean} */ held) => {
    const box = root.getBoundingClientRect();
    const angle = Math.atan2(clientX - box.left - box.width / 2, box.top + box.height / 2 - clientY);
    onTurn(Math.round((angle / (2 * Math.PI) + 1) * frames) % frames, held);
  };
  /** @type {PointerEvent | null} */
  let last = null; // while it is held
  root.addEventListener("pointerdown", (event) => {
    last = event;
    root.setPointerCapture(event.pointerId);
    turn(event, true);
  });
  root.addEventListener("pointermove", (event) => {
    if (!last) return;
    last = event;
    turn(event, true);
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
    root.addEventListener(end, () => {
      if (last) turn(last, false);
      last = null;
    });
  }
}
