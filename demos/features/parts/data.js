// @ts-check
// What the points of a map are: the shipped test images, or a set whose structure is known.
import {escapeHtml} from "../../web/lib/dom.js";
import {IMAGES} from "../views.js";

/**
 * @typedef {object} Data
 * @property {string[]} classes
 * @property {readonly string[]} colors one a class
 * @property {readonly string[]} [shapes] the same
 * @property {boolean} isImages
 * @property {string} truth what is true of the set, or nothing
 */

/**
 * @param {import("../types").SetProps} props
 * @param {{data: string}} view
 * @returns {Data}
 */
export function dataOf({classes, colors, shapes, truths}, {data}) {
  if (data === IMAGES) return {classes, colors, shapes, isImages: true, truth: ""};
  return {...truths[data], isImages: false};
}

/**
 * The choices of data, as options.
 * @param {import("../types").SetProps} props
 */
export function dataOptions({truths}) {
  const option = (/** @type {string} */ name, /** @type {string} */ title) =>
    `<option value="${escapeHtml(name)}">${escapeHtml(title)}</option>`;
  const known = Object.entries(truths).map(([name, {title}]) => option(name, title));
  return `${option(IMAGES, "Test images")}<optgroup label="Known truth">${known.join("")}</optgroup>`;
}
