// @ts-check
// A model as its layers, with the shape that each gives and its parameters. Where the tab has activations of a layer at
// hand, pointing at the layer shows them.
import {fromBase64} from "../lib/base64.js";
import {escapeHtml, setPending} from "../lib/dom.js";
import {thousands} from "../lib/format.js";
import {paintViridis} from "../lib/image.js";
import {ask} from "../lib/server/rpc.js";

/**
 * @typedef {import("../types").SummaryLayer} SummaryLayer
 * @typedef {{shape: number[], data: string}} Activations bytes in base64
 */

/** @type {Record<string, string>} */
const PARTS = {
  encoder: "Encoder",
  decoder: "Decoder",
  generator: "Generator",
  discriminator: "Discriminator",
  guess: "First guess of a code",
  head: "Head",
};
const MOST_MAPS = 32; // shown of a layer
const VECTOR_ROWS = 8;

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {import("../types").ServerFunction<{checkpoint: string}, import("../types").SummaryAnswer>} options.load
 * @param {(layer: string) => Activations | null} [options.activations] those of a layer that are on the page anyway
 */
export function machine(root, {load, activations}) {
  root.innerHTML = `<p class="machine-words" role="status"></p><ol class="machine-layers"></ol>
    <div class="machine-activations" aria-live="polite"></div>`;
  const words = /** @type {HTMLElement} */ (root.querySelector(".machine-words"));
  const list = /** @type {HTMLElement} */ (root.querySelector(".machine-layers"));
  const below = /** @type {HTMLElement} */ (root.querySelector(".machine-activations"));
  /** @type {Map<string, import("../types").SummaryAnswer>} */
  const known = new Map();
  let wanted = "";
  let pointed = ""; // name of the activations looked at

  async function draw(/** @type {string} */ name) {
    if (name === wanted) return;
    wanted = name;
    setPending(list, true);
    /** @type {import("../types").SummaryAnswer & {error?: string}} */
    const answer = known.get(name) ?? (await ask(load, {checkpoint: name}));
    if (name !== wanted) return; // another model is shown by now
    setPending(list, false);
    pointed = "";
    showPointed();
    if (answer.error) wanted = ""; // the next time it is asked for again
    words.textContent = answer.error ?? wordsOf(answer);
    list.style.setProperty("--highest", `${highest(answer.layers ?? [])}px`);
    list.innerHTML = answer.error ? "" : layersHtml(answer.layers, Boolean(activations));
    if (!answer.error) known.set(name, answer);
  }

  function point(/** @type {Event} */ {target}) {
    const layer = /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest("[data-tap]"));
    if (!layer) return;
    pointed = layer.dataset.tap ?? "";
    showPointed();
  }

  function showPointed() {
    const found = pointed ? activations?.(pointed) : null;
    if (found) showActivations(below, pointed, found);
    else below.innerHTML = "";
  }

  for (const event of ["pointerover", "focusin", "click"]) list.addEventListener(event, point);
  return {
    /** @param {string} checkpoint */
    show: draw,
    /** @param {boolean} isPending the activations have changed, or are not yet those of the picture shown */
    refresh(isPending) {
      setPending(below, isPending);
      if (!isPending) showPointed();
    },
  };
}

/** @param {import("../types").SummaryAnswer} answer */
export function wordsOf({layers, parameters}) {
  const count = layers.filter((layer) => layer.parameters).length;
  return `${count} layers with weights, ${thousands(parameters)} parameters. Under each layer: the shape it gives.`;
}

/** @param {number[]} shape */
export const shapeWords = (shape) => (shape.length === 1 ? thousands(shape[0]) : shape.join(" × "));

/**
 * Height and width of a layer's slab in pixels: maps are as high as they are large, and wider the more there are.
 * @param {number[]} shape
 */
export function slab(shape) {
  const [count, side] = shape;
  if (side === undefined) return {height: 12 + 8 * Math.log2(count), width: 10};
  return {height: 10 + 10 * Math.log2(side), width: 6 + 6 * Math.log2(count)};
}

/** @param {SummaryLayer[]} layers */
const highest = (layers) => Math.ceil(layers.reduce((most, {shape}) => Math.max(most, slab(shape).height), 0));

/** @param {string} kind */
function colorOf(kind) {
  if (kind === "picture" || kind === "code") return "input";
  if (kind.includes("transposed")) return "up";
  return kind.includes("convolution") ? "convolution" : "full";
}

/**
 * @param {SummaryLayer[]} layers
 * @param {boolean} isSeen whether there are activations to see
 */
function layersHtml(layers, isSeen) {
  let part = "";
  return layers
    .map((layer) => {
      const heading =
        PARTS[layer.part] && layer.part !== part ? `<b class="machine-part">${PARTS[layer.part]}</b>` : "";
      part = layer.part;
      const {height, width} = slab(layer.shape);
      const after = layer.followed_by.map((word) => `<small>${escapeHtml(word)}</small>`).join("");
      const size = `height:${height.toFixed(0)}px; width:${width.toFixed(0)}px`;
      const inner = `<span class="machine-slab"><i class="${colorOf(layer.kind)}" style="${size}"></i></span>
        <span><b>${escapeHtml(layer.kind)}</b>${after}
        <span class="machine-shape">${shapeWords(layer.shape)}</span>
        <small>${layer.parameters ? `${thousands(layer.parameters)} parameters` : "goes in"}</small></span>`;
      const button = `<button type="button" data-tap="${escapeHtml(layer.tap)}">${inner}</button>`;
      return `<li>${heading}${isSeen && layer.tap ? button : `<div>${inner}</div>`}</li>`;
    })
    .join("");
}

/**
 * @param {HTMLElement} root
 * @param {string} name
 * @param {Activations} activations
 */
function showActivations(root, name, {shape, data}) {
  const bytes = fromBase64(data);
  const [count, ...sides] = shape;
  const [height, width] = sides.length ? sides : [VECTOR_ROWS, count / VECTOR_ROWS];
  const shown = sides.length ? Math.min(count, MOST_MAPS) : 1;
  const rest = sides.length && count > shown ? `, the first ${shown} of ${count}` : "";
  root.innerHTML = `<p>What <b>${escapeHtml(name)}</b> gives for the picture${rest}:</p>
    <div>${"<canvas></canvas>".repeat(shown)}</div>`;
  const size = height * width;
  for (const [i, canvas] of root.querySelectorAll("canvas").entries())
    paintViridis(canvas, bytes.subarray(i * size, (i + 1) * size), width, height);
}
