// @ts-check
// Where the arrow keys lead.

/** @type {Record<string, [number, number]>} to the right and down */
export const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

/** @type {Record<string, [number, number]>} rows down and columns to the right */
export const ARROWS_BY_ROW = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]};
