// @ts-check
// What the GAN answers, computed on the visitor's own machine: walks, and what both networks say of a picture. The
// discriminator and the classifier get bytes, as the server gives them.
import {fromBase64, toBase64} from "../../web/lib/base64.js";
import {ifSooner} from "../../web/lib/local/answers.js";
import {inBatches} from "../../web/lib/local/batches.js";
import {rounded, slerp} from "../../web/lib/local/codes.js";
import {pageModels} from "../../web/lib/local/inference.js";
import {nearestByFeatures, nearestTo, pixelSpace} from "../../web/lib/local/nearest.js";
import {joined, rowsOf, unpackFloats} from "../../web/lib/local/pictures.js";
import {torchRandom} from "../../web/lib/local/random.js";
import {remembered} from "../../web/lib/server/remembered.js";

/**
 * @typedef {import("../types").Props} Props
 * @typedef {import("../types").WalkRequest} WalkRequest
 * @typedef {import("../types").PictureRequest} PictureRequest
 * @typedef {import("../../web/lib/server/sample.js").Sample} Sample
 */

const DECIMALS = 3; // of a logit
const WALK = 500; // milliseconds that a walk takes here, about
const CLASSES = 2500; // and those of its classes

/**
 * @param {Pick<Props, "checkpoint" | "classifier" | "frames" | "scored" | "stops" | "layer" | "dataset">} props
 * @param {Pick<import("../types").Server, "load_features">} server
 * @param {() => Promise<Sample>} loadSample
 * @param {import("../../web/lib/local/inference.js").LocalModels} [models]
 */
export function localAnswers(props, server, loadSample, models = pageModels()) {
  const {checkpoint, layer, frames, scored, stops: allowed} = props;
  const classifier = props.classifier ?? "";
  const shape = props.dataset.image_shape;

  const isGanHere = () => {
    models.want([checkpoint]);
    return models.has(checkpoint, "decode") && models.has(checkpoint, "discriminate");
  };
  const areBothHere = () => {
    if (props.classifier === null) return false; // the server knows whether one has come
    if (classifier) models.want([classifier]);
    return isGanHere() && (!classifier || models.has(classifier, "activations"));
  };

  /** @param {number} count codes drawn with a seed */
  const noise = (/** @type {number} */ seed, count) => {
    const dimensions = /** @type {number} */ (models.model(checkpoint).codeSize);
    return rowsOf({data: torchRandom(seed).normal(count * dimensions), dims: [count, dimensions]});
  };

  const {size, decode, outputs, probs: classify} = inBatches(models, shape);
  const logitsOf = async (/** @type {Uint8Array} */ bytes) =>
    (await outputs(checkpoint, "discriminate", "probability", bytes)).map(([p]) => Math.log(p / (1 - p)));

  /** @param {WalkRequest} walk its codes, on arcs from each of a few random ones to the next */
  function pathOf({seed, stops}) {
    const codes = noise(seed, stops);
    const each = frames / stops;
    return Array.from({length: frames}, (_, k) => {
      const from = Math.floor(k / each);
      return slerp(codes[from], codes[(from + 1) % stops], (k % each) / each);
    });
  }
  const walked = remembered(async (/** @type {WalkRequest} */ walk) => {
    return {bytes: await decode(checkpoint, pathOf(walk))};
  }, 2);

  const isWalk = (/** @type {WalkRequest} */ {stops}) => allowed.includes(stops);

  /**
   * The bytes of a picture; null where the server has better ones, or where something is wrong.
   * @param {any} request
   * @returns {Promise<Uint8Array | null>}
   */
  async function pictureOf(request) {
    const {kind, seed, stops, frame, fake, real, pixels} = request;
    if (kind === "walk" && isWalk(request) && frame < frames) return decode(checkpoint, [pathOf({seed, stops})[frame]]);
    if (kind === "fake" && fake < scored) return decode(checkpoint, [noise(0, scored)[fake]]);
    if (kind === "real") return pictureAt(await loadSample(), real);
    const drawn = kind === "pixels" ? fromBase64(pixels) : null;
    return drawn?.length === size ? drawn : null; // what a film shows came in the compressed sheet of all
  }

  const walk = ifSooner(WALK, async (/** @type {WalkRequest} */ request) => {
    const {bytes} = await walked(request);
    const logits = rounded(await logitsOf(bytes), DECIMALS);
    return {sprite: {bytes, channels: shape[0]}, columns: Math.ceil(Math.sqrt(frames)), logits};
  });
  const classifyWalk = ifSooner(CLASSES, async (/** @type {WalkRequest} */ request) => {
    const probs = await classify(classifier, (await walked(request)).bytes);
    return {probs: probs.map((row) => rounded(row, 4))};
  });

  const loadFeatures = remembered(server.load_features, 1);
  /** The gallery's features; null where they cannot be had now. */
  async function featuresOf() {
    const {tables} = await loadFeatures({});
    if (!tables?.points) return null;
    return {points: unpackFloats(tables.points), typical: unpackFloats(tables.typical).data};
  }

  return {
    /** @param {WalkRequest} request @param {number} latest milliseconds of the server's latest answer */
    walk: async (request, latest) => (isGanHere() && isWalk(request) ? walk(request, latest) : null),
    /** @param {WalkRequest} request @param {number} latest */
    classify_walk: async (request, latest) => (areBothHere() && isWalk(request) ? classifyWalk(request, latest) : null),
    /**
     * @param {object} _
     * @param {number} latest the server has these scores, which take seconds here
     */
    async load_scores(_, latest) {
      if (!isGanHere() || latest < Infinity) return null;
      const sample = await loadSample();
      const indices = evenly(sample.labels, props.dataset.classes.length, scored);
      const bytes = await decode(checkpoint, noise(0, scored));
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
      const space = pixelSpace(loadSample); // while the models come
      if (!areBothHere()) return null;
      const bytes = await pictureOf(request);
      if (!bytes) return null;
      const [logits, [probs], known] = await Promise.all([logitsOf(bytes), classify(classifier, bytes), space]);
      return {pixels: toBase64(bytes), logit: logits[0], probs: [...probs], near: nearestTo(known, bytes)};
    },
    /** @param {PictureRequest} request */
    async compare(request) {
      if (request.kind === "film") return null;
      if (props.classifier === "") return {near: null};
      const asked = featuresOf().catch(() => null); // while the models come
      if (!areBothHere()) return null;
      const [features, bytes] = await Promise.all([asked, pictureOf(request)]);
      if (!features || !bytes) return null;
      const [[point], space] = await Promise.all([
        outputs(classifier, "activations", layer, bytes),
        pixelSpace(loadSample),
      ]);
      return {near: nearestByFeatures(space, features, bytes, point)};
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
