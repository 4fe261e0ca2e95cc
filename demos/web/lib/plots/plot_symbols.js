// @ts-check
// plotly's markers, one a class, so that classes differ by shape as well as by colour.

export const SYMBOLS = [
  "circle",
  "square",
  "diamond",
  "triangle-up",
  "triangle-down",
  "cross",
  "x",
  "star",
  "hexagon",
  "pentagon",
];

/** @type {Record<string, string>} */
const NAMED = {triangle: "triangle-up"}; // shapes of a dataset's classes that plotly calls otherwise

/**
 * The marker of a class: one of its own while there are few, else its shape, of which each comes in every colour.
 * @param {readonly string[]} shapes of the classes
 * @param {number} k class
 */
export const symbolOf = (shapes, k) => (shapes.length <= SYMBOLS.length ? SYMBOLS[k] : (NAMED[shapes[k]] ?? shapes[k]));

// three dimensions have few, and fonts lack their x
export const SOLID_SYMBOLS = [
  "circle",
  "square",
  "diamond",
  "circle-open",
  "square-open",
  "cross",
  "diamond-open",
  "circle",
  "square",
  "diamond",
];
