// @ts-check
// The pictures of chosen points, class by class, in a dialog.
import {escapeHtml} from "../../lib/dom.js";
import {percent} from "../../lib/format.js";
import {tileHtml} from "../gallery.js";
import {openDialog} from "../pictures/dialog.js";

/**
 * Points by class, the largest class first.
 * @param {number[]} points
 * @param {number[]} labels class of each point
 * @returns {[number, number[]][]} classes and their points
 */
export function byClass(points, labels) {
  /** @type {Map<number, number[]>} */
  const groups = new Map();
  for (const i of points) groups.set(labels[i], [...(groups.get(labels[i]) ?? []), i]);
  return [...groups].sort(([, a], [, b]) => b.length - a.length);
}

/**
 * @param {HTMLElement} widget
 * @param {object} options
 * @param {number[]} options.points
 * @param {number[]} options.labels class of each point, which need not be that of its image
 * @param {string[]} options.classes
 * @param {readonly string[]} options.colors
 * @param {number[]} options.places tile of each point in the sample's sprite
 * @param {import("../../lib/server/sample.js").Sample | null} options.sample of images, if the points are some
 * @param {(i: number) => void} options.onPick
 */
export function openContactSheet(widget, {points, labels, classes, colors, places, sample, onPick}) {
  const groups = byClass(points, labels).map(([k, members]) => {
    const share = `${members.length} of ${points.length}, ${percent(members.length / points.length)}`;
    const tiles = sample ? members.map((i) => tileHtml(sample, places[i], null, i)).join("") : "";
    return `<h4 style="--color:${colors[k]}">${escapeHtml(classes[k])} <small>${share}</small></h4>
      <div class="tiles sheet">${tiles}</div>`;
  });
  const title = `${points.length} ${sample ? "images" : "points"} of the map`;
  const hint = sample ? '<p class="loom-hint">Click an image to find it on the map.</p>' : "";
  const {dialog} = openDialog(widget, {title, html: `<div class="contact-sheet">${groups.join("")}</div>${hint}`});
  dialog.addEventListener("click", ({target}) => {
    const {i} = /** @type {HTMLElement} */ (target).dataset;
    if (i === undefined) return;
    dialog.close();
    onPick(Number(i));
  });
}
