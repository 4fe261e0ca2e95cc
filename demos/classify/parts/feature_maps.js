// @ts-check
// What the layers of a network give for a picture: a button a map, enlarged under the pointer; vectors as one canvas.
import {fromBase64} from "../../web/lib/base64.js";
import {paintViridis} from "../../web/lib/image.js";
import {rovingFocus} from "../../web/lib/input/roving_focus.js";

/** @typedef {import("../types").Layer} Layer */

const VECTOR_ROWS = 8; // of a vector's canvas

/**
 * @param {HTMLElement} root
 * @param {{onOpen: (opened: import("../state.js").Opened) => void}} events a map was pressed; at its strongest place
 */
export function featureMaps(root, {onOpen}) {
  /** @type {import("../types").LayersAnswer | null} */
  let shown = null;
  /** @type {ReturnType<typeof rovingFocus>[]} */
  let walks = [];
  let marked = "";
  root.addEventListener("click", ({target}) => {
    const button = /** @type {Element} */ (target).closest("button");
    const layer = shown?.layers.find(({name}) => name === button?.dataset.layerOf);
    if (button && layer) onOpen(strongest(layer, Number(button.dataset.map)));
  });
  return {
    /** @param {import("../types").LayersAnswer | null} answer null empties the place */
    show(answer) {
      if (!answer) root.innerHTML = "";
      else if (shown?.checkpoint !== answer.checkpoint) {
        root.innerHTML = layersHtml(answer.layers);
        walks = [.../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".maps"))].map(rovingFocus);
        for (const walk of walks) walk.reset();
        marked = "";
      }
      shown = answer;
      for (const layer of answer?.layers ?? []) paintLayer(root, layer);
    },
    /** @param {import("../state.js").Opened | null} opened whose button is pressed */
    mark(opened) {
      const name = opened ? `${opened.layer} ${opened.map}` : "";
      if (name === marked) return;
      marked = name;
      for (const button of root.querySelectorAll("button")) {
        const {layerOf, map} = button.dataset;
        button.setAttribute("aria-pressed", String(`${layerOf} ${map}` === name));
      }
      for (const walk of walks) walk.reset();
    },
    /** @param {import("../state.js").Opened} opened to its button */
    focus({layer, map}) {
      const button = root.querySelector(`[data-layer-of="${CSS.escape(layer)}"][data-map="${map}"]`);
      if (button instanceof HTMLElement) button.focus();
    },
  };
}

/**
 * A map at the place where it is strongest, the first of several.
 * @param {Layer} layer
 * @param {number} map
 */
export function strongest({name, shape: [, height, width], data}, map) {
  const bytes = fromBase64(data).subarray(map * height * width, (map + 1) * height * width);
  const at = bytes.indexOf(bytes.reduce((a, b) => Math.max(a, b), 0));
  return {layer: name, map, row: Math.floor(at / width), column: at % width};
}

/**
 * @param {HTMLElement} root
 * @param {Layer} layer
 */
function paintLayer(root, {name, shape, data}) {
  const figure = /** @type {HTMLElement} */ (root.querySelector(`[data-layer=${name}]`));
  const bytes = fromBase64(data);
  const isMap = shape.length === 3;
  const [height, width] = isMap ? shape.slice(1) : [VECTOR_ROWS, shape[0] / VECTOR_ROWS];
  const size = height * width;
  /** @type {Element} */ (figure.querySelector("small")).textContent = shape.join(" × ");
  figure.querySelectorAll("canvas").forEach((canvas, i) => {
    paintViridis(canvas, bytes.subarray(i * size, (i + 1) * size), width, height);
    if (!isMap) canvas.title = `${name}, ${shape[0]} units`;
  });
}

/** @param {Layer[]} layers */
function layersHtml(layers) {
  const canvas = "<canvas aria-hidden='true'></canvas>";
  return layers
    .map(({name, shape: [count, height]}) => {
      const maps = Array.from({length: count}, (_, map) => {
        const label = `${name}, map ${map}`;
        return `<button type="button" data-layer-of="${name}" data-map="${map}" title="${label}"
          aria-label="${label}" aria-pressed="false">${canvas}</button>`;
      });
      const inner = height
        ? `<div class="maps" role="group" aria-label="Maps of ${name}">${maps.join("")}</div>`
        : `<div class="vector">${canvas}</div>`;
      return `<figure class="layer" data-layer="${name}"><figcaption>${name} <small></small></figcaption>
        ${inner}</figure>`;
    })
    .join("");
}
