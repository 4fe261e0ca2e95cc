// @ts-check
// Pictures of addresses for phones.
import {correction, generate} from "../../vendor/lean-qr-2.7.4.js";
import {toSvgDataURL} from "../../vendor/lean-qr-svg-2.7.4.js";

const MARGIN = 2; // squares of white around it

/**
 * @param {string} address
 * @returns {string} the address of an SVG image
 */
export const qrPicture = (address) =>
  toSvgDataURL(generate(address, {minCorrectionLevel: correction.M}), {on: "#000", off: "#fff", pad: MARGIN});
