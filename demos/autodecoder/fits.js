// @ts-check
// Fits of codes to pictures, which come in handfuls of steps and stay.
import {fromBase64} from "../web/lib/base64.js";
import {recent} from "../web/lib/recent.js";
import {ask} from "../web/lib/server/rpc.js";

/**
 * @typedef {import("./types").FitRequest} FitRequest
 * @typedef {{model: string, frames: Uint8Array[], mse: number[]}} Fit
 */

const MOST = 40; // fits that stay
const PIXELS = 784; // of a frame

/**
 * @param {import("./types").Server["follow_fit"]} call
 * @param {{onProgress: () => void, onError: (problem: string) => void}} options
 */
export function fitStore(call, {onProgress, onError}) {
  /** @type {ReturnType<typeof recent<Fit>>} */
  const fits = recent(() => MOST);
  let turn = {}; // the newest call of follow(), which ends the others

  /** @param {FitRequest} request */
  const get = (request) => fits.get(JSON.stringify(request), () => ({model: request.checkpoint, frames: [], mse: []}));

  async function followOne(/** @type {FitRequest} */ request, /** @type {object} */ mine) {
    const fit = get(request);
    while (fit.mse.length <= request.steps) {
      const answer = await ask(call, {...request, since: fit.mse.length});
      if (mine !== turn) return;
      if (answer.error) return onError(answer.error);
      const bytes = fromBase64(answer.frames);
      answer.mse.forEach((mse, k) => {
        fit.mse.push(mse);
        fit.frames.push(bytes.subarray(PIXELS * k, PIXELS * (k + 1)));
      });
      onProgress();
    }
  }

  return {
    get,
    /** @param {FitRequest[]} requests one after another */
    async follow(requests) {
      const mine = {};
      turn = mine;
      for (const request of requests) if (mine === turn) await followOne(request, mine);
    },
    stop() {
      turn = {};
    },
  };
}
