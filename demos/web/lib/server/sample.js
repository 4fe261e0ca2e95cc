// @ts-check
// The shipped test images, fetched once for all tabs.

import {loadSprite} from "../sprite.js";
import {ask} from "./rpc.js";

/** @typedef {import("../../types").SampleAnswer} SampleAnswer */
/** @typedef {Omit<SampleAnswer, "sprite"> & {sprite: import("../sprite.js").Sprite, noun?: string}} Sample */

/** @type {Promise<Sample> | null} */
let loading = null;

/**
 * @param {import("../../types").ServerFunction<object, SampleAnswer>} call the server's load_sample
 * @returns {Promise<Sample>}
 */
export function loadSample(call) {
  loading ??= fetchSample(call).catch((error) => {
    loading = null; // the next tab tries again
    throw error;
  });
  return loading;
}

/** @param {import("../../types").ServerFunction<object, SampleAnswer>} call */
async function fetchSample(call) {
  const answer = await ask(call);
  if (answer.error) throw new Error(answer.error);
  return {...answer, sprite: await loadSprite(answer.sprite, answer.columns)};
}
