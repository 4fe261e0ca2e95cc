// @ts-check
// How a visitor mends a cut-out: boxes and strokes over the photo, in shares of its sides, and what the server gets.
import {isLarge} from "../web/components/pictures/box.js";

/** @typedef {import("../web/components/pictures/box.js").Box} Box */
/** @typedef {import("../web/components/pictures/box.js").Place} Place */
/** @typedef {{kind: "box", box: Box}} BoxEdit */
/** @typedef {{kind: "is" | "is_not", points: Place[], radius: Place}} Stroke radius: across and down */
/** @typedef {BoxEdit | Stroke} Edit */

const MARKS = {is: 1, is_not: 2};
const STEPS = 4; // of a stroke, on the way of one radius

/** @param {Edit} edit whether it is more than a slip */
export const isMeant = (edit) => edit.kind !== "box" || isLarge(edit.box);

/**
 * The box that holds, which is the last one.
 * @param {readonly Edit[]} edits
 * @returns {Box | null}
 */
export function boxOf(edits) {
  const last = edits.filter(({kind}) => kind === "box").at(-1);
  return last?.kind === "box" ? last.box : null;
}

/**
 * All strokes on a grid of side x side cells over the photo: 1 where the piece is, 2 where it is not; null without one.
 * @param {readonly Edit[]} edits
 * @param {number} side
 */
export function strokesOf(edits, side) {
  /** @type {Stroke[]} */
  const strokes = edits.flatMap((edit) => (edit.kind === "box" ? [] : [edit]));
  if (!strokes.length) return null;
  const cells = new Uint8Array(side * side);
  for (const stroke of strokes) {
    for (const place of placesAlong(stroke)) dab(cells, side, place, stroke.radius, MARKS[stroke.kind]);
  }
  return cells;
}

/** @param {Stroke} stroke */
function placesAlong({points, radius}) {
  const places = [points[0]];
  for (const [k, to] of points.slice(1).entries()) {
    const from = points[k];
    const far = Math.hypot((to.x - from.x) / radius.x, (to.y - from.y) / radius.y);
    const steps = Math.max(1, Math.ceil(STEPS * far));
    for (let s = 1; s <= steps; s++)
      places.push({x: from.x + (s / steps) * (to.x - from.x), y: from.y + (s / steps) * (to.y - from.y)});
  }
  return places;
}

/**
 * @param {Uint8Array} cells
 * @param {number} side
 * @param {Place} place
 * @param {Place} radius
 * @param {number} mark
 */
function dab(cells, side, place, radius, mark) {
  const [left, right] = [place.x - radius.x, place.x + radius.x].map((x) => Math.round(x * side));
  const [top, bottom] = [place.y - radius.y, place.y + radius.y].map((y) => Math.round(y * side));
  for (let row = Math.max(0, top); row < Math.min(side, bottom); row++) {
    for (let column = Math.max(0, left); column < Math.min(side, right); column++) {
      const x = ((column + 0.5) / side - place.x) / radius.x;
      const y = ((row + 0.5) / side - place.y) / radius.y;
      if (x * x + y * y <= 1) cells[row * side + column] = mark;
    }
  }
}
