// @ts-check
// A server without a server: its answers lie in files that were written with the page.
import {sha256} from "../lib/local/sha256.js";

/** @typedef {import("../lib/local/alone.js").Filed} Filed */

const DIGITS = 16;

/**
 * What a request is filed under, as demos/site/answers.py does: equal requests, in whatever order their fields stand,
 * are one.
 * @param {string} name of the function
 * @param {unknown} request
 */
export function keyOf(name, request) {
  const words = new TextEncoder().encode(`${name} ${JSON.stringify(request ?? {}, ordered)}`);
  return sha256(words.slice().buffer).slice(0, DIGITS);
}

/**
 * @param {string} _
 * @param {any} value
 */
function ordered(_, value) {
  const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
  return isObject ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}

/**
 * @param {object} widget
 * @param {Record<string, string>} widget.answers files, by what they answer
 * @param {Record<string, string>} widget.needs by function, what is said where no file answers
 * @param {(file: string) => Promise<Filed>} read
 * @returns {Record<string, (request: any) => Promise<Filed>>}
 */
export function filedServer({answers, needs}, read) {
  const calls = Object.entries(needs).map(([name, error]) => {
    const call = async (/** @type {any} */ request) => {
      const file = answers[keyOf(name, request)];
      return file ? read(file) : {error, isMissing: true};
    };
    return [name, call];
  });
  return Object.fromEntries(calls);
}
