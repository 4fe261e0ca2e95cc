// @ts-check
// Fits of codes to pictures, which come in handfuls of steps and stay.
import {fromBase64} from "../web/lib/base64.js";
import {ask} from "../web/lib/server/rpc.js";
import {recent} from "../web/lib/state/recent.js";

/**
 * @typedef {import("./types").FitRequest} FitRequest
 * @typedef {{model: string, frames: Uint8Array[], mse: number[]}} Fit
 */

const MOST = 40; // fits that stay

/**
 * @param {import("./types").Server["follow_fit"]} call
 * @param {{size: number, onProgress: () => void, onError: (problem: string) => void}} options size: bytes of a frame
 */
export function fitStore(call, {size, onProgress, onError}) {
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
        fit.frames.push(bytes.subarray(size * k, size * (k + 1)));
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
