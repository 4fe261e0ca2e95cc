// @ts-check
// Inside the worker: models that are fetched, checked and made ready once, and computed with one after the other.
import {gunzip} from "./files.js";
import {readTensor} from "./safetensors.js";

/**
 * @typedef {import("./files.js").FileEntry} FileEntry
 * @typedef {{data: Float32Array, dims: number[]}} Numbers
 * @typedef {object} Listed demos/server/page_files/local_models.py
 * @property {number[]} shape of its images
 * @property {FileEntry} weights
 * @property {string} location name by which the graphs look for the weights
 * @property {FileEntry | null} codes
 * @property {Record<string, FileEntry>} graphs by part
 * @typedef {{runtime: FileEntry, models: Record<string, Listed>}} Listing
 * @typedef {{name: string, type: string, shape: (number | string)[]}} Input a length that is any has a name
 * @typedef {(inputs: Record<string, any>, outputs?: string[]) => Promise<Record<string, any>>} Run
 * @typedef {{inputMetadata: readonly any[], outputNames: readonly string[], run: Run}} Session
 * @typedef {object} Runtime what is used of ONNX Runtime Web
 * @property {new (type: any, data: any, dims: number[]) => any} Tensor
 * @property {{create: (graph: Uint8Array, options: object) => Promise<Session>}} InferenceSession
 * @property {{wasm: {numThreads?: number, wasmBinary?: ArrayBuffer}, logLevel?: string}} env
 */

/** A model has more bytes than it is worth. */
export class TooLarge extends Error {}

/** No graph computes with such a model, or its files are not whole. */
export class NotListed extends Error {}

/**
 * @param {object} around
 * @param {Runtime} around.runtime
 * @param {() => Promise<Listing>} around.list
 * @param {(name: string) => Promise<Listed | null>} [around.find] a model that is not listed
 * @param {(file: FileEntry) => Promise<ArrayBuffer>} around.read
 * @param {(packed: ArrayBuffer) => Promise<ArrayBuffer>} [around.unpack]
 */
export function modelHost({runtime, list, find = async () => null, read, unpack = gunzip}) {
  /** @type {Map<string, Session>} */
  const sessions = new Map();
  /** @type {Promise<Listing> | null} */
  let listing = null;
  /** @type {Promise<void> | null} */
  let started = null;
  /** @type {Promise<unknown>} */
  let turn = Promise.resolve(); // the runtime does one thing at a time
  let waiting = 0; // what somebody waits for

  /**
   * @template Result
   * @param {() => Promise<Result>} work
   * @returns {Promise<Result>}
   */
  function inTurn(work) {
    waiting++;
    const done = turn.then(work).finally(() => {
      waiting--;
    });
    turn = done.catch(() => null);
    return done;
  }

  /**
   * Each part once on zeros, while nobody waits: a browser compiles as it runs, and the first run takes many times as
   * long as those after it.
   * @param {string[]} keys of sessions
   */
  async function warmUp(keys) {
    for (const key of keys) {
      await new Promise((done) => setTimeout(done)); // questions come in
      while (waiting) await turn;
      const session = /** @type {Session} */ (sessions.get(key));
      await inTurn(() => session.run(feeds(session, zerosFor(session))));
    }
  }

  /**
   * @param {Session} session
   * @param {Record<string, Numbers>} inputs
   */
  const feeds = ({inputMetadata}, inputs) =>
    Object.fromEntries(
      /** @type {Input[]} */ (inputMetadata).map(({name, type}) => {
        const {data, dims} = inputs[name];
        const values = type === "int64" ? BigInt64Array.from(data, (value) => BigInt(value)) : data;
        return [name, new runtime.Tensor(type, values, dims)];
      }),
    );

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
      const model = Object.hasOwn(models, name) ? models[name] : await find(name);
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
      const externalData = [{path: model.location, data}];
      const keys = [];
      for (const [part, graph] of Object.entries(model.graphs)) {
        const content = new Uint8Array(await read(graph));
        const options = {executionProviders: ["wasm"], externalData};
        const key = `${name} ${part}`;
        sessions.set(key, await inTurn(() => runtime.InferenceSession.create(content, options)));
        keys.push(key);
      }
      const codes = model.codes && readTensor(await read(model.codes), "codes");
      warmUp(keys).catch((error) => console.info(`${name} was not warmed up: ${error}`)); // a question shows the same
      const {shape} = model;
      const codeSize = lengthsOf(sessions.get(`${name} decode`), "z")?.[1] ?? null;
      const parts = Object.keys(model.graphs);
      return {shape, bytes: model.weights.bytes, parts, codeSize, codes, directions};
    },
    /**
     * @param {{name: string, part: string, inputs: Record<string, Numbers>, outputs: string[]}} request
     * @returns {Promise<Record<string, Numbers>>} those of the outputs that there are; every one if none is named
     */
    async run({name, part, inputs, outputs}) {
      const session = sessions.get(`${name} ${part}`);
      if (!session) throw new Error(`${name} has no ${part} here`);
      const names = session.outputNames.filter((key) => !outputs.length || outputs.includes(key)); // no more copies
      const given = await inTurn(() => session.run(feeds(session, inputs), names));
      return Object.fromEntries(names.map((key) => [key, {data: given[key].data, dims: [...given[key].dims]}]));
    },
  };
}

/**
 * @param {Session | undefined} session
 * @param {string} input
 */
const lengthsOf = (session, input) => session?.inputMetadata.find(({name}) => name === input)?.shape;

/**
 * One picture or code of nothing but zeros.
 * @param {Session} session
 * @returns {Record<string, Numbers>}
 */
function zerosFor({inputMetadata}) {
  const zeros = /** @type {Input[]} */ (inputMetadata).map(({name, shape}) => {
    const dims = shape.map((length) => (typeof length === "string" ? 1 : length));
    return [name, {data: new Float32Array(dims.reduce((product, length) => product * length, 1)), dims}];
  });
  return Object.fromEntries(zeros);
}
