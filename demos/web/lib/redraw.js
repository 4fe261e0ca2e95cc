// @ts-check
// Draw the costly parts of a page only when what they show has changed.

/**
 * Parts by name; each is drawn when one of its values is another than last time.
 * @returns {(part: string, values: unknown[], draw: () => void) => void}
 */
export function redrawer() {
  /** @type {Map<string, unknown[]>} */
  const drawn = new Map();
  return (part, values, draw) => {
    const before = drawn.get(part);
    if (before?.every((value, k) => value === values[k])) return;
    drawn.set(part, values);
    draw();
  };
}
