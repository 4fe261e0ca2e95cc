// @ts-check
// What the server lays out: PCA planes, and runs of t-SNE that grow frame by frame; the newest few are kept.
import {fromBase64} from "../web/lib/base64.js";
import {ask} from "../web/lib/server/rpc.js";
import {recent} from "../web/lib/state/recent.js";
import {fitOf, fitted} from "./views.js";

/**
 * @typedef {import("./types").RunRequest} RunRequest
 * @typedef {object} Frame
 * @property {Float32Array} points from -1 to 1
 * @property {number} unit map units of one of theirs
 * @property {number[]} middle in map units, of what is the origin
 * @property {number} kl
 * @property {number} iteration
 * @property {number | null} agreement
 * @property {number} preserved
 *
 * @typedef {Omit<import("./types").PlaneAnswer, "points"> & {points: Float32Array}} PlaneData
 */

/**
 * @template Data
 * @typedef {object} Once
 * @property {Data | null} data once it has come
 * @property {string | null} error of the last attempt
 * @property {() => Promise<Once<Data>>} load
 */

/** @typedef {Once<PlaneData>} Plane */
/** @typedef {Once<import("./types").LandingAnswer>} Landing */

/**
 * @typedef {object} Run
 * @property {Frame[]} frames that have come, from the first one on
 * @property {Frame | null} last of the finished map, which may come alone
 * @property {Float32Array | null} p between each image and its nearest neighbours
 * @property {string | null} error of the last attempt
 * @property {() => Promise<Run>} follow every frame, as long as the run is wanted
 * @property {() => Promise<Run>} end the scores of the finished map alone
 * @property {() => Promise<void>} loadAffinities
 */

const MOST_PLANES = 24;
const MOST_RUNS = 18;
const MOST_LANDINGS = 24;
const STEPS = 32767; // of a coordinate, from 0 to the scale of its frame

/** @param {string} text */
const floats = (text) => new Float32Array(fromBase64(text).buffer);

/**
 * @param {import("./types").Server} server
 * @param {object} options
 * @param {number} options.frames of a whole run
 * @param {(request: RunRequest) => boolean} options.isWanted whether a run is on the page
 */
export function layoutStore(server, {frames, isWanted}) {
  /** @type {ReturnType<typeof recent<Plane>>} */
  const planes = recent(() => MOST_PLANES);
  /** @type {ReturnType<typeof recent<Run>>} */
  const runs = recent(() => MOST_RUNS);
  /** @type {ReturnType<typeof recent<Landing>>} */
  const landings = recent(() => MOST_LANDINGS);
  return {
    /** @param {import("./types").SourceRequest} request */
    plane: (request) => planes.get(JSON.stringify(request), () => newPlane(server.load_plane, request)),
    /** @param {RunRequest} request */
    run: (request) => runs.get(JSON.stringify(request), () => newRun(server, request, {frames, isWanted})),
    /** @param {import("./types").LandingRequest} request */
    landing: (request) => landings.get(JSON.stringify(request), () => newLanding(server.place_picture, request)),
  };
}

/**
 * @param {import("./types").Server["load_plane"]} call
 * @param {import("./types").SourceRequest} request
 * @returns {Plane}
 */
const newPlane = (call, request) => once(call, request, (answer) => ({...answer, points: floats(answer.points)}));

/**
 * @param {import("./types").Server["place_picture"]} call
 * @param {import("./types").LandingRequest} request
 * @returns {Landing}
 */
const newLanding = (call, request) => once(call, request, (answer) => answer);

/**
 * What is asked once, and again after an error.
 * @template Request, Answer, Data
 * @param {import("../web/types").ServerFunction<Request, Answer>} call
 * @param {Request} request
 * @param {(answer: Answer) => Data} unpacked
 */
function once(call, request, unpacked) {
  /** @type {Promise<Once<Data>> | null} */
  let loading = null;
  const load = async () => {
    const {error, ...answer} = await ask(call, request);
    one.error = error ?? null;
    if (error) loading = null;
    else one.data = unpacked(/** @type {any} */ (answer));
    return one;
  };
  /** @type {Once<Data>} */
  const one = {
    data: null,
    error: null,
    load() {
      loading ??= load();
      return loading;
    },
  };
  return one;
}

/**
 * @param {import("./types").Server} server
 * @param {RunRequest} request
 * @param {{frames: number, isWanted: (request: RunRequest) => boolean}} options
 * @returns {Run}
 */
function newRun(server, request, {frames, isWanted}) {
  /** @type {Promise<Run> | null} */
  let following = null;
  /** @type {Promise<Run> | null} */
  let ending = null;
  const follow = async () => {
    run.error = null;
    while (run.frames.length < frames) {
      const {error, ...answer} = await ask(server.follow, {...request, since: run.frames.length});
      if (error) run.error = error;
      else run.frames.push(...unpack(answer, request.dimensions));
      if (error || !isWanted(request)) {
        following = null; // the server breaks it off, too
        return run;
      }
    }
    run.last = run.frames[frames - 1];
    return run;
  };
  const end = async () => {
    const {error, ...answer} = await ask(server.follow, {...request, since: frames - 1});
    run.error = error ?? null;
    if (error) ending = null;
    else [run.last] = unpack(answer, request.dimensions);
    return run;
  };
  /** @type {Run} */
  const run = {
    frames: [],
    last: null,
    p: null,
    error: null,
    follow() {
      following ??= follow();
      return following;
    },
    end() {
      if (run.last) return Promise.resolve(run);
      ending ??= end();
      return ending;
    },
    async loadAffinities() {
      if (run.p) return;
      const {checkpoint, layer, n, data, shuffled, perplexity} = request;
      const {error, p} = await ask(server.load_affinities, {checkpoint, layer, n, data, shuffled, perplexity});
      if (!error) run.p = floats(p);
    },
  };
  return run;
}

/**
 * @param {import("./types").FramesAnswer} answer
 * @param {number} dimensions
 * @returns {Frame[]}
 */
function unpack({points, scales, kl, iteration, agreement, preserved_variance: preserved}, dimensions) {
  const whole = new Int16Array(fromBase64(points).buffer);
  const size = whole.length / kl.length;
  return kl.map((value, k) => {
    const steps = whole.subarray(k * size, (k + 1) * size);
    const fit = fitOf(steps, dimensions);
    const step = scales[k] / STEPS;
    return {
      points: fitted(steps, dimensions, fit),
      unit: fit.half * step,
      middle: fit.middle.map((v) => v * step),
      kl: value,
      iteration: iteration[k],
      agreement: agreement[k],
      preserved: preserved[k],
    };
  });
}
