// @ts-check
// A widget's server, some of whose functions are answered on the visitor's own machine where that can be. What that
// takes is fetched once the page is touched: a first view is no heavier.
import {isAlone} from "../alone.js";
import {untilLoaded} from "../server/connection.js";
import {withCalls} from "../server/with_calls.js";
import {showAnswer} from "./sign.js";

/**
 * @typedef {(request: any, latest: number) => Promise<object | null>} LocalAnswer latest: milliseconds of this
 *   function's latest answer from the server, Infinity while there is none or no network; null: the server is to answer
 */

/**
 * @template {object} Server
 * @param {Server} server never spread: its functions are looked up by name
 * @param {(keyof Server & string)[]} names of functions that are answered here
 * @param {() => Promise<Record<string, LocalAnswer>>} load gives the answers, by function
 * @param {{touched?: Promise<unknown>, onAnswer?: (by: "device" | "server", milliseconds: number) => void}} [around]
 * @returns {Server}
 */
export function answeredLocally(server, names, load, {touched, onAnswer = showAnswer} = {}) {
  if (isAlone()) return answeredAlone(server, names, load, onAnswer);
  /** @type {Record<string, LocalAnswer>} */
  let answers = {};
  /** @type {Map<string, number>} */
  const answered = new Map(); // milliseconds of the server's latest answer, by function
  const latest = (/** @type {string} */ name) =>
    navigator.onLine === false ? Infinity : (answered.get(name) ?? Infinity);
  /** @type {Map<string, any>} */
  const before = new Map(); // the last request of each function before the answers were here

  async function start() {
    await (touched ?? whenTouched());
    answers = await untilLoaded(load);
    for (const [name, request] of before) ownAnswer(answers[name], request, latest(name)); // of models shown
    before.clear();
  }

  const answering = names.map((name) => {
    const call = async (/** @type {any} */ request) => {
      const start = performance.now();
      const local = answers[name] && (await ownAnswer(answers[name], request, latest(name)));
      if (!answers[name]) before.set(name, request);
      const given = local ?? (await /** @type {any} */ (server)[name](request));
      const milliseconds = performance.now() - start;
      if (!local) answered.set(name, milliseconds);
      onAnswer(local ? "device" : "server", milliseconds);
      return given;
    };
    return [name, call];
  });
  start().catch((error) => console.info(`the server answers everything: ${error}`));
  return withCalls(server, Object.fromEntries(answering));
}

/**
 * An answer that takes long here, and is given only where the server's takes longer.
 * @param {number} guess milliseconds that it takes, until it was given once
 * @param {LocalAnswer} answer
 * @returns {LocalAnswer}
 */
export function ifSooner(guess, answer) {
  let own = guess;
  return async (request, latest) => {
    if (latest < own) return null;
    const start = performance.now();
    const given = await answer(request, latest);
    if (given) own = performance.now() - start;
    return given;
  };
}

/**
 * @param {LocalAnswer} answer
 * @param {any} request
 * @param {number} latest
 */
async function ownAnswer(answer, request, latest) {
  try {
    return await answer(request, latest);
  } catch (error) {
    console.info(`the server answers: ${error}`); // nothing is lost by it
    return null;
  }
}

/** @type {Promise<unknown> | null} */
let touch = null;

/** The first touch of the page; never where the server is to answer everything. */
function whenTouched() {
  touch ??= new Promise((resolve) => {
    if (!canCompute()) return;
    for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, resolve, {once: true, capture: true});
  });
  return touch;
}

/** Not in an old browser, on a device with little memory, for a visitor who saves data, nor where a link says so. */
function canCompute() {
  const {deviceMemory = 8, connection} = /** @type {any} */ (navigator);
  const isOff = new URLSearchParams(window.location.search).get("local") === "0";
  return "Worker" in window && deviceMemory > 2 && !connection?.saveData && !isOff;
}

/**
 * The same on a page of files alone: {@link import("./alone.js").aloneAnswers}.
 * @template {object} Server
 * @param {Server} server
 * @param {(keyof Server & string)[]} names
 * @param {() => Promise<Record<string, LocalAnswer>>} load
 * @param {(by: "device" | "server", milliseconds: number) => void} onAnswer
 * @returns {Server}
 */
function answeredAlone(server, names, load, onAnswer) {
  const answering = untilLoaded(() => import("./alone.js")).then(({aloneAnswers}) =>
    aloneAnswers(/** @type {any} */ (server), () => untilLoaded(load), {onAnswer}),
  );
  const calls = names.map((name) => [name, async (/** @type {any} */ request) => (await answering)(name, request)]);
  return withCalls(server, Object.fromEntries(calls));
}
