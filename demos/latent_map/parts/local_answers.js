// @ts-check
// What the map answers, computed on the visitor's own machine: codes, their pictures, and those along sliders.
import {fromBase64, toBase64} from "../../web/lib/base64.js";
import {dot, minus, normal, plusRows, rounded, stacked} from "../../web/lib/local/codes.js";
import {pageModels} from "../../web/lib/local/inference.js";
import {rowOf, toBytes, toTensor, unpackFloats} from "../../web/lib/local/pictures.js";
import {remembered} from "../../web/lib/server/remembered.js";
import {ask} from "../../web/lib/server/rpc.js";
import {codeAt, coordinate, isFlat, moved, placeOf} from "./geometry.js";

/**
 * @typedef {import("../../web/lib/local/inference.js").LocalModels} LocalModels
 * @typedef {import("../../web/lib/local/host.js").Numbers} Numbers
 * @typedef {import("../../web/lib/server/sample.js").Sample} Sample
 * @typedef {import("../types").PictureAnswer} PictureAnswer
 * @typedef {import("../types").Space} Space
 * @typedef {import("./geometry.js").Geometry} Geometry
 * @typedef {{decoder: string, codes: Numbers, geometry: Geometry}} Here
 */

const PLACE_DECIMALS = 4;

/**
 * Whichever map is loaded, its decoder is wanted here.
 * @param {import("../types").Server} server for the tables of a map
 * @param {(checkpoint: string) => Promise<Pick<Sample, "sprite">>} sampleOf the images of a model's dataset
 * @param {LocalModels} [models]
 */
export function localAnswers(server, sampleOf, models = pageModels()) {
  /** @type {Map<string, Geometry>} */
  const known = new Map();
  const load = remembered(server.load_geometry, 2); // those on their way
  const keyOf = (/** @type {Space} */ {checkpoint, map}) => `${checkpoint} ${map}`;

  async function loadGeometry(/** @type {Space} */ {checkpoint, map}) {
    const key = keyOf({checkpoint, map});
    if (known.has(key)) return;
    const {error, tables, ...others} = await ask(load, {checkpoint, map});
    if (error) return; // the next question asks again
    const unpacked = Object.entries(tables).map(([name, table]) => [name, unpackFloats(table)]);
    known.set(key, {...others, tables: Object.fromEntries(unpacked)});
    if (others.classifier) models.want([others.classifier]);
  }

  const open = (/** @type {Space} */ space) => models.expect(space.checkpoint, () => loadGeometry(space));

  /** @returns {Here | null} */
  function here(/** @type {Space} */ {checkpoint, map}) {
    const geometry = known.get(keyOf({checkpoint, map}));
    if (!geometry) open({checkpoint, map}); // also where the network lost something of it
    if (!geometry || !models.has(checkpoint, "decode")) return null;
    if (geometry.classifier && !models.has(geometry.classifier, "activations")) return null;
    return {decoder: checkpoint, codes: /** @type {Numbers} */ (models.model(checkpoint).codes), geometry};
  }

  return {
    /** @param {Space} space */
    async load_map(space) {
      open(space);
      return null;
    },
    /** @param {Space & {x: number, y: number}} request */
    async decode({x, y, ...space}) {
      const at = here(space);
      if (!at) return null;
      const [left, right, bottom, top] = at.geometry.reach;
      if (!(x >= left && x <= right && y >= bottom && y <= top)) return null; // the server says what is wrong
      return describe(models, at, codeAt(at.geometry, at.codes, x, y), [x, y]);
    },
    /** @param {Space & {i: number}} request */
    async reconstruct({i, ...space}) {
      const at = here(space);
      if (!at || i >= at.codes.dims[0]) return null;
      const {nats} = at.geometry.tables;
      const original = (await sampleOf(space.checkpoint)).sprite.pixels(i);
      const answer = await compare(models, at, original, rowOf(at.codes, i), [0, 0]);
      return {...answer, ...(nats && {nats: rounded(rowOf(nats, i), 4), kl_weight: at.geometry.kl_weight})};
    },
    /** @param {Space & {pixels: string}} request */
    async place_picture({pixels, ...space}) {
      const at = here(space);
      if (!at || !isFlat(at.geometry)) return null;
      const original = fromBase64(pixels);
      const x = toTensor(original, models.model(at.decoder).shape);
      const {code, mu} = await models.run(at.decoder, "encode", {x});
      const place = rowOf(code ?? mu, 0);
      return compare(models, at, original, place, placeOf(at.geometry, place));
    },
    /** @param {Space & {code: number[]}} request */
    async decode_code({code, ...space}) {
      const at = here(space);
      if (!at || !isFlat(at.geometry) || code.length !== at.codes.dims[1]) return null;
      return describe(models, at, code, placeOf(at.geometry, code));
    },
    /** @param {Space} space */
    async draw(space) {
      const at = here(space);
      if (!at || !isFlat(at.geometry)) return null;
      const {draw} = at.geometry.tables;
      const deviates = Array.from({length: draw.dims[1]}, normal);
      const code = plusRows(rowOf(draw, 0), deviates, (k) => rowOf(draw, k + 1));
      return describeRounded(models, at, code);
    },
    /** @param {Space & {code: number[], axis: number, value: number}} request */
    async move({code, axis, value, ...space}) {
      const at = here(space);
      if (!at || !isFlat(at.geometry)) return null;
      return describeRounded(models, at, moved(at.geometry, code, axis, value));
    },
    /** @param {Space & {code: number[]}} request */
    async sweep({code, ...space}) {
      const at = here(space);
      if (!at) return null;
      const {low, high, steps} = at.geometry;
      const values = low.map((_, axis) => coordinate(at.geometry, code, axis));
      const codes = low.flatMap((from, axis) =>
        Array.from({length: steps}, (_, k) =>
          moved(at.geometry, code, axis, from + (k / (steps - 1)) * (high[axis] - from)),
        ),
      );
      const {image} = await models.run(at.decoder, "decode", {z: stacked(codes)});
      const sprite = {bytes: toBytes(image), channels: image.dims[1]};
      return {sprite, columns: steps, values: rounded(values, PLACE_DECIMALS)};
    },
  };
}

/**
 * A code as exact as links hold it, and its picture.
 * @param {LocalModels} models
 * @param {Here} at
 * @param {ArrayLike<number>} code
 */
function describeRounded(models, at, code) {
  const short = rounded(code, at.geometry.decimals);
  return describe(models, at, short, placeOf(at.geometry, short));
}

/**
 * A code's picture, the classifier's prediction, and where the map has it.
 * @param {LocalModels} models
 * @param {Here} at
 * @param {ArrayLike<number>} code
 * @param {[number, number]} place
 * @returns {Promise<PictureAnswer>}
 */
async function describe(models, {decoder, geometry}, code, place) {
  const {image} = await models.run(decoder, "decode", {z: stacked([code])});
  const pixels = toBytes(image);
  const {classifier, decimals} = geometry;
  const x = toTensor(pixels, image.dims.slice(1));
  const probs = classifier && (await models.run(classifier, "activations", {x}, ["probs"])).probs;
  return {
    pixels: toBase64(pixels),
    code: rounded(code, decimals),
    place: /** @type {[number, number]} */ (rounded(place, PLACE_DECIMALS)),
    probs: probs ? [...probs.data] : null,
  };
}

/**
 * A code's picture beside the original, and what PCA of the same size makes of that.
 * @param {LocalModels} models
 * @param {Here} at
 * @param {Uint8Array} original
 * @param {ArrayLike<number>} code
 * @param {[number, number]} place
 */
async function compare(models, at, original, code, place) {
  const answer = await describe(models, at, code, place);
  const {images} = at.geometry.tables;
  const mine = {...answer, mse: meanSquare(original, fromBase64(answer.pixels))};
  if (!images) return mine;
  const off = minus(
    Float32Array.from(original, (value) => value / 255),
    rowOf(images, 0),
  );
  const rows = (/** @type {number} */ k) => rowOf(images, k + 1);
  const weights = Array.from({length: images.dims[0] - 1}, (_, k) => dot(off, rows(k)));
  const back = plusRows(rowOf(images, 0), weights, rows);
  const pca = Uint8Array.from(back, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
  return {...mine, pca: toBase64(pca), pca_mse: meanSquare(original, pca)};
}

/**
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 */
function meanSquare(a, b) {
  const off = minus(a, b);
  return dot(off, off) / 255 ** 2 / a.length;
}
