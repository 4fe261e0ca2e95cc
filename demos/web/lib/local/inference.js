// @ts-check
// Models that compute on the visitor's own machine, in a worker; one that is not here, or cannot be, is the server's.
import {isAlone} from "../alone.js";

/**
 * @typedef {import("./host.js").Numbers} Numbers
 * @typedef {object} LoadedModel
 * @property {number[]} shape of its images
 * @property {number} bytes of its weights
 * @property {string[]} parts by name
 * @property {number | null} codeSize numbers in a code that it decodes
 * @property {Numbers | null} codes of its gallery
 * @property {Numbers | null} directions of attributes, one a row
 * @typedef {{problem: string, isFinal: boolean, isTrouble: boolean, isTooLarge?: boolean}} Failure
 * @typedef {Pick<Worker, "postMessage" | "terminate" | "onmessage" | "onerror">} WorkerLike
 */

const PATIENCE = 10_000; // milliseconds after which a worker that does not answer has died
const ALONE = 120_000; // the same where no server answers instead: a slow machine is better than none
const MOST_TROUBLES = 3; // then nothing is computed here any more

/**
 * @param {object} around
 * @param {() => WorkerLike} around.spawn
 * @param {number} [around.patience] milliseconds
 * @param {() => void} [around.onChange] a model is here, or something went wrong
 */
export function localModels({spawn, patience = PATIENCE, onChange = () => {}}) {
  /** @type {Map<string, LoadedModel>} */
  const ready = new Map();
  /** @type {Set<string>} */
  const asked = new Set(); // on their way, here, or failed for good
  /** @type {Set<string>} */
  const large = new Set(); // too large for the visitor who did not open them
  /** @type {Map<string, () => unknown>} */
  const expected = new Map(); // by model: to be called once it is here
  /** @type {Set<Promise<unknown>>} */
  const arriving = new Set(); // models, and what is to be done once they are here
  /** @type {Map<number, {resolve: (answer: any) => void, reject: (failure: Failure) => void}>} */
  const open = new Map();
  /** @type {WorkerLike | null} */
  let worker = null;
  let isOff = false;
  let troubles = 0;
  let problem = ""; // the last one
  let count = 0;

  /** @param {string} reason @param {boolean} [isFinal] whether nothing is computed here any more */
  function stop(reason, isFinal = true) {
    worker?.terminate();
    worker = null;
    problem = reason;
    isOff = isFinal;
    ready.clear();
    for (const {reject} of open.values()) reject({problem: reason, isFinal, isTrouble: true});
    open.clear();
    onChange();
  }

  function start() {
    const started = spawn();
    let hasAnswered = false;
    started.onmessage = ({data: {id, answer, ...failure}}) => {
      hasAnswered = true;
      const question = open.get(id);
      open.delete(id);
      if (answer) question?.resolve(answer);
      else question?.reject(failure);
    };
    started.onerror = ({message}) => {
      if (hasAnswered || message) stop("the worker that computes has died");
      else stop("a script of the worker that computes was lost", false); // on its way: the next question asks again
    };
    return started;
  }

  /**
   * @param {object} question
   * @returns {Promise<any>}
   */
  function send(question) {
    const id = count++;
    return new Promise((resolve, reject) => {
      open.set(id, {resolve, reject});
      try {
        worker ??= start();
        worker.postMessage({id, ...question});
      } catch (error) {
        stop(String(error)); // an old browser
      }
    });
  }

  function track(/** @type {Promise<unknown>} */ work) {
    const done = work.finally(() => arriving.delete(done));
    arriving.add(done);
  }

  async function load(/** @type {string} */ name, /** @type {number} */ most) {
    asked.add(name);
    try {
      ready.set(name, await send({load: name, most}));
      onChange();
      const onHere = expected.get(name);
      if (onHere) track(Promise.resolve(onHere()));
      expected.delete(name);
    } catch (error) {
      const failure = /** @type {Failure} */ (error);
      if (!failure.isFinal || failure.isTooLarge) asked.delete(name); // the next question about it tries again
      if (failure.isTooLarge) large.add(name);
      if (!failure.isTrouble) return;
      problem = failure.problem;
      if (failure.isFinal && ++troubles === MOST_TROUBLES) stop(problem);
      else onChange();
    }
  }

  return {
    /**
     * Models that are shown are fetched.
     * @param {string[]} names
     * @param {number} [most] bytes of their weights: of those that are beside what is shown, only small ones
     */
    want(names, most = Infinity) {
      const isRefused = (/** @type {string} */ name) => asked.has(name) || (most < Infinity && large.has(name));
      for (const name of names) if (!isOff && !isRefused(name)) track(load(name, most));
    },
    /**
     * One of them, and what is to be done once it is here: of one that was expected before, only the last.
     * @param {string} name
     * @param {() => unknown} onHere may return a promise
     */
    expect(name, onHere) {
      this.want([name]);
      if (ready.has(name)) track(Promise.resolve(onHere()));
      else expected.set(name, onHere);
    },
    /**
     * @param {string} name
     * @param {string} part
     */
    has: (name, part) => !isOff && Boolean(ready.get(name)?.parts.includes(part)),
    /** @param {string} name of one that is here */
    model: (name) => /** @type {LoadedModel} */ (ready.get(name)),
    /** Once nothing is on its way any more; whether anything was. */
    async settled() {
      const wasBusy = arriving.size > 0;
      while (arriving.size) await Promise.allSettled(arriving);
      return wasBusy;
    },
    /** Names of those that are here. */
    names: () => [...ready.keys()],
    /** Why the server answers, if something went wrong. */
    problem: () => problem,
    /**
     * @param {string} name
     * @param {string} part of it, such as "decode"
     * @param {Record<string, Numbers>} inputs
     * @param {string[]} [outputs] all of them unless some are named
     * @returns {Promise<Record<string, Numbers>>}
     */
    async run(name, part, inputs, outputs = []) {
      let timer = 0;
      const late = new Promise((_, reject) => {
        timer = Number(setTimeout(() => reject(new Error("late")), patience));
      });
      try {
        return await Promise.race([send({run: {name, part, inputs, outputs}}), late]);
      } catch (error) {
        const failed = error instanceof Error ? "the worker that computes does not answer" : "";
        if (failed) stop(failed);
        ready.delete(name);
        problem = failed || /** @type {Failure} */ (error).problem;
        throw new Error(problem);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** @typedef {ReturnType<typeof localModels>} LocalModels */

/** @type {LocalModels | null} */
let page = null;

/** The models of this page: one worker for all tabs. */
export function pageModels() {
  if (page) return page;
  const address = new URL("worker.js", import.meta.url); // without "./": no classic script that a page loads ahead
  const onChange = () =>
    Object.assign(document.documentElement.dataset, {
      loomModels: models.names().join(" "),
      loomTrouble: models.problem(),
    });
  if (isAlone()) address.search = "stored"; // with all files of the page
  const patience = isAlone() ? ALONE : PATIENCE;
  const models = localModels({spawn: () => new Worker(address, {type: "module"}), patience, onChange});
  page = models;
  return models;
}
