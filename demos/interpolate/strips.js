// @ts-check
// Decoded paths, asked for once and kept as long as there is room.
import {recent} from "../web/lib/recent.js";
import {ask} from "../web/lib/server/rpc.js";
import {loadSprite} from "../web/lib/sprite.js";
import {pathRequest} from "./views.js";

/**
 * @typedef {import("./render.js").State} State
 * @typedef {import("./types").Strip & {error?: undefined}} Strip
 * @typedef {Strip | {error: string}} StripOrError
 */

const MOST = {clothes: 40, faces: 4}; // a strip of faces is 7 MB once unpacked
const HAND_RESTS = 1200; // milliseconds after which slow decoders begin: another stroke may follow

/**
 * @param {import("./types").Server["path"]} call
 * @param {(name: string) => import("./types").Decoder} decoderOf
 * @returns {(request: import("./types").PathRequest) => Promise<StripOrError>}
 */
export function stripLoader(call, decoderOf) {
  let most = MOST.clothes;
  /** @type {ReturnType<typeof recent<Promise<StripOrError>>>} */
  const kept = recent(() => most);
  return (request) => {
    const key = JSON.stringify(request);
    const {kind, side} = decoderOf(request.checkpoint);
    most = MOST[kind];
    return kept.get(key, async () => {
      const {error, ...answer} = await ask(call, request);
      if (error) {
        kept.forget(key);
        return {error};
      }
      return {...answer, sprite: await loadSprite(answer.sprite, answer.columns, side)};
    });
  };
}

/** @param {import("./types").View} view what the path is, through whichever decoder */
export const rowsKey = ({a, b, method, beyond}) => JSON.stringify([a, b, method, beyond]);

/**
 * Fill the state's rows: the same path through every decoder of clothes.
 * @param {object} options
 * @param {State} options.state
 * @param {(changes: Partial<State>) => void} options.update
 * @param {ReturnType<typeof stripLoader>} options.loadStrip
 * @param {Record<string, import("./types").Decoder>} options.known
 * @param {string[]} options.names
 * @returns {(view: import("./types").View) => void}
 */
export function rowLoader({state, update, loadStrip, known, names}) {
  return ({...view}) => {
    if (known[view.model].kind !== "clothes") return;
    const isWanted = () => rowsKey(state) === rowsKey(view);
    const isDrawn = [view.a, view.b].some(({i}) => i === undefined);
    const isSlow = (/** @type {string} */ name) => isDrawn && known[name].fits;
    const missing = names.filter((name) => typeof (state.rows[name] ?? "") === "string");
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
