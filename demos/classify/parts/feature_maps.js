// @ts-check
// What the layers of a network give for a picture: one canvas a map, enlarged under the pointer; vectors as one canvas.
import {fromBase64} from "../../web/lib/base64.js";
import {paintViridis} from "../../web/lib/image.js";

/** @typedef {import("../types").Layer} Layer */

const VECTOR_ROWS = 8; // of a vector's canvas

/** @param {HTMLElement} root */
export function featureMaps(root) {
  /** @type {string | null} */
  let built = null;
  return {
    /** @param {import("../types").LayersAnswer | null} answer null empties the place */
    show(answer) {
      if (!answer) root.innerHTML = "";
      else if (built !== answer.checkpoint) root.innerHTML = layersHtml(answer.layers);
      built = answer?.checkpoint ?? null;
      for (const layer of answer?.layers ?? []) paintLayer(root, layer);
    },
  };
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
    canvas.title = isMap ? `${name}, map ${i}` : `${name}, ${shape[0]} units`;
  });
}

/** @param {Layer[]} layers */
function layersHtml(layers) {
  const isSmall = layers.length > 4; // many layers fit beside one another only as small maps
  return layers
    .map(({name, shape: [count, height]}) => {
      const rows = isSmall && count > 32 ? 8 : 4;
      const columns = height ? Math.ceil(count / rows) : 1;
      const canvases = "<canvas aria-hidden='true'></canvas>".repeat(height ? count : 1);
      return `<figure class="layer" data-layer="${name}" style="--columns:${columns}; --tile:${rows > 4 ? 14 : 28}px">
        <figcaption>${name} <small></small></figcaption>
        <div class="${height ? "maps" : "vector"}">${canvases}</div></figure>`;
    })
    .join("");
}
