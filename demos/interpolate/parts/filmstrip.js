// @ts-check
// Frames of a path as a row of small pictures, of which the one nearest to the present frame is marked.
import {context2d} from "../../web/lib/image.js";

/** @typedef {Pick<import("../../web/lib/sprite.js").Sprite, "tile" | "paint">} Sprite */

const GAP = 4; // pixels around a frame of the picture that is kept
const LINE = 18; // pixels of its captions

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {(k: number) => string} options.caption
 * @param {(k: number) => void} options.onPick
 * @param {string} [options.what] what the caption is
 */
export function filmstrip(root, {caption, onPick, what = "frame"}) {
  root.classList.add("loom-filmstrip");
  root.setAttribute("role", "group");
  /** @type {number[]} */
  let frames = [];
  const tiles = () => /** @type {HTMLElement[]} */ ([...root.children]);
  root.addEventListener("click", ({target}) => {
    const tile = /** @type {HTMLElement} */ (target).closest("button");
    if (tile) onPick(Number(tile.dataset.k));
  });
  const build = (/** @type {number[]} */ wanted) => {
    frames = wanted;
    root.innerHTML = frames
      .map(
        (k) => `<button type="button" data-k="${k}" aria-label="${what} ${caption(k)}">
      <canvas aria-hidden="true"></canvas><span>${caption(k)}</span></button>`,
      )
      .join("");
  };
  return {
    /**
     * @param {Sprite} sprite
     * @param {number[]} wanted
     */
    show(sprite, wanted) {
      if (wanted.join() !== frames.join() || frames.some((k, n) => caption(k) !== tiles()[n].textContent?.trim()))
        build(wanted);
      tiles().forEach((tile, n) => {
        sprite.paint(frames[n], /** @type {HTMLCanvasElement} */ (tile.firstElementChild));
      });
    },
    /** @param {number} k */
    mark(k) {
      const near = frames.reduce((best, f) => (Math.abs(f - k) < Math.abs(best - k) ? f : best), frames[0]);
      tiles().forEach((tile, n) => {
        tile.setAttribute("aria-current", String(frames[n] === near));
      });
    },
  };
}

/**
 * Such a row as one picture to keep.
 * @param {Sprite} sprite
 * @param {number[]} frames
 * @param {{caption: (k: number) => string, scale: number}} options
 * @returns {Promise<Blob | null>} PNG
 */
export function filmstripPicture(sprite, frames, {caption, scale}) {
  const side = sprite.tile * scale;
  const sheet = document.createElement("canvas");
  const tile = document.createElement("canvas");
  sheet.width = frames.length * (side + GAP) + GAP;
  sheet.height = side + 2 * GAP + LINE;
  const context = context2d(sheet);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.imageSmoothingEnabled = false;
  context.fillStyle = "#22252b";
  context.font = "13px system-ui, sans-serif";
  context.textAlign = "center";
  frames.forEach((k, n) => {
    sprite.paint(k, tile);
    const x = GAP + n * (side + GAP);
    context.drawImage(tile, x, GAP, side, side);
    context.fillText(caption(k), x + side / 2, side + GAP + LINE - 2);
  });
  return new Promise((done) => sheet.toBlob(done, "image/png"));
}
