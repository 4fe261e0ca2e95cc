// @ts-check
// Where the next picture of an end comes from: test images, faces, or a pad.
import {gallery} from "../../web/components/gallery.js";
import {drawingPad} from "../../web/components/pad.js";
import {ABOUT_PHOTOS} from "../../web/components/upload.js";
import {fromBase64, toBase64} from "../../web/lib/base64.js";
import {FASHION} from "../../web/lib/server/sample.js";

/**
 * @typedef {import("../types").End} End
 * @typedef {import("../types").Faces} Faces
 * @typedef {import("../../web/lib/server/sample.js").Sample} Sample
 */

const ABOUT = {
  faces:
    "No photographs: the model made these pictures from the codes of faces it was not trained on. In your own photo " +
    "the faces are found, turned upright by their eyes, and cut out as the model was trained. " +
    "Drop or paste works too.",
  ...ABOUT_PHOTOS,
};

/**
 * @param {(selector: string) => any} find
 * @param {object} options
 * @param {(end: End) => void} options.onPick
 * @param {() => void} options.onEmpty
 */
export function picker(find, {onPick, onEmpty}) {
  const pad = drawingPad(find(".interp-draw"), {
    onRelease(pixels) {
      if (pad.isEmpty) onEmpty();
      else onPick({pixels: toBase64(pixels)});
    },
  });
  /** @type {Map<object, {root: HTMLElement, mark: (i: number) => void}>} */
  const galleries = new Map();

  const clothesGallery = (/** @type {Sample} */ sample) => {
    const root = document.createElement("div");
    return {root, ...gallery(root, {sample, colors: sample.colors, onPick: (i) => onPick({i})})};
  };
  const facesGallery = (/** @type {Faces} */ {sprite, count}, /** @type {string} */ model) => {
    const root = document.createElement("div");
    root.className = "faces";
    const title = (/** @type {number} */ i) => `face ${i} that no training saw, as ${model} paints it`;
    const classes = [`${count} unseen faces, painted by ${model}`];
    const sample = {sprite, columns: sprite.columns, classes, labels: Array(count).fill(0), index: []};
    return {root, ...gallery(root, {sample, colors: [], title, onPick: (i) => onPick({i})})};
  };
  const galleryOf = (/** @type {object} */ images, /** @type {() => any} */ make) => {
    const shown = galleries.get(images) ?? make();
    galleries.set(images, shown);
    return shown;
  };

  return {
    /**
     * @param {object} shown
     * @param {import("../types").Kind} shown.kind
     * @param {string} shown.model
     * @param {string} shown.source
     * @param {End} shown.end the one that a picture becomes
     * @param {Sample} shown.sample
     * @param {Faces | undefined} shown.faces once they have come
     */
    show({kind, model, source, end, sample, faces}) {
      const isDrawing = kind === "clothes" && source === "draw";
      find(".interp-draw").hidden = !isDrawing;
      find(".interp-gallery").hidden = isDrawing;
      find(".interp-source").hidden = kind === "faces";
      for (const name of ["portrait", "random"]) find(`[data-do=${name}]`).hidden = kind !== "faces";
      const isFashion = kind === "clothes" && sample.name === FASHION;
      find("[data-way=examples]").hidden = !isFashion; // they show clothes
      find(".interp-about").textContent = ABOUT[kind === "faces" || isFashion ? kind : "others"];
      const images = kind === "clothes" ? sample : faces;
      if (images) {
        const make = () => (faces && kind === "faces" ? facesGallery(faces, model) : clothesGallery(sample));
        const {root, mark} = galleryOf(images, make);
        if (root.parentNode !== find(".interp-gallery")) find(".interp-gallery").replaceChildren(root);
        mark(end.i ?? -1);
      }
      if (isDrawing) fillPad(end, sample);
    },
  };

  /**
   * What is there can be changed, with a pen on a test image too.
   * @param {End} end
   * @param {Sample} sample
   */
  function fillPad({i, pixels}, sample) {
    pad.resize(sample.image_shape);
    if (i === undefined && (!pixels || pixels === toBase64(pad.pixels))) return;
    const bytes = i === undefined ? fromBase64(pixels ?? "") : sample.sprite.pixels(i);
    if (bytes.length === pad.pixels.length) pad.put(bytes);
  }
}
