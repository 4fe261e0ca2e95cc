// @ts-check
// Paths of the flow, computed on the visitor's own machine where the server takes longer. That is seldom: the network
// takes four times as long in WASM as on the server.
import {fromBase64} from "../../web/lib/base64.js";
import {ifSooner} from "../../web/lib/local/answers.js";
import {inBatches} from "../../web/lib/local/batches.js";
import {rounded, slerp, stacked} from "../../web/lib/local/codes.js";
import {pageModels} from "../../web/lib/local/inference.js";
import {nearestTo, pixelSpace} from "../../web/lib/local/nearest.js";
import {joined, rowsOf, toBytes, toTensor} from "../../web/lib/local/pictures.js";
import {torchRandom} from "../../web/lib/local/random.js";
import {remembered} from "../../web/lib/server/remembered.js";
import {flowPaths, imageOf, mix, noisedAgain, shownSteps, stateOf} from "./flow.js";

/**
 * @typedef {import("../types").Props} Props
 * @typedef {import("../types").PathsRequest} PathsRequest
 * @typedef {import("./flow.js").State} State
 */

const ONE = 1500; // milliseconds that one path takes here, with its classes, about
const SEVERAL = 5000; // those of a part of the paths, of a walk, a picture or a hole

/**
 * @param {Pick<Props, "flow" | "classifier" | "dataset" | "methods" | "side" | "together" | "walk" | "walk_columns" |
 *   "returns" | "return_steps" | "frames" | "fillings" | "repeats" | "strongest">} props
 * @param {() => Promise<import("../../web/lib/server/sample.js").Sample>} loadSample
 * @param {import("../../web/lib/local/inference.js").LocalModels} [models]
 */
export function localAnswers(props, loadSample, models = pageModels()) {
  const {flow, methods, returns, frames, strongest} = props;
  const {image_shape: shape, classes, is_labelled: isLabelled} = props.dataset;
  const classifier = props.classifier ?? "";
  const [channels] = shape;
  const {size, probs: classify} = inBatches(models, shape);
  const paths = flowPaths(models, flow, shape, isLabelled ? classes.length : 0);
  const count = props.side ** 2;

  function areHere() {
    if (props.classifier === null) return false; // the server knows whether one has come
    models.want(classifier ? [flow, classifier] : [flow]);
    return models.has(flow, "velocity") && (!classifier || models.has(classifier, "activations"));
  }

  /** First states of a seed. */
  const noise = (/** @type {number} */ seed, many = count) =>
    rowsOf({data: torchRandom(seed).normal(count * size), dims: [count, size]}).slice(0, many);

  const painted = (/** @type {Float32Array[]} */ images) => {
    const {data, dims} = stacked(images);
    return toBytes({data, dims: [dims[0], ...shape]});
  };
  const bytesOf = (/** @type {State[]} */ states) => painted(states.map(imageOf));
  const shadeOf = (/** @type {number} */ v) => (128 + 127 * Math.min(1, Math.max(-1, v / strongest))) / 255;
  const probsOf = async (/** @type {Uint8Array} */ bytes) =>
    (await classify(classifier, bytes)).map((row) => rounded(row, 4));
  const spriteOf = (/** @type {Uint8Array} */ bytes) => ({bytes, channels});
  const timesOf = (/** @type {number} */ steps) =>
    rounded(
      shownSteps(steps, frames).map((k) => k / steps),
      4,
    );

  /** @returns {Promise<State | null>} the picture of a request; null where something is wrong */
  async function pictureOf(/** @type {{real?: number, pixels?: string}} */ {real = -1, pixels}) {
    const {labels, sprite} = await loadSample();
    if (pixels === undefined && !(real in labels)) return null;
    const bytes = pixels === undefined ? sprite.pixels(real) : fromBase64(pixels);
    return bytes.length === size ? stateOf(toTensor(bytes, shape).data) : null;
  }

  const traced = remembered(async (/** @type {PathsRequest & {tile: number}} */ {tile, ...request}) => {
    const shown = shownSteps(request.steps, frames);
    const all = await paths.walk([noise(request.seed)[tile]], request);
    const states = shown.map((k) => all[k][0]);
    return {states, times: shown.map((k) => k / request.steps)};
  }, 2);

  /** @type {Record<string, import("../../web/lib/local/answers.js").LocalAnswer>} */
  const costly = {
    load_paths: ifSooner(SEVERAL, async (/** @type {PathsRequest & {part: number}} */ {part, ...request}) => {
      const first = noise(request.seed).slice(part * props.together, (part + 1) * props.together);
      const all = await paths.walk(first, request);
      const shown = shownSteps(request.steps, frames).flatMap((k) => all[k]);
      return {sprite: spriteOf(bytesOf(shown)), columns: props.together, times: timesOf(request.steps)};
    }),
    trace: ifSooner(ONE, async (/** @type {PathsRequest & {tile: number}} */ request) => {
      const {states, times} = await traced(request);
      const velocities = await paths.velocity(states, times, request);
      const guesses = bytesOf(states.map((state, n) => state.map((x, k) => x + (1 - times[n]) * velocities[n][k])));
      const bytes = joined([bytesOf(states), painted(velocities.map((v) => v.map(shadeOf))), guesses]);
      return {sprite: spriteOf(bytes), columns: states.length, probs: await probsOf(guesses)};
    }),
    compare_end: ifSooner(ONE, async (/** @type {PathsRequest & {tile: number}} */ request) => {
      const {states} = await traced(request);
      return {near: nearestTo(await pixelSpace(loadSample), bytesOf(states.slice(-1)))};
    }),
    bring_back: ifSooner(SEVERAL, async (request) => {
      const picture = await pictureOf(request);
      if (!picture) return null;
      const {seed, classes, guidance} = request;
      const walked = {classes, guidance, steps: props.return_steps, method: methods[0]};
      const noised = returns.map((t) => mix(picture, noise(seed, 1)[0], t));
      let states = noised;
      for (let k = 0; k < walked.steps; k++) {
        const started = returns.filter((t) => Math.round(t * walked.steps) <= k).length;
        states = [...(await paths.step(states.slice(0, started), k, walked)), ...states.slice(started)];
      }
      const returned = bytesOf(states);
      const bytes = joined([bytesOf(noised), returned]);
      return {sprite: spriteOf(bytes), columns: returns.length, times: returns, probs: await probsOf(returned)};
    }),
    walk: ifSooner(SEVERAL, async (/** @type {PathsRequest & {tile: number, to: number}} */ {tile, to, ...request}) => {
      const all = noise(request.seed);
      const arc = Array.from({length: props.walk}, (_, k) => slerp(all[tile], all[to], k / (props.walk - 1)));
      const ends = bytesOf(/** @type {State[]} */ ((await paths.walk(arc, request)).at(-1)));
      return {sprite: spriteOf(ends), columns: props.walk_columns, probs: await probsOf(ends)};
    }),
    fill: ifSooner(SEVERAL, async (/** @type {import("../types").FillRequest} */ request) => {
      const picture = await pictureOf(request);
      const hole = fromBase64(request.hole);
      if (!picture || hole.length * channels !== size) return null;
      const all = await filled(request, picture, hole);
      const shown = shownSteps(request.steps, frames).map((k) => bytesOf(all[k]));
      const last = /** @type {Uint8Array} */ (shown.at(-1));
      const times = timesOf(request.steps);
      return {sprite: spriteOf(joined(shown)), columns: props.fillings, times, probs: await probsOf(last)};
    }),
  };

  /**
   * States of fillings, whose rest is held to the picture at every step.
   * Source: RePaint, 2022, arXiv:2201.09865.
   * @param {PathsRequest} request
   * @param {State} picture
   * @param {Uint8Array} hole above 127 where the picture is to be filled
   */
  async function filled(request, picture, hole) {
    const {seed, steps} = request;
    const random = torchRandom(seed);
    const z = noise(seed, props.fillings);
    const all = [z];
    for (let k = 0; k < steps; k++) {
      let states = all[k];
      for (let repeat = 0; repeat < props.repeats; repeat++) {
        const again = (/** @type {State[]} */ old) =>
          noisedAgain(old, (k + 1) / steps, k / steps, random.normal(old.length * size));
        states = await paths.step(repeat ? again(states) : states, k, request);
        states = states.map((state, n) => {
          const outside = mix(picture, z[n], (k + 1) / steps);
          return state.map((value, i) => (hole[i % hole.length] > 127 ? value : outside[i]));
        });
      }
      all.push(states);
    }
    return all;
  }

  return Object.fromEntries(
    Object.entries(costly).map(([name, answer]) => [
      name,
      async (/** @type {any} */ request, /** @type {number} */ latest) =>
        areHere() && isGuided(request) ? answer(request, latest) : null,
    ]),
  );
}

/**
 * Whether there is a class where there is guidance: the server says what is wrong.
 * @param {import("./flow.js").Aim} aim
 */
const isGuided = ({guidance, classes}) => guidance === 0 || classes !== null;
