// @ts-check
// Points of a map by class and number: "Shirt", "634", "shirt 634".

/**
 * @typedef {object} Named points
 * @property {string[]} classes
 * @property {number[]} labels class of each point
 * @property {number[]} ids number of each, as people see it
 */

/**
 * @param {string} text
 * @param {Named} points
 * @returns {{found: number[], words: string}} the points, and what to say of them
 */
export function findPoints(text, {classes, labels, ids}) {
  const query = text.trim().toLowerCase();
  if (!query) return {found: [], words: ""};
  const number = query.match(/(?:^|[\s#])(\d+)$/)?.[1] ?? null;
  const name = query
    .slice(0, query.length - (number?.length ?? 0))
    .replace(/#$/, "")
    .trim();
  const kinds = classesNamed(query, classes) ?? (number === null ? null : classesNamed(name, classes));
  if (!kinds)
    return {found: [], words: `There is no class "${text.trim()}": it is ${classes.join(", ")}, or a number.`};
  const isWhole = classesNamed(query, classes) !== null; // "tenth 3" is a class, not number 3 of a class
  const isWanted = (/** @type {number} */ i) =>
    kinds.has(labels[i]) && (isWhole || number === null || ids[i] === Number(number));
  const found = labels.flatMap((_, i) => (isWanted(i) ? [i] : []));
  return {found, words: found.length ? `${found.length} found` : "none of them is on this map"};
}

/**
 * What can be searched for, as an example.
 * @param {Named} points at least one
 */
export function searchHint({classes, labels, ids}) {
  const k = Math.floor(0.6 * labels.length);
  return classes.length ? `${classes[labels[k]]}, or ${ids[k]}` : `${ids[k]}`;
}

/**
 * Classes by their name, or else by a part of it; nothing is any class, and null says that there is none.
 * @param {string} name
 * @param {string[]} classes
 */
function classesNamed(name, classes) {
  const low = classes.map((one) => one.toLowerCase());
  const exact = low.flatMap((one, k) => (one === name ? [k] : []));
  const near = exact.length ? exact : low.flatMap((one, k) => (one.includes(name) ? [k] : []));
  return near.length ? new Set(near) : null;
}
