// @ts-check
import assert from "node:assert/strict";
import {createHash} from "node:crypto";
import {readFileSync} from "node:fs";
import {test} from "node:test";
import {gzipSync} from "node:zlib";
import {AlteredFile, fileReader} from "../../demos/web/lib/local/files.js";
import {modelHost, NotListed, TooLarge} from "../../demos/web/lib/local/host.js";
import {fromHalf, readTensor} from "../../demos/web/lib/local/safetensors.js";
import {sha256} from "../../demos/web/lib/local/sha256.js";
import * as ort from "../../demos/web/vendor/onnxruntime-web-1.30.0.js";

const ROOT = new URL("../../", import.meta.url);
const hashOf = (/** @type {Uint8Array} */ bytes) => createHash("sha256").update(bytes).digest("hex");
const bytesOf = (/** @type {string} */ text) => /** @type {any} */ (new TextEncoder().encode(text));

/** @param {string} text */
const entry = (text) => {
  const digest = hashOf(bytesOf(text));
  return {address: `models/${digest}/a.onnx`, sha256: digest, bytes: text.length};
};

/** A store as the Cache API is one. */
function memoryStore() {
  /** @type {Map<string, Response>} */
  const held = new Map();
  const key = (/** @type {any} */ request) => request.url ?? request;
  return /** @type {any} */ ({
    held,
    match: async (/** @type {any} */ request) => held.get(key(request))?.clone(),
    put: async (/** @type {any} */ request, /** @type {Response} */ response) => void held.set(key(request), response),
    delete: async (/** @type {any} */ request) => held.delete(key(request)),
    keys: async () => [...held.keys()].map((url) => ({url})),
  });
}

test("SHA-256 without the browser's own is that of everybody", () => {
  for (const length of [0, 1, 3, 55, 56, 63, 64, 65, 119, 128, 10_000]) {
    const bytes = Uint8Array.from({length}, (_, k) => (k * 31) % 256);
    assert.equal(sha256(bytes.buffer), hashOf(bytes), String(length));
  }
});

test("numbers of half precision", () => {
  assert.deepEqual([0x3c00, 0xc000, 0x3555, 0x0001, 0x0000].map(fromHalf), [1, -2, 0.333251953125, 2 ** -24, 0]);
  assert.equal(fromHalf(0x7c00), Number.POSITIVE_INFINITY);
  assert.ok(Number.isNaN(fromHalf(0x7e00)));
});

test("the codes of a shipped model", () => {
  const file = readFileSync(new URL("weights/cae-27.codes.safetensors", ROOT));
  const {data, dims} = /** @type {any} */ (readTensor(new Uint8Array(file).buffer, "codes"));
  assert.equal(readTensor(new Uint8Array(file).buffer, "directions"), null);
  assert.deepEqual(dims, [1000, 27]);
  assert.equal(data.length, 27_000);
  assert.ok(data.every((/** @type {number} */ value) => Math.abs(value) < 100));
});

test("a file is fetched once, then taken from what the browser keeps", async () => {
  let fetched = 0;
  const store = memoryStore();
  const fetch = async () => new Response(`graph${fetched++}`);
  const read = fileReader({fetch, store});
  assert.equal(new TextDecoder().decode(await read(entry("graph0"))), "graph0");
  assert.equal(new TextDecoder().decode(await read(entry("graph0"))), "graph0");
  assert.equal(fetched, 1);
});

test("a kept file that was altered is fetched again", async () => {
  const store = memoryStore();
  await store.put(entry("graph").address, new Response("grasp"));
  const read = fileReader({fetch: async () => new Response("graph"), store});
  assert.equal(new TextDecoder().decode(await read(entry("graph"))), "graph");
});

test("an altered or shortened file is never taken, nor kept", async () => {
  for (const wrong of ["grasp", "gra", "graphs"]) {
    for (const store of [memoryStore(), null]) {
      const read = fileReader({fetch: async () => new Response(wrong), store});
      await assert.rejects(read(entry("graph")), AlteredFile);
      assert.equal(store?.held.size ?? 0, 0);
    }
  }
});

test("a packed file is unpacked, checked and kept as what it holds", async () => {
  const packed = {...entry("graph"), address: `${entry("graph").address}.packed`};
  const store = memoryStore();
  const read = fileReader({fetch: async () => new Response(gzipSync("graph")), store});
  assert.equal(new TextDecoder().decode(await read(packed)), "graph");
  assert.equal(await store.held.get(packed.address).text(), "graph");
  for (const wrong of [gzipSync("grasp"), gzipSync("graph").subarray(0, 12), "graph"]) {
    const spoilt = fileReader({fetch: async () => new Response(wrong), store: null});
    await assert.rejects(spoilt(packed), AlteredFile);
  }
});

test("a status of failure is a loss of the network, and asked again", async () => {
  const read = fileReader({fetch: async () => new Response("", {status: 503}), store: null});
  await assert.rejects(read(entry("graph")), TypeError);
});

test("of too many files those kept longest go", async () => {
  const store = memoryStore();
  const read = (/** @type {string} */ text) =>
    fileReader({fetch: async () => new Response(text), store, most: 10})(entry(text));
  for (const text of ["one--", "two--", "three"]) await read(text);
  assert.deepEqual([...store.held.keys()], [entry("two--").address, entry("three").address]);
});

test("without room a file is used and not kept", async () => {
  const store = memoryStore();
  store.put = async () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  const read = fileReader({fetch: async () => new Response("graph"), store});
  assert.equal((await read(entry("graph"))).byteLength, 5);
});

/** The files of the repository, listed as the server does. */
function shipped() {
  const paths = /** @type {Record<string, URL>} */ ({});
  const listed = (/** @type {string} */ path) => {
    const content = readFileSync(new URL(path, ROOT));
    const address = `models/x/${path.split("/").at(-1)}`;
    paths[address] = new URL(path, ROOT);
    return {address, sha256: hashOf(content), bytes: content.length};
  };
  const model = (/** @type {string} */ name, /** @type {string[]} */ parts, hasCodes = true) => ({
    shape: [1, 28, 28],
    weights: listed(`weights/${name}.safetensors`),
    location: `${name}.safetensors`,
    codes: hasCodes ? listed(`weights/${name}.codes.safetensors`) : null,
    graphs: Object.fromEntries(parts.map((part) => [part, listed(`weights/${name}.${part}.onnx`)])),
  });
  const models = {
    "cae-27": model("cae-27", ["encode", "decode"]),
    "classifier-fashionnet": model("classifier-fashionnet", ["activations"], false),
    "denoiser-cae": model("denoiser-cae", ["encode", "decode"]),
  };
  const added = /** @type {Record<string, import("../../demos/web/lib/local/host.js").Listed>} */ ({
    "own-denoiser": {...models["cae-27"], weights: models["denoiser-cae"].weights, codes: null}, // of a visitor
  });
  const runtime = listed("demos/web/vendor/onnxruntime-web-1.30.0.wasm.gz");
  const read = async (/** @type {{address: string}} */ file) =>
    new Uint8Array(readFileSync(paths[file.address])).buffer;
  const list = async () => ({runtime, models});
  return modelHost({runtime: /** @type {any} */ (ort), list, find: async (name) => added[name] ?? null, read});
}

test("shipped models compute in the real runtime", async () => {
  const host = shipped();
  const [{shape, parts, codes}, network] = await Promise.all(
    ["cae-27", "classifier-fashionnet"].map((name) => host.load(name, Infinity)),
  );
  assert.deepEqual(shape, [1, 28, 28]);
  assert.deepEqual(parts, ["encode", "decode"]);
  assert.equal(network.codes, null);
  const z = {data: /** @type {any} */ (codes).data.subarray(0, 2 * 27), dims: [2, 27]};
  const {image} = await host.run({name: "cae-27", part: "decode", inputs: {z}, outputs: []});
  assert.deepEqual(image.dims, [2, 1, 28, 28]);
  assert.ok(image.data.every((value) => value >= 0 && value <= 1));
  const run = {name: "classifier-fashionnet", part: "activations", inputs: {x: image}};
  const [all, {probs, ...none}] = await Promise.all([
    host.run({...run, outputs: []}),
    host.run({...run, outputs: ["probs", "familiarity"]}), // which only calibrated networks give
  ]);
  assert.deepEqual(Object.keys(all).slice(0, 2), ["conv1", "conv2"]);
  assert.deepEqual(none, {});
  assert.ok(Math.abs(probs.data.slice(0, 10).reduce((sum, p) => sum + p, 0) - 1) < 1e-5);
  await assert.rejects(host.load("cae-of-a-visitor", Infinity), NotListed);
  await assert.rejects(host.load("classifier-fashionnet", 500_000), TooLarge);
  await assert.rejects(host.run({name: "cae-27", part: "denoise", inputs: {}, outputs: []}), /has no denoise/);
});

test("the graphs of a shipped model compute with weights that are stored alike", async () => {
  const host = shipped();
  await Promise.all(["cae-27", "own-denoiser", "denoiser-cae"].map((name) => host.load(name, Infinity)));
  const inputs = {z: {data: Float32Array.from({length: 27}, (_, k) => k / 27), dims: [1, 27]}};
  const [shippedOne, added, wanted] = await Promise.all(
    ["cae-27", "own-denoiser", "denoiser-cae"].map((name) => host.run({name, part: "decode", inputs, outputs: []})),
  );
  assert.deepEqual(added.image.data, wanted.image.data);
  assert.notDeepEqual(added.image.data, shippedOne.image.data);
});

const FLOAT = "float32";
const file = {address: "models/x/a", sha256: "", bytes: 9};
const nothing = new TextEncoder().encode("\x02\0\0\0\0\0\0\0{}").buffer; // a file of no tensors

/**
 * A host whose sessions write down what they are run on.
 * @param {string[]} models
 * @param {any[]} inputMetadata
 */
function noting(models, inputMetadata) {
  const ran = /** @type {any[]} */ ([]);
  const runtime = /** @type {any} */ ({
    env: {wasm: {}},
    Tensor: class {
      constructor(/** @type {any} */ type, /** @type {any} */ data, /** @type {any} */ dims) {
        Object.assign(this, {type, data, dims});
      }
    },
    InferenceSession: {
      create: async () => ({
        inputMetadata,
        outputNames: [],
        run: async (/** @type {any} */ inputs) => {
          ran.push(inputs);
          await new Promise((done) => setTimeout(done, 5));
          return {};
        },
      }),
    },
  });
  const listed = {shape: [1, 1, 1], weights: file, location: "a", codes: null, graphs: {decode: file, encode: file}};
  const list = async () => ({runtime: file, models: Object.fromEntries(models.map((name) => [name, listed]))});
  const host = modelHost({runtime, list, read: async () => nothing, unpack: async (packed) => packed});
  return {host, ran};
}
const sizes = (/** @type {any} */ {z}) => z.data[0];

test("each part of a new model is run once on zeros, after what somebody waits for", async () => {
  const {host, ran} = noting(["a"], [{name: "z", type: FLOAT, shape: ["batch", 3]}]);
  await host.load("a", Infinity);
  const ask = (/** @type {number} */ value) =>
    host.run({name: "a", part: "decode", inputs: {z: {data: Float32Array.of(value), dims: [1, 1]}}, outputs: []});
  await Promise.all([ask(1), ask(2)]);
  await new Promise((done) => setTimeout(done, 60));
  assert.deepEqual(ran.map(sizes), [1, 2, 0, 0]);
  assert.deepEqual(
    [ran[2].z.dims, [...ran[2].z.data]],
    [
      [1, 3],
      [0, 0, 0],
    ],
  );
});

test("whole numbers are given as the runtime wants them", async () => {
  const {host, ran} = noting(["a"], [{name: "label", type: "int64", shape: ["batch"]}]);
  await host.load("a", Infinity);
  const inputs = {label: {data: Float32Array.of(3, 10), dims: [2]}};
  await host.run({name: "a", part: "decode", inputs, outputs: []});
  assert.deepEqual(ran[0].label.data, BigInt64Array.of(3n, 10n));
});
