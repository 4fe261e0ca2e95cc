// @ts-check
// The modules that bundles hold (demos/server/page_files/bundles.py): each runs once, when it is first imported.
// Browsers keep a module that was lost on its way as lost, under its address. So bundles import nothing by themselves,
// and what failed is asked for under another address, as this file is: the first that arrives holds for all.

/** @typedef {(exports: Record<string, unknown>, meta: {url: string}) => void} Body a module's */

const FOLDER = new URL("../../", import.meta.url).href; // of demos/, as it is served
/** @type {Map<string, Body>} */
const bodies = new Map();
/** @type {Map<string, Record<string, unknown>>} */
const loaded = new Map();
/** @type {Map<string, number>} */
const losses = new Map(); // how often a file was lost, by its path

/**
 * @param {string} path below demos/
 * @param {Body} body
 */
export function define(path, body) {
  if (!bodies.has(path)) bodies.set(path, body);
}

/**
 * What a module exports.
 * @param {string} path below demos/, of a module that was defined
 */
export function load(path) {
  const known = loaded.get(path);
  if (known) return known;
  const body = bodies.get(path);
  if (!body) throw new Error(`${path} is in no bundle that was loaded`);
  /** @type {Record<string, unknown>} */
  const exports = {};
  body(exports, {url: FOLDER + path});
  loaded.set(path, exports); // one that fails is run again by the next import
  return exports;
}

/**
 * What a module exports that comes in a bundle of its own.
 * @param {string} path below demos/
 * @returns {Promise<any>}
 */
export const loadLater = (path) => loadFile(`bundle/${path}`);

/**
 * What a file exports.
 * @param {string} path below the folder
 * @returns {Promise<any>}
 */
export async function loadFile(path) {
  const lost = losses.get(path) ?? 0;
  try {
    return await import(`${FOLDER}${path}${lost ? `?attempt=${lost}` : ""}`);
  } catch (error) {
    losses.set(path, lost + 1);
    throw error;
  }
}

/** @type {any} */ (globalThis).loomModules ??= {define, load, loadLater, loadFile};
