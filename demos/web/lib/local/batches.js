// @ts-check
// Many pictures through a network, a few in each run: a question that comes meanwhile is answered in between.
import {stacked} from "./codes.js";
import {joined, rowsOf, toBytes, toTensor} from "./pictures.js";

const TOGETHER = 8; // pictures in one run

/**
 * Rows in groups of those that go through a network together.
 * @template Row
 * @param {Row[]} rows
 */
export const batched = (rows) =>
  Array.from({length: Math.ceil(rows.length / TOGETHER)}, (_, k) => rows.slice(TOGETHER * k, TOGETHER * (k + 1)));

/**
 * @param {import("./inference.js").LocalModels} models
 * @param {number[]} shape of a picture: channels, height and width
 */
export function inBatches(models, shape) {
  const size = shape.reduce((product, length) => product * length, 1);

  /**
   * What a network says of each picture.
   * @param {string} name
   * @param {string} part of it
   * @param {string} output of that
   * @param {Uint8Array} bytes of pictures, one after the other
   * @returns {Promise<Float32Array[]>}
   */
  async function outputs(name, part, output, bytes) {
    const rows = [];
    for (let k = 0; k < bytes.length; k += TOGETHER * size) {
      const x = toTensor(bytes.subarray(k, k + TOGETHER * size), shape);
      const {data} = (await models.run(name, part, {x}, [output]))[output];
      rows.push(...rowsOf({data, dims: [x.dims[0], data.length / x.dims[0]]}));
    }
    return rows;
  }

  return {
    /** Bytes of a picture. */
    size,
    /**
     * Pictures of codes, one after the other.
     * @param {string} name of a decoder
     * @param {ArrayLike<number>[]} codes
     */
    async decode(name, codes) {
      const parts = [];
      for (const batch of batched(codes)) {
        const {image} = await models.run(name, "decode", {z: stacked(batch)});
        parts.push(toBytes(image));
      }
      return joined(parts);
    },
    outputs,
    /**
     * Class probabilities of each picture; none where no classifier knows such pictures.
     * @param {string} classifier its name, or ""
     * @param {Uint8Array} bytes of pictures, one after the other
     */
    probs: async (classifier, bytes) =>
      classifier
        ? outputs(classifier, "activations", "probs", bytes)
        : Array.from({length: bytes.length / size}, () => new Float32Array()),
  };
}
