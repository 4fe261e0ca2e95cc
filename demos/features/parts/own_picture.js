// @ts-check
// A picture of the visitor's: where it comes from, and what the network makes of it.
import {upload} from "../../web/components/upload.js";
import {fromBase64, toBase64} from "../../web/lib/base64.js";
import {escapeHtml} from "../../web/lib/dom.js";
import {paint} from "../../web/lib/image.js";
import {runOf} from "../views.js";

/**
 * @param {import("../types").View} view
 * @param {import("../types").MapSettings} map
 * @param {string} pixels in base64
 * @returns {import("../types").LandingRequest}
 */
export const landingOf = (view, map, pixels) => ({...runOf(view, map), method: map.method, pixels});

/**
 * Where a picture lands, in the units in which a map is drawn.
 * @param {{point: number[]}} landing in map units
 * @param {{unit: number, middle: number[]} | null} frame of t-SNE, or null on a map of PCA, drawn in its own units
 */
export const pointOn = ({point}, frame) => (frame ? point.map((v, c) => (v - frame.middle[c]) / frame.unit) : point);

/**
 * @param {(selector: string) => any} find
 * @param {object} options
 * @param {HTMLElement} options.element which pictures are dropped on
 * @param {string[]} options.classes
 * @param {import("../../web/lib/server/sample.js").Sample} options.sample
 * @param {import("../types").Server["read_upload"]} options.call
 * @param {(pixels: string | null) => void} options.onPicture
 * @param {(sentence: string) => void} options.onError
 */
export function ownPicture(find, {element, classes, sample, call, onPicture, onError}) {
  /** @type {Uint8Array | null} */
  let bytes = null;
  /** @type {string | null} */
  let shown = null;
  const uploading = upload(element, {call, onPixels: (pixels) => onPicture(toBase64(pixels)), onError});
  find(".own-remove").addEventListener("click", () => onPicture(null));
  const show = (/** @type {HTMLCanvasElement} */ canvas) => {
    if (bytes) paint(canvas, bytes);
  };
  return {
    paint: show,
    pointOn,
    /**
     * @param {string | null} pixels
     * @param {import("../types").LandingAnswer | null} landing on the first map, once it is known
     * @param {number[] | null} indices of the images on that map
     */
    show(pixels, landing, indices) {
      if (pixels !== shown) uploading.cancel(); // another picture, or none, was chosen meanwhile
      shown = pixels;
      bytes = pixels ? fromBase64(pixels) : null;
      find(".own-shown").hidden = !bytes;
      show(find(".own-picture"));
      find(".own-words").innerHTML = landing ? landingWords(landing) : "The network looks at it…";
      const near = landing && indices ? landing.neighbour : [];
      find(".own-near").replaceChildren(...near.map((j) => neighbour(/** @type {number[]} */ (indices)[j])));
    },
  };

  /** @param {import("../types").LandingAnswer} landing */
  function landingWords({predicted}) {
    const verdict = predicted === null ? "" : `The network calls it <b>${escapeHtml(classes[predicted])}</b>. `;
    return `${verdict}It lands at the star, beside:`;
  }

  /** @param {number} index of an image in the sample */
  function neighbour(index) {
    const canvas = document.createElement("canvas");
    sample.sprite.paint(index, canvas);
    canvas.title = classes[sample.labels[index]];
    return canvas;
  }
}
