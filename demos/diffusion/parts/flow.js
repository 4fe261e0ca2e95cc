// @ts-check
// Paths of the flow, step by step: core/models/flow.py and demos/diffusion/compute.py.
import {batched} from "../../web/lib/local/batches.js";
import {lerp, stacked} from "../../web/lib/local/codes.js";
import {rowsOf} from "../../web/lib/local/pictures.js";

/**
 * @typedef {Float32Array} State of one path: as many numbers as its picture has values, which end in [-1, 1]
 * @typedef {{guidance: number, classes: number | null}} Aim
 * @typedef {Aim & {steps: number, method: string}} Walked
 */

const HEUN = "heun";

/** Images in [0, 1] as states. */
export const stateOf = (/** @type {Float32Array} */ image) => image.map((value) => 2 * value - 1);

/** States as images. */
export const imageOf = (/** @type {State} */ state) => state.map((value) => (value + 1) / 2);

/**
 * The state at a time between noise and picture.
 * @param {State} picture
 * @param {State} z
 * @param {number} t
 */
export const mix = (picture, z, t) => lerp(z, picture, t);

/**
 * States of time `after` with so much new noise that they are such of the earlier time `before`.
 * @param {State[]} states
 * @param {number} after
 * @param {number} before
 * @param {Float32Array} noise for all of them, from N(0, 1)
 */
export function noisedAgain(states, after, before, noise) {
  const remaining = before / after; // of the picture in it, t x, and of its noise, (1 - t) z
  const std = Math.sqrt((1 - before) ** 2 - (remaining * (1 - after)) ** 2);
  return states.map((state, n) => state.map((value, k) => remaining * value + std * noise[n * state.length + k]));
}

/**
 * The steps of a path that are shown: all, or `frames` + 1 of them evenly.
 * @param {number} steps
 * @param {number} frames
 */
export function shownSteps(steps, frames) {
  const count = Math.min(steps, frames);
  return Array.from({length: count + 1}, (_, k) => Math.round((k * steps) / count));
}

/**
 * @param {import("../../web/lib/local/inference.js").LocalModels} models
 * @param {string} name of the flow
 * @param {number[]} shape of a picture
 * @param {number} anything label of no class
 */
export function flowPaths(models, name, shape, anything) {
  /**
   * @param {State[]} states
   * @param {number[]} times one for each
   * @param {number} label
   */
  async function predict(states, times, label) {
    const given = [];
    const timesOf = batched(times);
    for (const [k, batch] of batched(states).entries()) {
      const {data, dims} = stacked(batch);
      const [count] = dims;
      const {velocity} = await models.run(name, "velocity", {
        state: {data, dims: [count, ...shape]},
        t: {data: Float32Array.from(timesOf[k]), dims: [count]},
        label: {data: new Float32Array(count).fill(label), dims: [count]},
      });
      given.push(...rowsOf({data: velocity.data, dims}));
    }
    return given;
  }

  /**
   * Where states move, each at its own time.
   * @param {State[]} states
   * @param {number[]} times
   * @param {Aim} aim
   */
  async function velocity(states, times, {classes, guidance}) {
    const asked = await predict(states, times, classes ?? anything);
    if (!guidance) return asked;
    const free = await predict(states, times, anything);
    return asked.map((v, n) => v.map((value, k) => value + guidance * (value - free[n][k])));
  }

  /**
   * @param {State[]} states
   * @param {number} k number of the step
   * @param {Walked} walked
   */
  async function step(states, k, walked) {
    const {steps, method} = walked;
    const [before, after] = [k / steps, (k + 1) / steps];
    const at = (/** @type {number} */ t) => states.map(() => t);
    const moved = (/** @type {State[]} */ v) =>
      states.map((state, n) => state.map((value, i) => value + (after - before) * v[n][i]));
    const first = await velocity(states, at(before), walked);
    if (method !== HEUN) return moved(first);
    const second = await velocity(moved(first), at(after), walked);
    return moved(first.map((v, n) => v.map((value, i) => (value + second[n][i]) / 2)));
  }

  /**
   * Every state on the way, the first and the last among them.
   * @param {State[]} states
   * @param {Walked} walked
   */
  async function walk(states, walked) {
    const all = [states];
    for (let k = 0; k < walked.steps; k++) all.push(await step(all[k], k, walked));
    return all;
  }
  return {velocity, step, walk};
}
