// @ts-check
// A box over a picture, in shares of its sides.
import {ARROWS} from "../../lib/input/arrows.js";

/** @typedef {[number, number, number, number]} Box left, top, right and bottom */
/** @typedef {{x: number, y: number}} Place */

const SMALLEST = 0.04; // of a side: a smaller box was a slip of the hand

/**
 * The box between two corners.
 * @param {Place} a
 * @param {Place} b
 * @returns {Box}
 */
export function boxBetween(a, b) {
  const inside = (/** @type {number} */ share) => Math.min(1, Math.max(0, share));
  const [left, right] = [a.x, b.x].map(inside).sort((p, q) => p - q);
  const [top, bottom] = [a.y, b.y].map(inside).sort((p, q) => p - q);
  return [left, top, right, bottom];
}

/** @param {Box} box */
export const isLarge = ([left, top, right, bottom]) => right - left >= SMALLEST && bottom - top >= SMALLEST;

/**
 * Where a pointer is on an element.
 * @param {HTMLElement} element
 * @param {PointerEvent} event
 * @returns {Place}
 */
export function placeOn(element, {clientX, clientY}) {
  const {left, top, width, height} = element.getBoundingClientRect();
  return {x: (clientX - left) / width, y: (clientY - top) / height};
}

const STEP = 1 / 32; // of the sides, for an arrow key
/**
 * A place on an element that arrow keys move, and that the space bar takes; other keys go on.
 * @param {HTMLElement} element
 * @param {object} events
 * @param {(place: Place) => void} events.onMove
 * @param {(place: Place) => void} events.onTake
 */
export function placeKeys(element, {onMove, onTake}) {
  let place = {x: 0.5, y: 0.5};
  element.tabIndex = 0;
  element.addEventListener("keydown", (event) => {
    if (event.target !== element) return;
    if (ARROWS[event.key]) {
      const [dx, dy] = ARROWS[event.key].map((step) => STEP * step);
      const inside = (/** @type {number} */ share) => Math.min(1, Math.max(0, share));
      place = {x: inside(place.x + dx), y: inside(place.y + dy)};
      onMove(place);
    } else if (event.key === " ") onTake(place);
    else return;
    event.preventDefault();
    event.stopPropagation(); // no key of the tab's
  });
}
