// @ts-check
// The visitor's own picture in a link.
import {pictureBytes} from "./server/sample.js";
import {bytes} from "./url_state.js";

/**
 * The field of a picture that is as large and as coloured as a dataset's.
 * @param {() => Pick<import("../types").Dataset, "image_shape">} dataset
 */
export const pictureField = (dataset) => ({
  ...bytes(() => pictureBytes(dataset())),
  wants: () => `a picture of ${dataset().image_shape.slice(1).join(" × ")} pixels in base64`,
});

/** @typedef {{image: number | null, pixels: Uint8Array | null}} Linked image: where there are no pixels */

/**
 * Whether the picture of a link is the one that is shown: the same test image, or the same drawing.
 * @param {Linked} linked
 * @param {Linked} shown
 */
export const isSamePicture = (linked, shown) =>
  linked.pixels ? shown.image === null && String(linked.pixels) === String(shown.pixels) : linked.image === shown.image;
