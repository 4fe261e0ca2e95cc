// @ts-check
// A square of pictures, of which one is chosen by a click.
import {context2d} from "../../web/lib/image.js";
import {tilePlace} from "../../web/lib/sprite.js";
import {tileAt} from "../paths.js";

/** @typedef {ReturnType<typeof filmGrid>} FilmGrid */

/**
 * @param {HTMLElement} root to which it is added
 * @param {{side: number, size: number, label: string, caption?: string, onPick?: (tile: number) => void}} options
 *   side: pictures in a row; size: pixels a side of each; without onPick, none can be chosen
 */
export function filmGrid(root, {side, size, label, caption = "", onPick}) {
  const figure = document.createElement("figure");
  figure.className = "diffusion-film";
  figure.innerHTML = `<div class="stage"><canvas width="${side * size}" height="${side * size}" role="img">
    </canvas><i class="cell"></i></div><figcaption></figcaption>`;
  root.append(figure);
  const canvas = /** @type {HTMLCanvasElement} */ (figure.querySelector("canvas"));
  const cell = /** @type {HTMLElement} */ (figure.querySelector(".cell"));
  const words = /** @type {HTMLElement} */ (figure.querySelector("figcaption"));
  const context = context2d(canvas);
  canvas.setAttribute("aria-label", label);
  words.textContent = caption;
  words.hidden = !caption;
  cell.style.width = `${100 / side}%`;
  cell.style.height = `${100 / side}%`;
  cell.hidden = !onPick;
  if (onPick) canvas.tabIndex = 0;
  canvas.addEventListener("click", ({clientX, clientY}) => {
    const box = canvas.getBoundingClientRect();
    onPick?.(tileAt((clientX - box.left) / box.width, (clientY - box.top) / box.height, side));
  });

  return {
    figure,
    /**
     * @param {(tile: number) => {sprite: import("../../web/lib/sprite.js").Sprite, i: number} | null} find the tile of
     *   a sprite for each picture; null where it is not there yet
     */
    paint(find) {
      context.clearRect(0, 0, canvas.width, canvas.height);
      for (let tile = 0; tile < side ** 2; tile++) {
        const found = find(tile);
        found?.sprite.draw(found.i, context, ...tilePlace(tile, side, size));
      }
    },
    /** @param {number} tile that is chosen */
    mark(tile) {
      cell.style.left = `${(100 / side) * (tile % side)}%`;
      cell.style.top = `${(100 / side) * Math.floor(tile / side)}%`;
    },
  };
}
