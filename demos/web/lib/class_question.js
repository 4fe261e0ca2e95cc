// @ts-check
// What lessons and a room say to each other: which question the lesson asks, and that the room reveals it.

/** @typedef {{lesson: string, step: number}} Place of a question, step from 0 */

const ASKS = "loom:asks";
const REVEALS = "loom:reveals";

/**
 * By the lesson: the question of its step, or null.
 * @param {Place | null} place
 */
export const offerQuestion = (place) => document.dispatchEvent(new CustomEvent(ASKS, {detail: place}));

/**
 * By the room.
 * @param {(place: Place | null) => void} listener
 */
export const onQuestion = (listener) =>
  document.addEventListener(ASKS, (event) => listener(/** @type {CustomEvent} */ (event).detail));

/**
 * By the room: a question of a lesson is answered now, with null where this page has not voted.
 * @param {string} place "NAME.STEP"
 * @param {number | null} answer
 */
export const revealQuestion = (place, answer) =>
  document.dispatchEvent(new CustomEvent(REVEALS, {detail: {place, answer}}));

/**
 * By the lesson.
 * @param {(place: string, answer: number | null) => void} listener
 */
export const onReveal = (listener) =>
  document.addEventListener(REVEALS, (event) => {
    const {place, answer} = /** @type {CustomEvent} */ (event).detail;
    listener(place, answer);
  });
