// @ts-check
// The frames of a path, computed on the visitor's own machine: codes of both ends, those between, their pictures, what
// the classifier calls clothes, and what attributes would change in a face.
import {isAlone} from "../../web/lib/alone.js";
import {fromBase64, toBase64} from "../../web/lib/base64.js";
import {lerp, plusRows, slerp, stacked} from "../../web/lib/local/codes.js";
import {pageModels} from "../../web/lib/local/inference.js";
import {rowOf, toBytes, toTensor} from "../../web/lib/local/pictures.js";
import {alphaScale} from "../alphas.js";

/**
 * @typedef {import("../../web/lib/local/inference.js").LocalModels} LocalModels
 * @typedef {import("../types").End} End
 * @typedef {import("../types").FramesRequest} FramesRequest
 * @typedef {import("../types").PathAnswer} PathAnswer
 * @typedef {Pick<import("../types").Decoder, "name" | "kind" | "side" | "classifier">} Decoder
 * @typedef {import("../types").Props} Props
 * @typedef {"frames" | "reach" | "methods" | "classifier" | "photo" | "attribute_range" | "attribute_frames"} Named
 * @typedef {Pick<Props, Named>} Options
 */

const SMALL = 1_000_000; // bytes of a decoder that is always worth fetching, for its row in the comparison too
const NEAR = 200; // milliseconds: a server that answers sooner paints the frames of larger decoders sooner too

/**
 * @param {Options} props
 * @param {() => {known: Record<string, Decoder>, shown: string}} tab the decoders by name, and which is shown: it is
 *   wanted here, with the classifier of its pictures
 * @param {LocalModels} [models]
 */
export function localAnswers(props, tab, models = pageModels()) {
  /** What names the pictures of a decoder; "" where nothing can, null where the server must be asked. */
  const classifierOf = (/** @type {Decoder} */ {kind, classifier = props.classifier}) =>
    kind === "faces" ? "" : classifier;

  function want(/** @type {Decoder} */ decoder, /** @type {number} */ most) {
    const {name, kind, side} = decoder;
    const classifier = classifierOf(decoder);
    if (classifier) models.want([classifier]);
    if (kind === "clothes" || side <= props.photo) models.want([name], most); // larger faces take a second
  }

  /**
   * The code of an end; null where it takes a descent or an encoder that is not here, or where something is wrong.
   * @param {string} name
   * @param {End} end
   */
  async function codeOf(name, {i, pixels, code}) {
    const {codes, shape} = models.model(name);
    if (!codes || (pixels !== undefined && !isOf(shape, fromBase64(pixels)))) return null;
    if (i !== undefined) return i < codes.dims[0] ? rowOf(codes, i) : null;
    if (code !== undefined) return codeOfText(code, codes.dims[1]);
    if (pixels === undefined || !models.has(name, "encode")) return null;
    const given = await models.run(name, "encode", {x: toTensor(fromBase64(pixels), shape)});
    return rowOf(given.code ?? given.mu, 0);
  }

  /**
   * The class of each frame, and its probability in percent.
   * @param {string} classifier
   * @param {Uint8Array} bytes
   * @param {number[]} shape
   */
  async function predictions(classifier, bytes, shape) {
    const {probs} = await models.run(classifier, "activations", {x: toTensor(bytes, shape)}, ["probs"]);
    const best = Array.from({length: probs.dims[0]}, (_, n) => most(rowOf(probs, n)));
    return {predicted: best.map(({k}) => k), confidence: best.map(({value}) => Math.round(100 * value))};
  }

  /**
   * What the pictures of a path are painted of; null where the server is to.
   * @param {import("../types").PathRequest} request
   * @param {number} latest milliseconds of the server's latest answer
   */
  async function open({checkpoint, a, b, method, attributes}, latest) {
    const {known, shown} = tab();
    want(known[shown], latest < NEAR ? SMALL : Infinity); // though a row of the comparison may be asked for
    if (checkpoint !== shown) models.want([checkpoint], isAlone() ? Infinity : SMALL);
    if (!models.has(checkpoint, "decode")) return null;
    const {shape, bytes: size, directions} = models.model(checkpoint);
    if (size > SMALL && latest < NEAR) return null;
    if (attributes.length !== (directions?.dims[0] ?? 0)) return null;
    const [z0, z1] = await Promise.all([codeOf(checkpoint, a), codeOf(checkpoint, b)]);
    if (!z0 || !z1) return null;
    const between = method === props.methods[0] ? lerp : slerp;
    return {
      shape,
      ends: [z0, z1],
      /** The code at a place, before and after it is moved by attributes. */
      at: (/** @type {number} */ alpha, amounts = attributes) => {
        const z = between(z0, z1, alpha);
        return directions ? plusRows(z, amounts, (k) => rowOf(directions, k)) : z;
      },
    };
  }

  /**
   * @param {string} checkpoint
   * @param {ArrayLike<number>[]} codes
   */
  async function paint(checkpoint, codes) {
    const {image} = await models.run(checkpoint, "decode", {z: stacked(codes)});
    return {bytes: toBytes(image), channels: image.dims[1]};
  }

  return {
    /**
     * @param {FramesRequest} request
     * @param {number} latest milliseconds of the server's latest answer
     * @returns {Promise<PathAnswer | null>}
     */
    async path({frames, ...request}, latest) {
      const route = await open(request, latest);
      if (!route) return null;
      const classifier = classifierOf(tab().known[request.checkpoint]);
      if (classifier === null || (classifier && !models.has(classifier, "activations"))) return null;
      const scale = alphaScale(props, request.beyond);
      const numbers = frames.length ? frames : [...Array(scale.count).keys()];
      const codes = numbers.map((k) => route.at(scale.alphaOf(k)));
      const sprite = await paint(request.checkpoint, codes);
      return {
        sprite,
        columns: Math.ceil(Math.sqrt(numbers.length)),
        count: numbers.length,
        codes: [codeToText(route.ends[0]), codeToText(route.ends[1])],
        ...(classifier && (await predictions(classifier, sprite.bytes, route.shape))),
      };
    },
    /**
     * @param {import("../types").PictureRequest} request
     * @param {number} latest
     * @returns {Promise<import("../types").SpriteAnswer | null>}
     */
    async sweep({alpha, attributes, ...request}, latest) {
      const route = attributes.length ? await open({...request, attributes}, latest) : null;
      if (!route) return null;
      const {attribute_range: range, attribute_frames: count} = props;
      const amountOf = (/** @type {number} */ frame) => (2 * range * frame) / (count - 1) - range;
      const codes = attributes.flatMap((_, row) =>
        Array.from({length: count}, (_, frame) =>
          route.at(
            alpha,
            attributes.map((amount, k) => (k === row ? amountOf(frame) : amount)),
          ),
        ),
      );
      return {sprite: await paint(request.checkpoint, codes), columns: count, count: codes.length};
    },
  };
}

/**
 * Whether a picture is as large as a network takes it; a photo may be larger.
 * @param {number[]} shape
 * @param {Uint8Array} pixels
 */
const isOf = ([channels, height, width], {length}) => length === channels * height * width;

/**
 * @param {string} text
 * @param {number} size
 */
function codeOfText(text, size) {
  const bytes = fromBase64(text);
  return bytes.length === 4 * size ? new Float32Array(bytes.buffer) : null;
}

/** @param {Float32Array} code which is written exactly */
const codeToText = (code) => toBase64(new Uint8Array(code.slice().buffer));

/** @param {Float32Array} values */
function most(values) {
  let k = 0;
  for (let n = 1; n < values.length; n++) if (values[n] > values[k]) k = n;
  return {k, value: values[k]};
}
