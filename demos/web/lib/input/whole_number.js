// @ts-check
// What is typed into a field for a whole number, and what is made of it.

/**
 * The nearest number that the field takes, and a sentence where that is not what was typed.
 * @param {string} typed
 * @param {{name: string, low?: number, high: number, before: number}} field before: what stays where none was typed
 * @returns {{number: number, problem: string}}
 */
export function readWholeNumber(typed, {name, low = 0, high, before}) {
  const asked = typed.trim() === "" ? Number.NaN : Number(typed);
  const number = Number.isFinite(asked) ? Math.max(low, Math.min(high, Math.round(asked))) : before;
  const problem = number === asked ? "" : `${name} takes a whole number from ${low} to ${high}; ${number} is used.`;
  return {number, problem};
}

/**
 * The number in its field, unless somebody types another one there: an answer that comes late must not take it away.
 * @param {HTMLInputElement} field
 * @param {number} number
 */
export function showWholeNumber(field, number) {
  if (field !== field.ownerDocument.activeElement) field.value = String(number);
}
