// @ts-check
// One point: what the network predicts for its image, and the points nearest to it in the features.
import {escapeHtml} from "../../web/lib/dom.js";
import {signed} from "../../web/lib/format.js";
import {context2d} from "../../web/lib/image.js";
import {IMAGES} from "../views.js";
import {dataOf} from "./data.js";

/**
 * @typedef {import("../layouts.js").PlaneData} PlaneData
 * @typedef {import("../../web/lib/server/sample.js").Sample} Sample
 */

/**
 * Nearest images of one, with a strength from 0 to 1.
 * @param {PlaneData} plane
 * @param {Float32Array | null} p of t-SNE, or null
 * @param {number} i
 * @param {{force: number}[] | null} [pairs] one a neighbour
 */
export function nearLinks({neighbour}, p, i, pairs = null) {
  const near = neighbour[i];
  const weights = near.map((_, k) => (p ? p[i * near.length + k] : 1 - k / (near.length + 1)));
  const most = Math.max(...weights, 1e-30);
  return near.map((j, k) => ({j, strength: weights[k] / most, isPush: (pairs?.[k].force ?? 0) < 0}));
}

/**
 * @param {(selector: string) => any} find
 * @param {{props: import("../types").SetProps, sample: Sample}} options
 */
export function imageView(find, {props, sample}) {
  const list = find(".features-near");
  let data = dataOf(props, {data: IMAGES});
  return {
    /** @param {import("./data.js").Data} next what the points are */
    setData(next) {
      data = next;
    },
    /**
     * @param {number} i
     * @param {object} map the one pointed at
     * @param {number} map.m
     * @param {string} map.layer
     * @param {PlaneData} map.plane
     * @param {Float32Array | null} map.p
     * @param {{q: number, force: number}[] | null} map.pairs one a neighbour
     */
    show(i, {m, layer, plane, p, pairs}) {
      const {indices, neighbour, distance} = plane;
      paintPoint(find(".picture"), plane, i);
      find(".what").textContent = nameOf(plane, i);
      find(".where").innerHTML = data.isImages ? imageWords(plane, i) : `point ${i + 1} of ${indices.length}`;
      const space = data.isImages ? `of map ${m + 1}, ${layer}` : `in the data of map ${m + 1}`;
      const forces = ", then × 10⁴: pᵢⱼ, qᵢⱼ and the force, + pulls and − pushes";
      const seen = pairs ? forces : ", and pᵢⱼ × 10⁴";
      find(".space").textContent = `${space}: distance${p ? seen : ""}`;
      const near = neighbour[i];
      if (list.children.length !== near.length) list.innerHTML = near.map(() => ITEM).join("");
      near.forEach((j, k) => {
        const chance = p ? p[i * near.length + k] : null;
        showItem(list.children[k], {plane, j, far: distance[i][k], chance, pair: pairs?.[k] ?? null});
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
   * @param {PlaneData} plane
   * @param {number} i
   */
  function nameOf({indices, labels}, i) {
    return data.classes[data.isImages ? sample.labels[indices[i]] : labels[i]];
  }

  /**
   * @param {PlaneData} plane
   * @param {number} i
   */
  function imageWords({indices, predicted}, i) {
    const index = indices[i];
    const image = `test image ${sample.index[index]}`;
    if (!predicted.length) return image;
    return `${image}<br>the network calls it
      <b>${escapeHtml(data.classes[predicted[i]])}</b>${predicted[i] === sample.labels[index] ? ", right" : ", wrong"}`;
  }

  /**
   * An image, or the colour of what is none.
   * @param {HTMLCanvasElement} canvas
   * @param {PlaneData} plane
   * @param {number} i
   */
  function paintPoint(canvas, {indices, labels}, i) {
    if (data.isImages) return sample.sprite.paint(indices[i], canvas);
    canvas.width = 28;
    const context = context2d(canvas);
    context.fillStyle = data.colors[labels[i]];
    context.fillRect(0, 0, 28, 28);
  }

  /**
   * @param {HTMLElement} item
   * @param {object} shown
   * @param {PlaneData} shown.plane
   * @param {number} shown.j
   * @param {number} shown.far
   * @param {number | null} shown.chance
   * @param {{q: number, force: number} | null} shown.pair
   */
  function showItem(item, {plane, j, far, chance, pair}) {
    const [canvas, ...spans] = /** @type {any[]} */ ([...item.children]);
    paintPoint(canvas, plane, j);
    item.style.setProperty("--color", data.colors[plane.labels[j]]);
    const numbers = [far.toFixed(far < 10 ? 2 : 1), tenThousandths(chance), tenThousandths(pair?.q ?? null)];
    const force = pair ? signed(pair.force * 1e4, 2) : "";
    [...numbers, force].forEach((words, k) => {
      spans[k].textContent = words;
    });
    const words = [`${nameOf(plane, j)}, distance ${numbers[0]}`];
    if (chance !== null) words.push(`p ${chance.toExponential(2)}`);
    if (pair) words.push(`q ${pair.q.toExponential(2)}`, `force ${pair.force.toExponential(2)}`);
    item.title = words.join(", ");
    item.setAttribute("aria-label", item.title);
  }
}

/** @param {number | null} value */
const tenThousandths = (value) => (value === null ? "" : (value * 1e4).toFixed(value < 1e-3 ? 2 : 1));

const ITEM = `<li><canvas width="28" height="28"></canvas><span></span><span></span><span></span><span></span></li>`;
