// @ts-check
// Mouse, pen and finger on the area of a plotly map: plotly's own clicks have no place where a finger makes them.

import {placeIn} from "../dom.js";

const STILL = 8; // pixels that a tap may move: plotly drags from there on
const DOUBLE = 300; // milliseconds between the two taps with which plotly resets a map

/** @typedef {{x: number, y: number, time: number}} Tap */

/**
 * Whether a tap is the second one of two.
 * @param {Tap | null} before
 * @param {Tap} tap
 */
export const isSecond = (before, tap) =>
  before !== null && tap.time - before.time < DOUBLE && Math.hypot(tap.x - before.x, tap.y - before.y) < STILL;

/**
 * Places are pixels from the left and the top of plotly's area. Swipes scroll the page, for plotly sees no touches.
 * @param {HTMLElement} root
 * @param {object} options
 * @param {(x: number, y: number) => void} options.onMove of a pointer that hovers
 * @param {(x: number, y: number) => void} options.onTap by any pointer that did not drag; never for the second of two
 * @param {() => void} [options.onLeave]
 * @param {() => boolean} [options.isLasso] whether plotly takes the touches, to draw a line
 * @param {() => boolean} options.isZoomed whether two taps would reset the map, so that one must wait for another
 */
export function plotPointer(root, {onMove, onTap, onLeave = () => {}, isLasso = () => false, isZoomed}) {
  /** @type {PointerEvent | null} */
  let down = null;
  /** @type {Tap | null} */
  let last = null;
  let timer = 0;

  const area = (/** @type {Event} */ {target}) => /** @type {Element} */ (target).closest?.(".nsewdrag") ?? null;
  const place = (/** @type {PointerEvent} */ event) => {
    const drawn = root.querySelector(".nsewdrag");
    return drawn ? placeIn(drawn, event, root) : null;
  };
  const tap = (/** @type {PointerEvent} */ event) => {
    const at = place(event);
    if (!at) return;
    const next = {...at, time: event.timeStamp};
    const isDouble = isSecond(last, next);
    clearTimeout(timer);
    last = isDouble ? null : next;
    if (isDouble) return;
    if (isZoomed()) timer = setTimeout(() => onTap(at.x, at.y), DOUBLE);
    else onTap(at.x, at.y);
  };

  root.addEventListener("pointerdown", (event) => {
    const isOne = event.isPrimary && event.button === 0 && area(event);
    down = isOne ? event : null; // a second finger makes it no tap
  });
  root.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch" || event.buttons || !area(event)) return;
    const at = place(event);
    if (at) onMove(at.x, at.y);
  });
  root.addEventListener("pointerleave", onLeave);
  // plotly covers the page while a button is down: the end is not the root's
  document.addEventListener(
    "pointerup",
    (event) => {
      const from = down?.pointerId === event.pointerId ? down : null;
      down = null;
      if (from && Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) < STILL) tap(event);
    },
    {capture: true},
  );
  document.addEventListener("pointercancel", () => {
    down = null;
  });
  root.addEventListener(
    "touchstart",
    (event) => {
      if (area(event) && !isLasso()) event.stopPropagation();
    },
    {capture: true, passive: true},
  );
}
