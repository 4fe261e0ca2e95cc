// @ts-check
// Inside the worker: models that are fetched, checked and made ready once, and computed with one after the other.
import {nameOf} from "./files.js";
import {readTensor} from "./safetensors.js";

/**
 * @typedef {import("./files.js").FileEntry} FileEntry
 * @typedef {{data: Float32Array, dims: number[]}} Numbers
 * @typedef {{shape: number[], weights: FileEntry, codes: FileEntry | null, graphs: Record<string, FileEntry>}} Listed
 * @typedef {{runtime: FileEntry, models: Record<string, Listed>}} Listing demos/server/page_files/local_models.py
 * @typedef {{run: (inputs: Record<string, any>) => Promise<Record<string, any>>}} Session
 * @typedef {object} Runtime what is used of ONNX Runtime Web
 * @property {new (type: "float32", data: Float32Array, dims: number[]) => any} Tensor
 * @property {{create: (graph: Uint8Array, options: object) => Promise<Session>}} InferenceSession
 * @property {{wasm: {numThreads?: number, wasmBinary?: ArrayBuffer}, logLevel?: string}} env
 */

/** A model has more bytes than it is worth. */
export class TooLarge extends Error {}

/** No such model is listed: it does not ship, or its files are not whole. */
export class NotListed extends Error {}

/**
 * @param {object} around
 * @param {Runtime} around.runtime
 * @param {() => Promise<Listing>} around.list
 * @param {(file: FileEntry) => Promise<ArrayBuffer>} around.read
 * @param {(packed: ArrayBuffer) => Promise<ArrayBuffer>} [around.unpack]
 */
export function modelHost({runtime, list, read, unpack = gunzip}) {
  /** @type {Map<string, Session>} */
  const sessions = new Map();
  /** @type {Promise<Listing> | null} */
  let listing = null;
  /** @type {Promise<void> | null} */
  let started = null;
  /** @type {Promise<unknown>} */
  let turn = Promise.resolve(); // the runtime does one thing at a time

  /**
   * @template Result
   * @param {() => Promise<Result>} work
   * @returns {Promise<Result>}
   */
  function inTurn(work) {
    const done = turn.then(work);
    turn = done.catch(() => null);
    return done;
  }

  async function start(/** @type {FileEntry} */ file) {
    runtime.env.wasm.numThreads = 1;
    runtime.env.logLevel = "error";
    runtime.env.wasm.wasmBinary = await unpack(await read(file));
  }

  return {
    /**
     * @param {string} name
     * @param {number} most bytes of its weights
     * @returns {Promise<import("./inference.js").LoadedModel>}
     */
    async load(name, most) {
      listing ??= list();
      const {runtime: file, models} = await listing.catch((error) => {
        listing = null; // asked for again by the next model
        throw error;
      });
      const model = models[name];
      if (!model) throw new NotListed(`${name} is not computed with here`);
      if (model.weights.bytes > most) throw new TooLarge(`${name} is too large for what it is wanted for`);
      started ??= start(file);
      await started.catch((error) => {
        started = null;
        throw error;
      });
      const weights = await read(model.weights);
      const directions = readTensor(weights, "directions");
      const data = new Uint8Array(weights);
      const externalData = [{path: nameOf(model.weights), data}];
      for (const [part, graph] of Object.entries(model.graphs)) {
        const content = new Uint8Array(await read(graph));
        const options = {executionProviders: ["wasm"], externalData};
        sessions.set(`${name} ${part}`, await inTurn(() => runtime.InferenceSession.create(content, options)));
      }
      const codes = model.codes && readTensor(await read(model.codes), "codes");
      return {shape: model.shape, bytes: model.weights.bytes, parts: Object.keys(model.graphs), codes, directions};
    },
    /**
     * @param {{name: string, part: string, inputs: Record<string, Numbers>, outputs: string[]}} request
     * @returns {Promise<Record<string, Numbers>>} those of the outputs that there are; every one if none is named
     */
    async run({name, part, inputs, outputs}) {
      const session = sessions.get(`${name} ${part}`);
      if (!session) throw new Error(`${name} has no ${part} here`);
      const tensors = Object.entries(inputs).map(([key, {data, dims}]) => [
        key,
        new runtime.Tensor("float32", data, dims),
      ]);
      const given = await inTurn(() => session.run(Object.fromEntries(tensors)));
      const names = outputs.length ? outputs.filter((key) => key in given) : Object.keys(given);
      return Object.fromEntries(names.map((key) => [key, {data: given[key].data, dims: [...given[key].dims]}]));
    },
  };
}

/** @param {ArrayBuffer} packed */
const gunzip = (packed) =>
  new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
