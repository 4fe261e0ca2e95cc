// @ts-check
// What each number of a VAE's code costs, in nats: the mean of many images as bars, and one image as marks.
import {finder} from "../../lib/dom.js";
import {saveMenu} from "../saving/save_menu.js";

const PIXELS = 784; // of an image
const ROOM = 1.03; // for the mark of the largest

/**
 * @typedef {object} Answer what is known of an image
 * @property {number} [mse]
 * @property {number[]} [nats] of each number of its code
 * @property {number} [kl_weight]
 */

/**
 * @param {HTMLElement} root
 * @param {number} collapsed nats, below which a number carries nothing
 */
export function lossBars(root, collapsed) {
  const find = finder(root);
  const sum = root.querySelector(".loss-sum"); // where images can be chosen
  /** @type {{means: number[], nats: number[] | undefined} | null} */
  let shown = null;
  saveMenu(find(".loss-bars"), {table: () => shown && natsTable(shown)});
  return {
    /**
     * @param {number[] | null} means of each number over all images; null of a model without a prior
     * @param {Answer | null} image
     */
    show(means, image) {
      root.hidden = means === null;
      shown = means && {means, nats: image?.nats};
      if (!means) return;
      const most = ROOM * Math.max(...means, ...(image?.nats ?? []));
      find(".loss-bars").innerHTML = means
        .map((mean, k) => barHtml({k, mean, most, nats: image?.nats?.[k], isCollapsed: mean < collapsed}))
        .join("");
      if (sum) sum.textContent = image?.nats ? sumWords(image) : "Click an image to see its own loss.";
      const count = means.filter((mean) => mean < collapsed).length;
      find(".loss-collapsed").hidden = count === 0;
      find(".loss-collapsed").textContent = collapsedWords(count, means.length);
    },
  };
}

/**
 * @param {{means: number[], nats: number[] | undefined}} shown
 * @returns {import("../../lib/plots/table.js").Table}
 */
const natsTable = ({means, nats}) => ({
  columns: ["number", "mean of all images in nats", ...(nats ? ["this image in nats"] : [])],
  rows: means.map((mean, k) => [`z${k + 1}`, mean, ...(nats ? [nats[k]] : [])]),
});

/**
 * @param {number} count numbers that have collapsed
 * @param {number} all
 */
export const collapsedWords = (count, all) =>
  `${count} of ${all} ${count === 1 ? "has" : "have"} collapsed: drawn from the prior whatever the image, such a ` +
  "number carries nothing.";

/** @param {Answer} answer of an image */
function sumWords({mse = 0, nats = [], kl_weight: weight = 0}) {
  const error = PIXELS * mse;
  const divergence = nats.reduce((a, b) => a + b, 0);
  const total = error + weight * divergence;
  return (
    `This image: squared error ${error.toFixed(1)} + ${weight} × ${divergence.toFixed(1)} nats ` +
    `= ${total.toFixed(1)}`
  );
}

/** @param {{k: number, mean: number, most: number, nats: number | undefined, isCollapsed: boolean}} bar */
function barHtml({k, mean, most, nats, isCollapsed}) {
  const words = isCollapsed ? "collapsed" : `${mean.toFixed(2)} nats`;
  const own = nats === undefined ? "" : `<i style="left:${((100 * nats) / most).toFixed(1)}%"></i>`;
  return `<div class="loom-bar" role="listitem" style="--color:var(--loom-own)"
    aria-label="z${k + 1}: ${words}${nats === undefined ? "" : `, this image ${nats.toFixed(2)}`}">
    <span class="name">z${k + 1}</span>
    <span class="track"><span class="fill" style="transform:scaleX(${(mean / most).toFixed(4)})"></span>${own}</span>
    <span class="value">${words}</span></div>`;
}
