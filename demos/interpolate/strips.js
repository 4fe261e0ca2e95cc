// @ts-check
// Decoded paths: each frame asked for once, and kept as long as there is room.

import {ask, pump} from "../web/lib/server/rpc.js";
import {loadSprite} from "../web/lib/sprite.js";
import {recent} from "../web/lib/state/recent.js";
import {frameParts, withFrames} from "./parts/frames.js";
import {pathRequest} from "./views.js";

/**
 * @typedef {import("./render.js").State} State
 * @typedef {import("./types").Strip & {error?: undefined}} Strip
 * @typedef {Strip | {error: string}} StripOrError
 * @typedef {import("./types").PathRequest} PathRequest
 * @typedef {(beyond: boolean) => {count: number, frameOf: (alpha: number) => number}} ScaleOf
 */

const MOST = {clothes: 40, faces: 4}; // a strip of faces is 7 MB once unpacked
const HAND_RESTS = 1200; // milliseconds after which slow decoders begin: another stroke may follow

/**
 * Loads the frames of a path that are missing, one question a path at a time.
 * @param {import("./types").Server["path"]} call
 * @param {(name: string) => import("./types").Decoder} decoderOf
 * @param {ScaleOf} scaleOf
 * @returns {(request: PathRequest, frames?: number[]) => Promise<StripOrError>} all frames unless some are given
 */
export function stripLoader(call, decoderOf, scaleOf) {
  let most = MOST.clothes;
  /** @type {ReturnType<typeof recent<{strip: Strip | null, turn: Promise<any>}>>} */
  const paths = recent(() => most);
  return (request, frames) => {
    const {kind, side} = decoderOf(request.checkpoint);
    most = MOST[kind];
    const path = paths.get(JSON.stringify(request), () => ({strip: null, turn: Promise.resolve()}));
    const load = async () => {
      const {count} = scaleOf(request.beyond);
      const missing = (frames ?? [...Array(count).keys()]).filter((k) => !path.strip?.frames[k]);
      if (path.strip && !missing.length) return path.strip;
      const {error, ...answer} = await ask(call, {...request, frames: missing});
      if (error) return {error};
      const sprite = await loadSprite(answer.sprite, answer.columns, side);
      path.strip = withFrames(path.strip, {...answer, sprite}, missing, count);
      return path.strip;
    };
    path.turn = path.turn.then(load);
    return path.turn;
  };
}

/**
 * Fills the state's strip: the frame shown and every tenth or so first, the rest behind as long as it is wanted.
 * @param {object} options
 * @param {State} options.state
 * @param {(changes: Partial<State>) => void} options.update
 * @param {ReturnType<typeof stripLoader>} options.loadStrip
 * @param {{coarse: number, together: number}} options.sizes
 * @param {ScaleOf} options.scaleOf
 * @param {() => void} options.onWhole
 */
export function stripFiller({state, update, loadStrip, sizes, scaleOf, onWhole}) {
  const parts = (/** @type {PathRequest} */ {beyond}) => {
    const {count, frameOf} = scaleOf(beyond);
    return frameParts(count, frameOf(state.alpha), sizes);
  };
  return {
    first: async (/** @type {PathRequest} */ request) => ({
      result: await loadStrip(request, parts(request)[0]),
    }),
    /** @param {PathRequest} request whose first frames are here */
    async rest(request) {
      for (const frames of state.strip?.isWhole ? [] : parts(request)) {
        const result = await loadStrip(request, frames);
        if (JSON.stringify(request) !== state.pathKey) return;
        update(result.error === undefined ? {strip: result} : {problem: result.error});
        if (result.error !== undefined) return;
      }
      onWhole();
    },
  };
}

/**
 * Asks for paths, of which the latest is shown.
 * @param {Parameters<typeof stripFiller>[0]} options
 * @returns {(request: PathRequest) => Promise<void>}
 */
export function pathFollower(options) {
  const {state, update} = options;
  const fill = stripFiller(options);
  return pump(
    fill.first,
    ({result}, request) => {
      const key = JSON.stringify(request);
      if (key !== state.pathKey) return;
      if (result.error !== undefined) return update({strip: null, failed: true, dragged: null, problem: result.error});
      update({strip: result, stripKey: key, dragged: null});
      fill.rest(request);
    },
    (problem) => update({problem}),
  );
}

/**
 * Asks for the first frames of a path before it is shown.
 * @param {Pick<Parameters<typeof stripFiller>[0], "loadStrip" | "sizes" | "scaleOf">} options
 * @returns {(view: import("./types").View) => void}
 */
export const pathPreparer =
  ({loadStrip, sizes, scaleOf}) =>
  (view) => {
    const {count, frameOf} = scaleOf(view.beyond);
    loadStrip(pathRequest(view), frameParts(count, frameOf(view.alpha), sizes)[0]);
  };

/** @param {import("./types").View} view what the path is, through whichever decoder */
export const rowsKey = ({a, b, method, beyond}) => JSON.stringify([a, b, method, beyond]);

/**
 * Fill the state's rows: the same path through every decoder of the same dataset.
 * @param {object} options
 * @param {State} options.state
 * @param {(changes: Partial<State>) => void} options.update
 * @param {ReturnType<typeof stripLoader>} options.loadStrip
 * @param {Record<string, import("./types").Decoder>} options.known
 * @param {(model: string) => string[]} options.namesOf decoders of a model's dataset
 * @returns {(view: import("./types").View) => void}
 */
export function rowLoader({state, update, loadStrip, known, namesOf}) {
  return ({...view}) => {
    if (known[view.model].kind !== "clothes") return;
    const isWanted = () => rowsKey(state) === rowsKey(view);
    const isDrawn = [view.a, view.b].some(({i}) => i === undefined);
    const isSlow = (/** @type {string} */ name) => isDrawn && known[name].fits;
    const missing = namesOf(view.model).filter((name) => typeof (state.rows[name] ?? "") === "string");
    const slow = missing.filter((name) => name !== view.model && isSlow(name));
    update({rows: {...state.rows, ...Object.fromEntries(slow.map((name) => [name, "fits a code…"]))}});
    const load = async (/** @type {string} */ name) => {
      const result = await loadStrip({...pathRequest(view, name), attributes: []});
      if (isWanted()) update({rows: {...state.rows, [name]: result.error === undefined ? result : "no answer"}});
    };
    loadEach({names: missing, first: view.model, isSlow, load, isWanted});
  };
}

/**
 * The same path through several decoders: the one that is shown first, and those that are slow one after the other.
 * @param {object} options
 * @param {string[]} options.names
 * @param {string} options.first
 * @param {(name: string) => boolean} options.isSlow
 * @param {(name: string) => Promise<void>} options.load
 * @param {() => boolean} options.isWanted whether the path is still the one shown
 */
async function loadEach({names, first, isSlow, load, isWanted}) {
  const slow = names.filter((name) => name !== first && isSlow(name));
  const quick = names.filter((name) => !slow.includes(name));
  quick.sort((a, b) => Number(b === first) - Number(a === first));
  await Promise.all(quick.map(load));
  if (!slow.length) return;
  await new Promise((done) => setTimeout(done, HAND_RESTS));
  for (const name of slow) if (isWanted()) await load(name);
}
