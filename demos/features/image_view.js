// @ts-check
// One image: what the network predicts for it, and the images nearest to it in the features.
import {escapeHtml} from "../web/lib/dom.js";

/**
 * @typedef {import("./layouts.js").PlaneData} PlaneData
 * @typedef {import("../web/lib/server/sample.js").Sample} Sample
 */

/**
 * Nearest images of one, with a strength from 0 to 1.
 * @param {PlaneData} plane
 * @param {Float32Array | null} p of t-SNE, or null
 * @param {number} i
 */
export function nearLinks({neighbour}, p, i) {
  const near = neighbour[i];
  const weights = near.map((_, k) => (p ? p[i * near.length + k] : 1 - k / (near.length + 1)));
  const most = Math.max(...weights, 1e-30);
  return near.map((j, k) => ({j, strength: weights[k] / most}));
}

/**
 * @param {(selector: string) => any} find
 * @param {{classes: string[], colors: readonly string[], sample: Sample}} options
 */
export function imageView(find, {classes, colors, sample}) {
  const list = find(".features-near");
  return {
    /**
     * @param {number} i
     * @param {object} map the one pointed at
     * @param {number} map.m
     * @param {string} map.layer
     * @param {PlaneData} map.plane
     * @param {Float32Array | null} map.p
     */
    show(i, {m, layer, plane, p}) {
      const {indices, predicted, neighbour, distance} = plane;
      const index = indices[i];
      const label = sample.labels[index];
      const said = classes[predicted[i]];
      sample.sprite.paint(index, find(".picture"));
      find(".what").textContent = classes[label];
      find(".where").innerHTML = `test image ${sample.index[index]}<br>the network calls it
        <b>${escapeHtml(said)}</b>${predicted[i] === label ? ", right" : ", wrong"}`;
      find(".space").textContent = `of map ${m + 1}, ${layer}: distance${p ? ", and pᵢⱼ × 10⁴" : ""}`;
      const near = neighbour[i];
      if (list.children.length !== near.length) list.innerHTML = near.map(() => ITEM).join("");
      near.forEach((j, k) => {
        const chance = p ? p[i * near.length + k] : null;
        showItem(list.children[k], {index: indices[j], far: distance[i][k], chance});
      });
    },
    clear() {
      const canvas = find(".picture");
      canvas.width = 28; // which empties it
      find(".what").textContent = "Point at an image";
      find(".where").textContent = "";
      find(".space").textContent = "";
      list.innerHTML = "";
    },
  };

  /**
   * @param {HTMLElement} item
   * @param {{index: number, far: number, chance: number | null}} shown
   */
  function showItem(item, {index, far, chance}) {
    const [canvas, first, second] = /** @type {any[]} */ ([...item.children]);
    const label = sample.labels[index];
    sample.sprite.paint(index, canvas);
    item.style.setProperty("--color", colors[label]);
    first.textContent = far.toFixed(far < 10 ? 2 : 1);
    second.textContent = chance === null ? "" : (chance * 1e4).toFixed(chance < 1e-3 ? 2 : 1);
    const words = `${classes[label]}, distance ${first.textContent}`;
    item.title = chance === null ? words : `${words}, p ${chance.toExponential(2)}`;
    item.setAttribute("aria-label", item.title);
  }
}

const ITEM = `<li><canvas width="28" height="28"></canvas><span></span><span></span></li>`;
