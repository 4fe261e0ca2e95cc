// @ts-check
// What is known of a network: its card, and where the shipped images lie among its features. Each is fetched once.
import {fromBase64} from "../web/lib/base64.js";
import {ask} from "../web/lib/server/rpc.js";
import {FASHION} from "../web/lib/server/sample.js";

/**
 * @typedef {Omit<import("./types").ScatterAnswer, "points"> & {points: Float32Array, labels: number[]}} Scatter
 * @typedef {{counts: number[][], of: string}} Matrix
 */

export const ALL = "all test images";
/** @param {{name: string}} dataset what its images here are called */
export const galleryWords = ({name}) => (name === FASHION ? "the test images that ship" : "the images of the gallery");

/**
 * Each function throws an Error with a sentence if the server gives none.
 * @param {import("./types").Server} server
 * @param {{name: string, labels: number[], classes: string[]}} sample
 */
export function networkFacts(server, sample) {
  const {labels, classes} = sample;
  /** @type {Map<string, Promise<any>>} */
  const loading = new Map();
  /**
   * @template Answer
   * @param {string} key
   * @param {() => Promise<Answer & {error?: string}>} load
   * @returns {Promise<Answer>}
   */
  const once = (key, load) => {
    const known = loading.get(key) ?? load().then(orThrow);
    loading.set(key, known);
    known.catch(() => loading.delete(key)); // the next visit asks again
    return known;
  };
  const facts = {
    /** @param {string} name */
    card: (name) => once(`card ${name}`, () => ask(server.load_cards, {networks: [name]})).then(({cards}) => cards[0]),
    /**
     * @param {string} name
     * @param {number[] | null} some classes; null: all
     * @returns {Promise<Scatter>}
     */
    async scatter(name, some = null) {
      const load = () => ask(server.load_scatter, {checkpoint: name, classes: some});
      const answer = await once(`scatter ${name} ${some}`, load);
      const points = new Float32Array(fromBase64(answer.points).buffer);
      return {...answer, points, labels: answer.indices.map((i) => labels[i])};
    },
    /**
     * Of all test images, else of those that ship.
     * @param {string} name
     * @returns {Promise<Matrix>}
     */
    async matrix(name) {
      const {confusion} = await facts.card(name);
      if (confusion.length) return {counts: confusion, of: ALL};
      const seen = await facts.scatter(name);
      const counts = classes.map(() => classes.map(() => 0));
      seen.labels.forEach((label, n) => {
        counts[label][seen.predicted[n]] += 1;
      });
      return {counts, of: galleryWords(sample)};
    },
    /**
     * @param {string} checkpoint
     * @param {string} layer
     * @param {number} map
     * @returns {Promise<import("./types").ExcitingAnswer>}
     */
    exciting: (checkpoint, layer, map) =>
      once(`exciting ${checkpoint} ${layer} ${map}`, () => ask(server.load_exciting, {checkpoint, layer, map})),
    /** @param {string} name */
    async mistakes(name) {
      const {indices, predicted, labels: truth} = await facts.scatter(name);
      return indices.filter((_, n) => predicted[n] !== truth[n]);
    },
  };
  return facts;
}

/**
 * @template Answer
 * @param {Answer & {error?: string}} answer
 * @returns {Answer}
 */
function orThrow(answer) {
  if (answer.error) throw new Error(answer.error);
  return answer;
}
