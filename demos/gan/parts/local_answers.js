// @ts-check
// What the GAN answers, computed on the visitor's own machine: walks, and what both networks say of a picture. The
// discriminator and the classifier get bytes, as the server gives them.
import {fromBase64, toBase64} from "../../web/lib/base64.js";
import {rounded, slerp, stacked} from "../../web/lib/local/codes.js";
import {pageModels} from "../../web/lib/local/inference.js";
import {nearestTo, pixelSpace} from "../../web/lib/local/nearest.js";
import {rowsOf, toBytes, toTensor} from "../../web/lib/local/pictures.js";
import {torchRandom} from "../../web/lib/local/random.js";
import {remembered} from "../../web/lib/server/remembered.js";

/**
 * @typedef {import("../types").WalkRequest} WalkRequest
 * @typedef {import("../types").PictureRequest} PictureRequest
 * @typedef {import("../../web/lib/server/sample.js").Sample} Sample
 * @typedef {import("../../web/lib/local/nearest.js").PixelSpace} PixelSpace
 */

const TOGETHER = 8; // pictures in one run, so that a question comes in between
const DECIMALS = 3; // of a logit

/**
 * @param {Pick<import("../types").Props, "checkpoint" | "classifier" | "frames" | "scored" | "stops" | "dataset">} props
 * @param {() => Promise<Sample>} loadSample
 * @param {import("../../web/lib/local/inference.js").LocalModels} [models]
 */
export function localAnswers(props, loadSample, models = pageModels()) {
  const {checkpoint, classifier, frames, scored, stops: allowed} = props;
  const shape = props.dataset.image_shape;
  const size = shape.reduce((product, length) => product * length, 1);
  /** @type {Promise<PixelSpace> | null} */
  let space = null;

  const isGanHere = () => {
    models.want([checkpoint]);
    return models.has(checkpoint, "decode") && models.has(checkpoint, "discriminate");
  };
  const areBothHere = () => {
    models.want([classifier]);
    return isGanHere() && models.has(classifier, "activations");
  };

  /** @param {number} count codes drawn with a seed */
  const noise = (/** @type {number} */ seed, count) => {
    const dimensions = /** @type {number} */ (models.model(checkpoint).codeSize);
    return rowsOf({data: torchRandom(seed).normal(count * dimensions), dims: [count, dimensions]});
  };

  async function decode(/** @type {Float32Array[]} */ codes) {
    const bytes = new Uint8Array(codes.length * size);
    for (let k = 0; k < codes.length; k += TOGETHER) {
      const {image} = await models.run(checkpoint, "decode", {z: stacked(codes.slice(k, k + TOGETHER))});
      bytes.set(toBytes(image), k * size);
    }
    return bytes;
  }

  /**
   * Rows of what a network says of pictures.
   * @param {string} name
   * @param {string} part
   * @param {string} output
   * @param {Uint8Array} bytes
   */
  async function judge(name, part, output, bytes) {
    const rows = [];
    for (let k = 0; k < bytes.length; k += TOGETHER * size) {
      const x = toTensor(bytes.subarray(k, k + TOGETHER * size), shape);
      const given = await models.run(name, part, {x}, [output]);
      rows.push(...rowsOf({data: given[output].data, dims: [x.dims[0], given[output].data.length / x.dims[0]]}));
    }
    return rows;
  }
  const probsOf = (/** @type {Uint8Array} */ bytes) => judge(classifier, "activations", "probs", bytes);
  const logitsOf = async (/** @type {Uint8Array} */ bytes) =>
    (await judge(checkpoint, "discriminate", "probability", bytes)).map(([p]) => Math.log(p / (1 - p)));

  const walked = remembered(async (/** @type {WalkRequest} */ {seed, stops}) => {
    const codes = noise(seed, stops);
    const each = frames / stops;
    const path = Array.from({length: frames}, (_, k) => {
      const from = Math.floor(k / each);
      return slerp(codes[from], codes[(from + 1) % stops], (k % each) / each);
    });
    return {bytes: await decode(path)};
  }, 2);

  async function spaceOf() {
    const {labels, sprite} = await loadSample();
    return pixelSpace(Array.from(labels, (_, i) => sprite.pixels(i)));
  }
  const isWalk = (/** @type {WalkRequest} */ {stops}) => allowed.includes(stops);

  /**
   * The bytes of a picture; null where the server has better ones, or where something is wrong.
   * @param {any} request
   * @returns {Promise<Uint8Array | null>}
   */
  async function pictureOf(request) {
    const {kind, seed, stops, frame, fake, real, pixels} = request;
    if (kind === "walk" && isWalk(request) && frame < frames)
      return (await walked({seed, stops})).bytes.slice(frame * size, (frame + 1) * size);
    if (kind === "fake" && fake < scored) return decode([noise(0, scored)[fake]]);
    if (kind === "real") return pictureAt(await loadSample(), real);
    const drawn = kind === "pixels" ? fromBase64(pixels) : null;
    return drawn?.length === size ? drawn : null; // what a film shows came in the compressed sheet of all
  }

  return {
    /** @param {WalkRequest} request */
    async walk(request) {
      if (!isGanHere() || !isWalk(request)) return null;
      const {bytes} = await walked(request);
      const logits = rounded(await logitsOf(bytes), DECIMALS);
      return {sprite: {bytes, channels: shape[0]}, columns: Math.ceil(Math.sqrt(frames)), logits};
    },
    /** @param {WalkRequest} request */
    async classify_walk(request) {
      if (!areBothHere() || !isWalk(request)) return null;
      const probs = await probsOf((await walked(request)).bytes);
      return {probs: probs.map((row) => rounded(row, 4))};
    },
    /**
     * @param {object} _
     * @param {number} latest milliseconds of the server's latest answer: it has these scores, which take seconds here
     */
    async load_scores(_, latest) {
      if (!isGanHere() || latest < Infinity) return null;
      const sample = await loadSample();
      const indices = evenly(sample.labels, props.dataset.classes.length, scored);
      const bytes = await decode(noise(0, scored));
      const real = await logitsOf(joined(indices.map((i) => sample.sprite.pixels(i))));
      return {
        indices,
        real: rounded(real, DECIMALS),
        fake: rounded(await logitsOf(bytes), DECIMALS),
        sprite: {bytes, channels: shape[0]},
        columns: Math.ceil(Math.sqrt(scored)),
      };
    },
    /** @param {PictureRequest} request */
    async describe_picture(request) {
      if (request.kind === "film") return null;
      space ??= spaceOf(); // while the models come
      if (!areBothHere()) return null;
      const bytes = await pictureOf(request);
      if (!bytes) return null;
      const [logits, [probs], known] = await Promise.all([logitsOf(bytes), probsOf(bytes), space]);
      return {pixels: toBase64(bytes), logit: logits[0], probs: [...probs], near: nearestTo(known, bytes)};
    },
  };
}

/**
 * @param {Sample} sample
 * @param {number} i
 */
const pictureAt = ({labels, sprite}, i) => (i < labels.length ? sprite.pixels(i) : null);

/**
 * Indices of at most `count` images, as many of each class where there are enough.
 * @param {ArrayLike<number>} labels
 * @param {number} classes
 * @param {number} count
 */
const evenly = (labels, classes, count) =>
  Array.from({length: classes}, (_, k) =>
    Array.from(labels, (label, i) => (label === k ? i : -1))
      .filter((i) => i >= 0)
      .slice(0, Math.floor(count / classes)),
  ).flat();

/** @param {Uint8Array[]} pictures */
function joined(pictures) {
  const bytes = new Uint8Array(pictures.reduce((sum, {length}) => sum + length, 0));
  let at = 0;
  for (const picture of pictures) {
    bytes.set(picture, at);
    at += picture.length;
  }
  return bytes;
}
