// @ts-check
// Answers where there is no server: from a file that was written with the page, else computed here once the models have
// come, else a sentence that says what it takes.
import {pageModels} from "./inference.js";

/**
 * @typedef {import("./answers.js").LocalAnswer} LocalAnswer
 * @typedef {{error?: string, isMissing?: boolean}} Filed isMissing: there is no such file
 */

const MOST_ATTEMPTS = 4; // a model may ask for another one once it is here

/**
 * @param {Record<string, (request: any) => Promise<Filed>>} server whose answers lie in files
 * @param {() => Promise<Record<string, LocalAnswer>>} load gives what computes them, by function
 * @param {object} [around]
 * @param {Pick<import("./inference.js").LocalModels, "settled" | "problem">} [around.models]
 * @param {(by: "device", milliseconds: number) => void} [around.onAnswer]
 * @returns {(name: string, request: any) => Promise<object>}
 */
export function aloneAnswers(server, load, {models = pageModels(), onAnswer = () => {}} = {}) {
  /** @type {Promise<Record<string, LocalAnswer>> | null} */
  let loading = null;
  /** @type {Set<string>} */
  const warm = new Set(); // functions whose models have been asked for

  /**
   * @param {string} name
   * @param {any} request
   * @param {number} attempts of asking, while models come
   */
  async function compute(name, request, attempts) {
    warm.add(name);
    loading ??= load();
    const answer = (await loading)[name];
    for (let attempt = 0; attempt < attempts; attempt++) {
      const given = await answer(request, Infinity);
      if (given || !(await models.settled())) return given;
    }
    return null;
  }

  /**
   * @param {string} name
   * @param {any} request
   * @param {number} [attempts]
   * @returns {Promise<object | null>}
   */
  async function tried(name, request, attempts = MOST_ATTEMPTS) {
    try {
      return await compute(name, request, attempts);
    } catch (error) {
      console.info(`not computed here: ${error}`); // a sentence is shown instead
      return null;
    }
  }

  return async (name, request) => {
    const start = performance.now();
    const filed = await server[name](request);
    if (!filed.isMissing) {
      if (!warm.has(name)) tried(name, request, 1); // its models come, for what is asked next
      return filed;
    }
    const given = await tried(name, request);
    if (given) onAnswer("device", performance.now() - start);
    const problem = models.problem();
    return given ?? (problem ? {error: `This browser could not compute it: ${problem}. ${filed.error}`} : filed);
  };
}
