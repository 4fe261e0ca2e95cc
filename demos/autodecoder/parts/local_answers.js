// @ts-check
// What the auto-decoders make of codes, computed on the visitor's own machine. They are large, and fetched only where
// the server is slow or far.
import {fromBase64, toBase64} from "../../web/lib/base64.js";
import {ifSooner} from "../../web/lib/local/answers.js";
import {inBatches} from "../../web/lib/local/batches.js";
import {dot, lerp, minus, rounded} from "../../web/lib/local/codes.js";
import {pageModels} from "../../web/lib/local/inference.js";
import {joined, rowOf, rowsOf, toTensor, unpackFloats} from "../../web/lib/local/pictures.js";
import {torchRandom} from "../../web/lib/local/random.js";
import {remembered} from "../../web/lib/server/remembered.js";
import {FAMILIES} from "./families.js";
import {clarity, fittedCode, meanSquare} from "./measures.js";

/**
 * @typedef {import("../types").Props} Props
 * @typedef {import("../../web/lib/local/host.js").Numbers} Numbers
 */

// milliseconds that answers take here, about
const FEW = 300; // some tens of pictures
const SOME = 1000; // every magnitude, or pictures that are classified
const MANY = 5000; // paths that are classified
const SAME = 1e-6; // squared distance below which two codes are of the same picture

/**
 * @param {Pick<Props, "models" | "compared" | "priors" | "dataset" | "magnitudes" | "alphas" | "draws" | "families" |
 *   "classifier" | "encoder">} props
 * @param {Pick<import("../types").Server, "load_parameters">} server
 * @param {() => Promise<import("../../web/lib/server/sample.js").Sample>} loadSample
 * @param {import("../../web/lib/local/inference.js").LocalModels} [models]
 */
export function localAnswers(props, server, loadSample, models = pageModels()) {
  const {models: names, compared, priors, magnitudes, alphas, draws, families, encoder} = props;
  const classifier = props.classifier ?? "";
  const shape = props.dataset.image_shape;
  const {size, decode, probs: classify} = inBatches(models, shape);
  const variational = names.filter((name) => families[name] !== "point");
  const familyOf = (/** @type {string} */ name) => FAMILIES[families[name]];
  const parameters = remembered(server.load_parameters, 1);

  function areHere(/** @type {string[]} */ wanted) {
    models.want(wanted);
    return wanted.every((name) => models.has(name, name === classifier ? "activations" : "decode"));
  }
  /** With what names their pictures, if anything does. */
  function areAllHere() {
    if (props.classifier === null) return false; // the server knows whether one has come
    return areHere(classifier ? [...names, classifier] : names);
  }
  const codesOf = (/** @type {string} */ name) => /** @type {Numbers} */ (models.model(name).codes);
  const codeSize = (/** @type {string} */ name) => /** @type {number} */ (models.model(name).codeSize);

  async function pictureOf(/** @type {number} */ image) {
    const {labels, sprite} = await loadSample();
    return image < labels.length ? sprite.pixels(image) : null;
  }

  /** From the prior of a model; without one, from the normal distribution fitted to its codes. */
  const randomCode = (/** @type {string} */ name, /** @type {number} */ seed) => {
    const noise = torchRandom(seed).normal(codesOf(name).dims[1]);
    return priors.includes(name) ? noise : fittedCode(codesOf(name), noise);
  };

  /**
   * A row of pictures a model, as the page lays them out.
   * @param {string[]} decoders
   * @param {(name: string) => ArrayLike<number>[]} codes
   */
  async function paint(decoders, codes) {
    const rows = [];
    for (const name of decoders) rows.push(await decode(name, codes(name)));
    const columns = rows[0].length / size;
    return {rows, tiles: {sprite: {bytes: joined(rows), channels: shape[0]}, columns}};
  }

  /** @param {Uint8Array[]} rows */
  async function probsOf(rows) {
    const probs = [];
    for (const row of rows) {
      const given = await classify(classifier, row);
      probs.push(given.map((values) => rounded(values, 4)));
    }
    return probs;
  }

  return {
    /** @param {{image: number}} request */
    load_magnitudes: ifSooner(SOME, async ({image}) => {
      const picture = areHere(names) ? await pictureOf(image) : null;
      if (!picture) return null;
      const codes = names.map((name) => rowOf(codesOf(name), image));
      const factors = Array.from({length: magnitudes}, (_, k) => Math.fround((2 * k) / (magnitudes - 1)));
      const {rows, tiles} = await paint(names, (name) =>
        factors.map((factor) => codes[names.indexOf(name)].map((value) => factor * value)),
      );
      const ofTiles = (/** @type {(tile: Uint8Array) => number} */ measure) =>
        rows.map((bytes) => rounded(tilesOf(bytes, size).map(measure), 5));
      return {
        ...tiles,
        errors: ofTiles((tile) => meanSquare(tile, picture)),
        edges: ofTiles((tile) => clarity(tile, shape)),
        lengths: codes.map((code) => Math.sqrt(dot(code, code))),
      };
    }),
    /** @param {{seed: number}} request */
    load_draws: ifSooner(SOME, async ({seed}) => {
      if (!areAllHere()) return null;
      const {rows, tiles} = await paint(names, (name) => {
        const length = codeSize(name);
        const simple = [0, 1].map((value) => new Float32Array(length).fill(value));
        const noise = rowsOf({data: torchRandom(seed).normal(draws * length), dims: [draws, length]});
        return [...simple, ...noise.map((row) => row.map(familyOf(name).fromNormal))];
      });
      return {...tiles, probs: await probsOf(rows)};
    }),
    /** @param {{image: number, seed: number}} request */
    load_learned: ifSooner(FEW, async ({image, seed}) => {
      const asked = parameters({}).catch(() => null); // while the models come
      if (!areHere(variational)) return null;
      const {tables} = (await asked) ?? {};
      if (!tables) return null;
      const learned = variational.map((name) => describe(unpackFloats(tables[name]), familyOf(name), image));
      const codes = variational.map((name, m) => {
        const {mean, numbers} = learned[m];
        const chances = familyOf(name).chances(torchRandom(seed), draws * mean.length);
        const drawn = chances.map((chance, k) => familyOf(name).draw(numbers[k % mean.length], chance));
        return [mean, ...rowsOf({data: drawn, dims: [draws, mean.length]})];
      });
      const {tiles} = await paint(variational, (name) => codes[variational.indexOf(name)]);
      const all = (/** @type {"mean" | "std" | "nats"} */ what) => learned.map((one) => rounded(one[what], 4));
      return {...tiles, mean: all("mean"), std: all("std"), nats: all("nats")};
    }),
    /** @param {{a: number, b: number}} request */
    load_path: ifSooner(MANY, async ({a, b}) => {
      if (!areAllHere()) return null;
      const steps = Array.from({length: alphas}, (_, k) => k / (alphas - 1));
      const {rows, tiles} = await paint(names, (name) =>
        steps.map((alpha) => lerp(rowOf(codesOf(name), a), rowOf(codesOf(name), b), alpha)),
      );
      return {...tiles, probs: await probsOf(rows)};
    }),
    /** @param {{image?: number, pixels?: string, seed: number}} request */
    compare_models: ifSooner(FEW, async ({image = 0, pixels, seed}) => {
      if (pixels !== undefined) return null; // a code that must be fitted
      const picture = areHere(compared) ? await pictureOf(image) : null;
      if (!picture) return null;
      const codes = compared.map((name) => rowOf(codesOf(name), image));
      const {rows, tiles} = await paint(compared, (name) => [codes[compared.indexOf(name)], randomCode(name, seed)]);
      const nearest = compared.map((name, m) => {
        const apart = rowsOf(codesOf(name)).map((code) => minus(code, codes[m]));
        const squared = apart.map((difference) => dot(difference, difference));
        return leastAbove(squared, SAME);
      });
      return {
        ...tiles,
        codes: codes.map((code) => rounded(code, 3)),
        errors: rounded(
          rows.map((bytes) => meanSquare(bytes.subarray(0, size), picture)),
          5,
        ),
        nearest,
      };
    }),
    /** @param {{pixels: string}} request */
    async encode_picture({pixels}) {
      if (!encoder) return null; // the server knows whether one is there
      models.want([encoder]);
      const picture = fromBase64(pixels);
      if (!models.has(encoder, "encode") || picture.length !== size) return null;
      const {code} = await models.run(encoder, "encode", {x: toTensor(picture, shape)});
      const bytes = await decode(encoder, [code.data]);
      const mse = meanSquare(bytes, picture);
      return {pixels: toBase64(bytes), mse, checkpoint: encoder, size: code.data.length};
    },
  };
}

/**
 * What was learned of a training image's code.
 * @param {Numbers} table (images, numbers, parameters)
 * @param {import("./families.js").Family} family
 * @param {number} image
 */
function describe({data, dims: [, length]}, family, image) {
  const each = family.parameters;
  const start = image * length * each;
  const numbers = Array.from({length}, (_, k) => data.subarray(start + each * k, start + each * (k + 1)));
  return {
    numbers,
    mean: Float32Array.from(numbers, family.mean),
    std: numbers.map(family.std),
    nats: numbers.map(family.nats),
  };
}

/**
 * @param {Uint8Array} bytes
 * @param {number} size of a tile
 */
const tilesOf = (bytes, size) =>
  Array.from({length: bytes.length / size}, (_, k) => bytes.subarray(size * k, size * (k + 1)));

/**
 * Index of the least value that is not below a limit.
 * @param {number[]} values
 * @param {number} limit
 */
const leastAbove = (values, limit) =>
  values.reduce((best, value, i) => (value >= limit && !(value >= values[best] && best >= 0) ? i : best), -1);
