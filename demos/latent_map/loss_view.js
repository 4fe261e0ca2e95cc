// @ts-check
// The loss of a VAE taken apart: the squared error of an image, and what each number of its code costs, in nats.
import {finder} from "../web/lib/dom.js";

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
export function lossView(root, collapsed) {
  const find = finder(root);
  return {
    /**
     * @param {number[] | null} means of each number over all images; null of a model without a prior
     * @param {Answer | null} image
     */
    show(means, image) {
      root.hidden = means === null;
      if (!means) return;
      const most = ROOM * Math.max(...means, ...(image?.nats ?? []));
      find(".loss-bars").innerHTML = means
        .map((mean, k) => barHtml({k, mean, most, nats: image?.nats?.[k], isCollapsed: mean < collapsed}))
        .join("");
      find(".loss-sum").textContent = image?.nats ? sumWords(image) : "Click an image to see its own loss.";
      find(".loss-collapsed").hidden = means.every((mean) => mean >= collapsed);
    },
  };
}

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
