// @ts-check
// What the server lays out: PCA planes, and runs of t-SNE that grow frame by frame; the newest few are kept.
import {fromBase64} from "../web/lib/base64.js";
import {recent} from "../web/lib/recent.js";
import {ask} from "../web/lib/server/rpc.js";
import {fitted} from "./views.js";

/**
 * @typedef {import("./types").RunRequest} RunRequest
 * @typedef {{points: Float32Array, kl: number, iteration: number, agreement: number, preserved: number}} Frame
 * @typedef {Omit<import("./types").PlaneAnswer, "points"> & {points: Float32Array}} PlaneData
 */

/**
 * @typedef {object} Plane
 * @property {PlaneData | null} data once it has come
 * @property {string | null} error of the last attempt
 * @property {() => Promise<Plane>} load
 */

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
  return {
    /** @param {import("./types").SourceRequest} request */
    plane: (request) => planes.get(JSON.stringify(request), () => newPlane(server.load_plane, request)),
    /** @param {RunRequest} request */
    run: (request) => runs.get(JSON.stringify(request), () => newRun(server, request, {frames, isWanted})),
  };
}

/**
 * @param {import("./types").Server["load_plane"]} call
 * @param {import("./types").SourceRequest} request
 * @returns {Plane}
 */
function newPlane(call, request) {
  /** @type {Promise<Plane> | null} */
  let loading = null;
  const load = async () => {
    const {error, ...answer} = await ask(call, request);
    plane.error = error ?? null;
    if (error) loading = null;
    else plane.data = {...answer, points: floats(answer.points)};
    return plane;
  };
  /** @type {Plane} */
  const plane = {
    data: null,
    error: null,
    load() {
      loading ??= load();
      return loading;
    },
  };
  return plane;
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
      const {checkpoint, layer, n, perplexity} = request;
      const {error, p} = await ask(server.load_affinities, {checkpoint, layer, n, perplexity});
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
function unpack({points, kl, iteration, agreement, preserved_variance: preserved}, dimensions) {
  const whole = new Int16Array(fromBase64(points).buffer);
  const size = whole.length / kl.length;
  return kl.map((value, k) => ({
    points: fitted(whole.subarray(k * size, (k + 1) * size), dimensions),
    kl: value,
    iteration: iteration[k],
    agreement: agreement[k],
    preserved: preserved[k],
  }));
}
