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
