// @ts-check
// The images of a dataset, with its classes and their colours: fetched once for all tabs and models.

import {loadSprite} from "../sprite.js";
import {ask} from "./rpc.js";

/** @typedef {import("../../types").SampleAnswer} SampleAnswer */
/** @typedef {import("../../types").SessionModel} SessionModel */
/** @typedef {Omit<SampleAnswer, "sprite"> & {sprite: import("../sprite.js").Sprite, noun?: string}} Sample */

export const FASHION = "fashion-mnist"; // which the server gives to a request that names no model

/** @type {Map<string, Promise<Sample>>} */
const loading = new Map();

/**
 * @param {import("../../types").ServerFunction<{checkpoint?: string}, SampleAnswer>} call the server's load_sample
 * @param {Pick<SessionModel, "name" | "dataset">} [model] whose dataset is wanted; Fashion-MNIST without one
 * @returns {Promise<Sample>}
 */
export function loadSample(call, model) {
  const dataset = model?.dataset?.name ?? FASHION;
  const known =
    loading.get(dataset) ??
    fetchSample(call, model && dataset !== FASHION ? {checkpoint: model.name} : {}).catch((error) => {
      loading.delete(dataset); // the next tab tries again
      throw error;
    });
  loading.set(dataset, known);
  return known;
}

/**
 * @param {import("../../types").ServerFunction<{checkpoint?: string}, SampleAnswer>} call
 * @param {{checkpoint?: string}} request
 */
async function fetchSample(call, request) {
  const answer = await ask(call, request);
  if (answer.error) throw new Error(answer.error);
  const [channels, side] = answer.image_shape;
  return {...answer, sprite: await loadSprite(answer.sprite, answer.columns, side, channels)};
}

/** @param {Pick<import("../../types").Dataset, "image_shape">} dataset bytes of one of its pictures */
export const pictureBytes = ({image_shape: [channels, height, width]}) => channels * height * width;
