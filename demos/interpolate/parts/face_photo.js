// @ts-check
// The visitor's photo with its faces marked: one is chosen by its frame, or by a box that is dragged around another
// place. Beside it, the face as the model gets it and as the model gives it back.
import {boxBetween, isLarge, placeKeys, placeOn} from "../../web/components/pictures/box.js";
import {fromBase64} from "../../web/lib/base64.js";
import {finder, setPending} from "../../web/lib/dom.js";
import {context2d, paintPixels} from "../../web/lib/image.js";

/**
 * @typedef {import("../types").FacePhoto} FacePhoto
 * @typedef {import("../../web/components/pictures/box.js").Box} Box
 * @typedef {import("../../web/components/pictures/box.js").Place} Place
 */

const CURSOR = 0.03; // of the photo's sides: what shows where the keyboard is

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {number} options.side pixels a side of the face that the model gets
 * @param {(choice: {face?: number, box?: Box}) => void} options.onChoose
 */
export function facePhoto(root, {side, onChoose}) {
  root.innerHTML = frameHtml();
  const find = finder(root);
  /** @type {HTMLElement} */
  const frame = find(".face-frame");
  /** @type {HTMLElement} */
  const band = find(".face-band");
  /** @type {Place | null} */
  let corner = null;
  /** @type {FacePhoto | null} */
  let shown = null;

  const drawBox = (/** @type {Box | null} */ box) => {
    band.hidden = !box;
    if (box) Object.assign(band.style, placed(box));
  };
  frame.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary) return drop(); // two fingers scroll the page
    if (event.button === 0) corner = placeOn(frame, event);
  });
  frame.addEventListener("pointermove", (event) => {
    if (!corner) return;
    const box = boxBetween(corner, placeOn(frame, event));
    if (!isLarge(box)) return;
    frame.setPointerCapture(event.pointerId); // not before: a press on a face is a click
    drawBox(box);
  });
  const finish = (/** @type {Place} */ place) => {
    const box = corner && boxBetween(corner, place);
    corner = null;
    if (box && isLarge(box)) onChoose({box});
  };
  frame.addEventListener("pointerup", (event) => finish(placeOn(frame, event)));
  placeKeys(frame, {
    onMove(place) {
      const from = corner ?? {x: place.x - CURSOR, y: place.y - CURSOR};
      drawBox(boxBetween(from, place));
    },
    onTake(place) {
      if (corner) finish(place);
      else corner = place;
    },
  });
  const drop = () => {
    corner = null;
    drawBox(shown?.box ?? null);
  };
  frame.addEventListener("pointercancel", drop);
  frame.addEventListener("click", ({target}) => {
    const {face} = /** @type {HTMLElement} */ (target).dataset ?? {};
    if (face !== undefined) onChoose({face: Number(face)});
  });

  return {
    /**
     * @param {FacePhoto | null} photo
     * @param {boolean} isWaiting for another face of it
     */
    show(photo, isWaiting) {
      root.hidden = !photo;
      if (!photo) return;
      setPending(find(".face-pair"), isWaiting);
      if (photo === shown) return;
      shown = photo;
      find("img").src = photo.photo;
      find(".face-marks").innerHTML = photo.faces.map((box, k) => markHtml(box, k, photo.chosen)).join("");
      find(".face-note").textContent = photo.note;
      drawBox(photo.chosen === null ? photo.box : null);
      const bytes = fromBase64(photo.pixels);
      paintPixels(find("[data-face-given]"), side, side, (i) => bytes.subarray(3 * i, 3 * i + 3));
    },
    /** @param {((canvas: HTMLCanvasElement) => void) | null} paint what the model gives back; null until it is there */
    showBack(paint) {
      const canvas = find("[data-face-back]");
      if (paint) paint(canvas);
      else context2d(canvas).clearRect(0, 0, canvas.width, canvas.height);
    },
  };
}

/** @param {Box} box as a style */
const placed = ([left, top, right, bottom]) => ({
  left: `${100 * left}%`,
  top: `${100 * top}%`,
  width: `${100 * (right - left)}%`,
  height: `${100 * (bottom - top)}%`,
});

/**
 * @param {Box} box
 * @param {number} k
 * @param {number | null} chosen
 */
function markHtml(box, k, chosen) {
  const style = Object.entries(placed(box))
    .map(([name, value]) => `${name}:${value}`)
    .join(";");
  return `<button type="button" data-face="${k}" aria-pressed="${k === chosen}" aria-label="Face ${k + 1}"
    style="${style}"></button>`;
}

const frameHtml = () => `<h4>Your photo <small>click a face, or drag a box around it</small></h4>
  <div class="face-row"><div class="face-frame" role="group"
    aria-label="Your photo and its faces: drag a box around another place, or move with the arrow keys and press space
    at two corners"><img alt="your photo" draggable="false"><div class="face-marks"></div>
    <div class="face-band" hidden></div></div>
  <div class="face-pair">
    <figure><canvas data-face-given></canvas><figcaption>as the model gets it</figcaption></figure>
    <figure><canvas data-face-back></canvas><figcaption>as it gives it back</figcaption></figure></div></div>
  <p class="face-note" role="status"></p>`;
