// @ts-check
// The real images nearest to a picture, each with its class's colour and its distance.
import {percent} from "../lib/format.js";

const SUSPICIOUS = 0.05; // share of the real images that have a closer neighbour

/**
 * @param {HTMLElement} list
 * @param {HTMLElement} line below it, which says how near that is
 * @param {{classes: readonly string[], colors: readonly string[], digits: number}} options digits: of a distance
 */
export function neighbours(list, line, {classes, colors, digits}) {
  return {
    /**
     * @param {import("../types").Neighbours} near
     * @param {import("../lib/server/sample.js").Sample} sample
     */
    show({indices, distances, closer}, {sprite, labels, index}) {
      if (!list.children.length)
        list.innerHTML = '<li><canvas width="28" height="28"></canvas><span></span></li>'.repeat(indices.length);
      indices.forEach((i, k) => {
        const item = /** @type {HTMLElement} */ (list.children[k]);
        const distance = distances[k].toFixed(digits);
        sprite.paint(i, /** @type {HTMLCanvasElement} */ (item.firstElementChild));
        /** @type {Element} */ (item.lastElementChild).textContent = distance;
        item.style.setProperty("--color", colors[labels[i]]);
        item.title = `${classes[labels[i]]}, test image ${index[i]}, distance ${distance}`;
        item.setAttribute("aria-label", item.title);
      });
      const warning = closer < SUSPICIOUS ? ": suspiciously near" : "";
      line.textContent = `${percent(closer)} of real images have a closer neighbour${warning}`;
    },
  };
}
