// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {localAnswers as classifyAnswers, scaled, unlikeOf} from "../../demos/classify/parts/local_answers.js";
import {localAnswers as pathAnswers} from "../../demos/interpolate/parts/local_answers.js";
import {codeAt, coordinate, moved, placeOf} from "../../demos/latent_map/parts/geometry.js";
import {localAnswers as mapAnswers} from "../../demos/latent_map/parts/local_answers.js";
import {fromBase64, toBase64} from "../../demos/web/lib/base64.js";
import {answeredLocally, ifSooner} from "../../demos/web/lib/local/answers.js";
import {lerp, normal, rounded, slerp} from "../../demos/web/lib/local/codes.js";
import {localModels} from "../../demos/web/lib/local/inference.js";
import {toBytes, toTensor} from "../../demos/web/lib/local/pictures.js";

const settled = () => new Promise((done) => setTimeout(done, 5));

/**
 * A worker that answers by a function; null: not at all.
 * @param {(message: any) => object | null} reply
 */
function fakeWorker(reply) {
  const worker = /** @type {any} */ ({
    sent: [],
    isStopped: false,
    postMessage(/** @type {any} */ message) {
      worker.sent.push(message);
      const answer = reply(message);
      if (answer) queueMicrotask(() => worker.onmessage({data: {id: message.id, ...answer}}));
    },
    terminate() {
      worker.isStopped = true;
    },
  });
  return worker;
}
const LOADED = {shape: [1, 2, 2], parts: ["decode"], codes: null, directions: null};
const works = (/** @type {any} */ {load, run}) => ({answer: load ? LOADED : {image: run.inputs.z}});

test("a model is fetched once, and computed with", async () => {
  const worker = fakeWorker(works);
  const models = localModels({spawn: () => worker});
  models.want(["a"]);
  assert.equal(models.has("a", "decode"), false);
  await settled();
  assert.equal(models.has("a", "decode"), true);
  assert.equal(models.has("a", "encode"), false);
  models.want(["a", "b"]);
  await settled();
  assert.deepEqual(
    worker.sent.map((/** @type {any} */ {load}) => load),
    ["a", "b"],
  );
  assert.deepEqual(await models.run("a", "decode", {z: {data: new Float32Array(1), dims: [1, 1]}}), {
    image: {data: new Float32Array(1), dims: [1, 1]},
  });
});

test("what is expected is done once the model is here", async () => {
  const models = localModels({spawn: () => fakeWorker(works)});
  const done = /** @type {string[]} */ ([]);
  models.expect("a", () => done.push("old"));
  models.expect("a", () => done.push("new"));
  assert.deepEqual(done, []);
  await settled();
  models.expect("a", () => done.push("at once"));
  assert.deepEqual(done, ["new", "at once"]);
});

test("a page hears what is here, and why something is not", async () => {
  const heard = /** @type {object[]} */ ([]);
  const failure = {problem: "b was altered", isFinal: true, isTrouble: true};
  const worker = fakeWorker(({load}) => (load === "a" ? {answer: LOADED} : failure));
  const models = localModels({
    spawn: () => worker,
    onChange: () => heard.push([models.names().join(), models.problem()]),
  });
  models.want(["a", "b"]);
  await settled();
  assert.deepEqual(heard, [
    ["a", ""],
    ["a", "b was altered"],
  ]);
});

test("a model that does not ship is asked for once, and is no trouble", async () => {
  const worker = fakeWorker(() => ({problem: "not here", isFinal: true, isTrouble: false}));
  const models = localModels({spawn: () => worker});
  for (let k = 0; k < 5; k++) {
    models.want(["own"]);
    await settled();
  }
  assert.equal(worker.sent.length, 1);
  assert.equal(models.problem(), "");
});

test("a large model is fetched for whoever opens it alone", async () => {
  const refusal = {problem: "too large", isFinal: true, isTrouble: false, isTooLarge: true};
  const worker = fakeWorker(({most}) => (most < 100 ? refusal : {answer: LOADED}));
  const models = localModels({spawn: () => worker});
  for (let k = 0; k < 3; k++) {
    models.want(["a"], 10);
    await settled();
  }
  assert.equal(worker.sent.length, 1);
  assert.deepEqual([models.names(), models.problem()], [[], ""]);
  models.want(["a"]);
  await settled();
  assert.deepEqual(models.names(), ["a"]);
});

test("what the network lost is asked for by the next question, an altered file is not", async () => {
  const failure = {problem: "lost", isFinal: false, isTrouble: true};
  const worker = fakeWorker(() => failure);
  const models = localModels({spawn: () => worker});
  models.want(["a"]);
  await settled();
  assert.equal(models.problem(), "lost");
  Object.assign(failure, {isFinal: true});
  for (let k = 0; k < 3; k++) {
    models.want(["a"]);
    await settled();
  }
  assert.equal(worker.sent.length, 2);
});

test("after three troubles the server answers everything", async () => {
  const worker = fakeWorker(() => ({problem: "WebAssembly is forbidden", isFinal: true, isTrouble: true}));
  const models = localModels({spawn: () => worker});
  models.want(["a", "b", "c"]);
  await settled();
  assert.equal(worker.isStopped, true);
  models.want(["d"]);
  await settled();
  assert.equal(worker.sent.length, 3);
  assert.equal(models.problem(), "WebAssembly is forbidden");
});

test("an old browser without workers has the server answer", async () => {
  const models = localModels({
    spawn: () => {
      throw new ReferenceError("Worker is not defined");
    },
  });
  models.want(["a", "b"]);
  await settled();
  assert.match(models.problem(), /Worker is not defined/);
  assert.equal(models.has("a", "decode"), false);
});

test("a worker that dies in the middle fails what it was asked", async () => {
  const worker = fakeWorker(({load}) => (load ? {answer: LOADED} : null));
  const models = localModels({spawn: () => worker});
  models.want(["a"]);
  await settled();
  const asked = models.run("a", "decode", {});
  worker.onerror({});
  await assert.rejects(asked, /has died/);
  assert.equal(models.has("a", "decode"), false);
});

test("a worker whose script is lost on its way is started again by the next question", async () => {
  const workers = /** @type {any[]} */ ([]);
  const models = localModels({
    spawn() {
      workers.push(fakeWorker(workers.length ? works : () => null));
      return workers[workers.length - 1];
    },
  });
  models.want(["a"]);
  workers[0].onerror({}); // as browsers say it: a script that is wrong has a message
  await settled();
  assert.deepEqual(
    [models.problem(), models.has("a", "decode")],
    ["a script of the worker that computes was lost", false],
  );
  models.want(["a"]);
  await settled();
  assert.deepEqual([workers.length, workers[0].isStopped, models.has("a", "decode")], [2, true, true]);
});

test("a worker whose script is wrong is given up", async () => {
  const worker = fakeWorker(() => null);
  const models = localModels({spawn: () => worker});
  models.want(["a"]);
  worker.onerror({message: "Unexpected token"});
  await settled();
  models.want(["a"]);
  assert.equal(worker.sent.length, 1);
});

test("a worker that does not answer any more is given up", async () => {
  const worker = fakeWorker(({load}) => (load ? {answer: LOADED} : null));
  const models = localModels({spawn: () => worker, patience: 1});
  models.want(["a"]);
  await settled();
  await assert.rejects(models.run("a", "decode", {}), /does not answer/);
  assert.equal(worker.isStopped, true);
  assert.equal(models.has("a", "decode"), false);
});

test("a model that fails is the server's from then on", async () => {
  const wrong = {problem: "out of memory", isFinal: true, isTrouble: true};
  const models = localModels({spawn: () => fakeWorker(({load}) => (load ? {answer: LOADED} : wrong))});
  models.want(["a", "b"]);
  await settled();
  await assert.rejects(models.run("a", "decode", {}), /out of memory/);
  assert.deepEqual(models.names(), ["b"]);
});

test("a server answers what this device cannot", async () => {
  const own = new Proxy(
    {classify: async () => ({from: "server"}), explain: async () => ({from: "explain"})},
    {set: () => assert.fail("Gradio's own object is never written to")},
  );
  const replies = [null, {from: "device"}, null, new Error("the worker died")];
  const said = /** @type {string[]} */ ([]);
  let touch = () => {};
  const touched = new Promise((/** @type {(_: void) => void} */ resolve) => {
    touch = resolve;
  });
  const requests = /** @type {any[]} */ ([]);
  const answers = {
    classify: async (/** @type {any} */ request) => {
      requests.push(request);
      const reply = replies.shift();
      if (reply instanceof Error) throw reply;
      return /** @type {any} */ (reply);
    },
  };
  const server = answeredLocally(own, ["classify"], async () => answers, {
    touched,
    onAnswer(by, milliseconds) {
      assert.ok(milliseconds >= 0);
      said.push(by);
    },
  });
  const ask = /** @type {any} */ (server);
  assert.deepEqual(await ask.classify({picture: 1}), {from: "server"}); // the page was not touched so far
  touch();
  await settled();
  assert.deepEqual(requests, [{picture: 1}]); // what is shown says which models are wanted
  assert.deepEqual(await ask.classify({}), {from: "device"});
  assert.deepEqual(await ask.classify({}), {from: "server"});
  assert.deepEqual(await ask.classify({}), {from: "server"});
  assert.deepEqual(await ask.explain(), {from: "explain"});
  assert.deepEqual(said, ["server", "device", "server", "server"]);
});

test("a server that cannot be reached is as far as can be", async () => {
  const heard = /** @type {number[]} */ ([]);
  const answers = {
    async walk(/** @type {any} */ _, /** @type {number} */ latest) {
      heard.push(latest);
      return null;
    },
  };
  const own = {walk: async () => ({})};
  const server = answeredLocally(own, ["walk"], async () => answers, {touched: settled(), onAnswer() {}});
  await settled();
  await settled();
  await server.walk();
  await server.walk();
  Object.defineProperty(navigator, "onLine", {value: false, configurable: true});
  await server.walk();
  Reflect.deleteProperty(navigator, "onLine");
  assert.deepEqual([heard[0], heard[1] < 1000, heard[2]], [Infinity, true, Infinity]);
});

test("what takes long here is given where the server takes longer", async () => {
  let wait = 30;
  const answer = ifSooner(20, async () => {
    await new Promise((done) => setTimeout(done, wait));
    return wait ? {} : null;
  });
  assert.equal(await answer({}, 19), null);
  assert.deepEqual(await answer({}, 25), {}); // it was said to take 20
  assert.equal(await answer({}, 25), null); // and took 30
  wait = 1;
  assert.deepEqual(await answer({}, 1000), {});
  assert.deepEqual(await answer({}, 25), {});
  wait = 0;
  assert.equal(await answer({}, 1000), null); // says nothing of how long one takes
  assert.equal(await answer({}, 0), null);
});

test("pictures in grey and in colour, there and back", () => {
  const grey = Uint8Array.from({length: 8}, (_, k) => 30 * k);
  assert.deepEqual(toTensor(grey, [1, 2, 2]).dims, [2, 1, 2, 2]);
  assert.deepEqual(toBytes(toTensor(grey, [1, 2, 2])), grey);
  const colour = Uint8Array.from({length: 24}, (_, k) => 10 * k);
  const {data, dims} = toTensor(colour, [3, 2, 2]);
  assert.deepEqual(dims, [2, 3, 2, 2]);
  assert.deepEqual(
    [...data.slice(0, 4)].map((value) => Math.round(255 * value)),
    [0, 30, 60, 90],
  ); // reds first
  assert.deepEqual(toBytes(toTensor(colour, [3, 2, 2])), colour);
  assert.deepEqual([...toBytes({data: Float32Array.of(-1, 2), dims: [1, 1, 1, 2]})], [0, 255]);
});

test("lines and arcs of codes", () => {
  assert.deepEqual([...lerp([0, 2], [1, 0], 0.5)], [0.5, 1]);
  const [x, y] = slerp([2, 0], [0, 2], 0.5);
  assert.ok(Math.abs(Math.hypot(x, y) - 2) < 1e-6);
  assert.deepEqual([...slerp([1, 1], [2, 2], 0.5)], [1.5, 1.5]); // along a line there is no arc
  assert.deepEqual(rounded([1.23456], 3), [1.235]);
  const drawn = Array.from({length: 4000}, normal);
  assert.ok(Math.abs(drawn.reduce((sum, value) => sum + value, 0) / 4000) < 0.1);
  assert.ok(Math.abs(drawn.reduce((sum, value) => sum + value ** 2, 0) / 4000 - 1) < 0.15);
});

/**
 * Models that are here, and what they give.
 * @param {Record<string, (inputs: any) => any>} parts by "name part"
 * @param {any} [codes]
 */
function fakeModels(parts, codes = null, {shape = [1, 2, 2], bytes = 9, directions = /** @type {any} */ (null)} = {}) {
  const wanted = /** @type {string[]} */ ([]);
  return /** @type {any} */ ({
    wanted,
    want: (/** @type {string[]} */ names, most = Infinity) =>
      wanted.push(...names.map((name) => (most < Infinity ? `small ${name}` : name))),
    expect(/** @type {string} */ name, /** @type {() => void} */ onHere) {
      wanted.push(name);
      onHere();
    },
    has: (/** @type {string} */ name, /** @type {string} */ part) => `${name} ${part}` in parts,
    model: () => ({shape, bytes, codes, directions}),
    run: async (/** @type {string} */ name, /** @type {string} */ part, /** @type {any} */ inputs) =>
      parts[`${name} ${part}`](inputs),
  });
}
const tensor = (/** @type {number[]} */ dims, /** @type {number[]} */ ...data) => ({
  data: Float32Array.from(data),
  dims,
});
const PIXELS = toBase64(Uint8Array.of(0, 255, 0, 0));
const taps = () => ({
  conv1: tensor([1, 1, 2, 2], -1, 0, 1, 4),
  fc1: tensor([1, 2], 0, 0),
  output: tensor([1, 2], 5, 6),
  probs: tensor([1, 2], 0.25, 0.75),
});

test("a picture is classified here where all its networks are", async () => {
  const models = fakeModels({"a activations": taps, "b activations": taps});
  const answers = classifyAnswers("", models);
  assert.deepEqual(await answers.classify({pixels: PIXELS, networks: ["a", "b"]}), {
    probs: [
      [0.25, 0.75],
      [0.25, 0.75],
    ],
    unlike: ["", ""],
  });
  assert.equal(await answers.classify({pixels: PIXELS, networks: ["a", "c"]}), null);
  assert.ok(models.wanted.includes("c"));
});

test("the layers that are shown come with the verdict, so that a stroke runs each network once", async () => {
  const ran = /** @type {string[]} */ ([]);
  const noted = (/** @type {string} */ name) => () => {
    ran.push(name);
    if (ran.length === 7) throw new Error("the worker died");
    return taps();
  };
  const answers = classifyAnswers("", fakeModels({"a activations": noted("a"), "b activations": noted("b")}));
  await answers.feature_maps({pixels: PIXELS, checkpoint: "a"});
  assert.equal((await answers.classify({pixels: PIXELS, networks: ["a", "b"]}))?.probs.length, 2);
  assert.deepEqual(ran, ["a", "b"]);
  const other = toBase64(Uint8Array.of(1, 2, 3, 4));
  await answers.classify({pixels: other, networks: ["a", "b"]});
  assert.equal((await answers.feature_maps({pixels: other, checkpoint: "a"}))?.layers.length, 2);
  await answers.feature_maps({pixels: other, checkpoint: "b"}); // of another network
  assert.deepEqual(ran, ["a", "b", "a", "b", "b"]);
  await answers.feature_maps({pixels: PIXELS, checkpoint: "b"});
  await assert.rejects(answers.feature_maps({pixels: other, checkpoint: "b"}), /died/);
  assert.equal((await answers.feature_maps({pixels: other, checkpoint: "b"}))?.layers.length, 2); // asked again
});

test("feature maps are bytes relative to each layer's largest, without the logits", async () => {
  const answers = classifyAnswers("", fakeModels({"a activations": taps}));
  const given = await answers.feature_maps({pixels: PIXELS, checkpoint: "a"});
  assert.deepEqual(
    given?.layers.map(({name, shape, data}) => [name, shape, [...fromBase64(data)]]),
    [
      ["conv1", [1, 2, 2], [0, 0, 127, 255]],
      ["fc1", [2], [0, 0]],
    ],
  );
  assert.deepEqual([...scaled(Float32Array.of(-3, -1))], [0, 0]);
});

test("a calibrated network warns of a strange picture, in the server's words", () => {
  const warning = "familiarity {familiarity}, below {threshold}.";
  assert.equal(unlikeOf(/** @type {any} */ ({}), warning), "");
  const given = {familiarity: tensor([1], 3.14), threshold: tensor([1], 4)};
  assert.equal(unlikeOf(given, warning), "familiarity 3.1, below 4.0.");
  assert.equal(unlikeOf({...given, threshold: tensor([1], 3)}, warning), "");
});

const TABLES = {
  plane: tensor([3, 3], 1, 1, 1, 1, 0, 0, 0, 1, 0),
  axes: tensor([3, 3], 0, 0, 0, 1, 0, 0, 0, 0, 1),
  draw: tensor([4, 3], 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1),
  images: tensor([2, 4], 0, 0, 0, 0, 0, 1, 0, 0),
};
const packed = (/** @type {any} */ tables) =>
  Object.fromEntries(
    Object.entries(tables).map(([name, {data, dims}]) => [
      name,
      {shape: dims, data: toBase64(new Uint8Array(data.buffer))},
    ]),
  );
const OTHERS = {reach: [-9, 9, -9, 9], low: [-1, -1], high: [1, 1], steps: 3, decimals: 3, kl_weight: 1};

test("places, codes and sliders of a map", () => {
  const geometry = /** @type {any} */ ({...OTHERS, tables: TABLES});
  assert.deepEqual([...codeAt(geometry, TABLES.plane, 2, 3)], [3, 4, 1]);
  assert.deepEqual(placeOf(geometry, [3, 4, 1]), [2, 3]);
  assert.equal(coordinate(geometry, [3, 4, 7], 1), 7);
  assert.deepEqual([...moved(geometry, [3, 4, 7], 1, -1)], [3, 4, -1]);
});

test("an empty place of a t-SNE map blends the five nearest codes", () => {
  const points = tensor([6, 2], 0, 0, 0, 1, 1, 0, 0, -1, -1, 0, 50, 50);
  const codes = tensor([6, 1], 10, 2, 2, 2, 2, 99);
  const geometry = /** @type {any} */ ({...OTHERS, tables: {points}});
  assert.ok(Math.abs(codeAt(geometry, codes, 0, 0)[0] - 10) < 1e-4);
  assert.ok(Math.abs(codeAt(geometry, codes, 0.5, 0.5)[0] - (2 * (10 + 2 + 2) + 0.4 * 4) / (6 + 0.8)) < 1e-4);
});

test("the map is answered here once its tables have come, and says no more than the server would", async () => {
  const parts = {
    "m decode": ({z}) => ({image: tensor([z.dims[0], 1, 2, 2], ...Array(4 * z.dims[0]).fill(0.5))}),
    "m encode": () => ({code: tensor([1, 3], 1, 2, 3)}),
    "c activations": () => ({probs: tensor([1, 2], 0.5, 0.5)}),
  };
  const models = fakeModels(/** @type {any} */ (parts), tensor([2, 3], 1, 2, 3, 4, 5, 6));
  const load = async () => /** @type {any} */ ({...OTHERS, classifier: "c", tables: packed(TABLES)});
  const server = /** @type {any} */ ({load_geometry: load});
  const sprite = /** @type {any} */ ({pixels: () => Uint8Array.of(0, 255, 0, 0)}); // of the model's own dataset
  const answers = mapAnswers(server, async (name) => (name === "m" ? {sprite} : assert.fail(name)), models);
  const space = {checkpoint: "m", map: "PCA"};
  assert.equal(await answers.decode({...space, x: 0, y: 0}), null); // and asks for the tables
  await settled();
  assert.ok(models.wanted.includes("c"));
  const click = await answers.decode({...space, x: 2, y: 3});
  assert.deepEqual(click, {
    pixels: toBase64(Uint8Array.of(128, 128, 128, 128)),
    code: [3, 4, 1],
    place: [2, 3],
    probs: [0.5, 0.5],
  });
  assert.equal(await answers.decode({...space, x: 10, y: 0}), null); // the server's sentence
  const image = await answers.reconstruct({...space, i: 1});
  assert.deepEqual(image?.code, [4, 5, 6]);
  assert.equal(image?.pca, PIXELS);
  assert.equal(image?.pca_mse, 0);
  assert.ok(Math.abs(/** @type {number} */ (image?.mse) - (3 * 128 ** 2 + 127 ** 2) / 255 ** 2 / 4) < 1e-9);
  assert.equal(await answers.reconstruct({...space, i: 2}), null);
  assert.deepEqual((await answers.place_picture({...space, pixels: PIXELS}))?.place, [0, 1]);
  assert.equal(await answers.decode_code({...space, code: [1]}), null);
  assert.deepEqual((await answers.move({...space, code: [1, 1, 1], axis: 0, value: 0.12345}))?.code, [0.123, 1, 1]);
  assert.equal((await answers.draw(space))?.code.length, 3);
  const sweep = await answers.sweep({...space, code: [1, 1, 0.5]});
  assert.deepEqual([sweep?.columns, sweep?.values, sweep?.sprite.bytes.length], [3, [1, 0.5], 6 * 4]);
});

const FAR = 300; // milliseconds of a server's latest answer
const PROPS = {
  ...{frames: 100, reach: 0.5, methods: ["linear", "spherical"], classifier: "c", photo: 128},
  ...{attribute_range: 2, attribute_frames: 5},
};

/**
 * Paths through a decoder that is shown; another one is like it.
 * @param {import("../../demos/interpolate/parts/local_answers.js").Decoder} decoder
 * @param {Parameters<typeof pathAnswers>[2]} models
 */
const pathsOf = (decoder, models) =>
  pathAnswers(PROPS, () => ({known: {n: decoder, [decoder.name]: decoder}, shown: decoder.name}), models);

test("a path between faces is moved by its attributes, and named by nobody", async () => {
  const decode = (/** @type {any} */ {z}) => ({
    image: tensor([z.dims[0], 3, 1, 1], ...[...z.data].flatMap((v) => [v, v, 0])),
  });
  const set = {shape: [3, 1, 1], directions: tensor([2, 1], 0.2, 0.4)};
  const models = fakeModels({"f decode": decode}, tensor([2, 1], 0, 0.4), set);
  const {path} = pathsOf({name: "f", kind: "faces", side: 128}, models);
  const request = {checkpoint: "f", a: {i: 0}, b: {i: 1}, method: "linear", beyond: false, frames: [0, 100]};
  const given = await path({...request, attributes: [1, -0.5]}, FAR);
  assert.deepEqual(given?.sprite, {bytes: Uint8Array.of(0, 0, 0, 102, 102, 0), channels: 3});
  assert.equal(given?.predicted, undefined);
  assert.deepEqual([...new Set(models.wanted)], ["f"]);
  assert.equal(await path({...request, attributes: []}, FAR), null); // the server's sentence
  const large = fakeModels({"f decode": decode}, tensor([2, 1], 0, 0.4), set);
  await pathsOf({name: "f", kind: "faces", side: 256}, large).path({...request, attributes: [0, 0]}, FAR);
  assert.deepEqual(large.wanted, []);
});

test("what each attribute would change at a place of a path is painted row by row", async () => {
  const decode = (/** @type {any} */ {z}) => ({
    image: tensor([z.dims[0], 3, 1, 1], ...[...z.data].flatMap((v) => [v, v, 0])),
  });
  const set = {shape: [3, 1, 1], directions: tensor([2, 1], 0.11, 0.2)};
  const models = fakeModels({"f decode": decode}, tensor([2, 1], 0, 0.4), set);
  const {sweep} = pathsOf({name: "f", kind: "faces", side: 128}, models);
  const request = {checkpoint: "f", a: {i: 0}, b: {i: 1}, method: "linear", beyond: false, alpha: 1};
  const given = await sweep({...request, attributes: [0, 1]}, FAR);
  const reds = [...(given?.sprite ?? {bytes: []}).bytes].filter((_, k) => k % 3 === 0);
  const amounts = [-2, -1, 0, 1, 2];
  const wanted = [...amounts.map((s) => 0.6 + 0.11 * s), ...amounts.map((s) => 0.4 + 0.2 * s)];
  assert.deepEqual(
    reds,
    wanted.map((v) => Math.round(255 * v)),
  );
  assert.deepEqual([given?.columns, given?.count], [5, 10]);
  assert.equal(await sweep({...request, attributes: []}, FAR), null); // the server's sentence
  assert.equal(await sweep({...request, attributes: [0]}, FAR), null);
});

test("a path is computed here unless an end must be fitted", async () => {
  const parts = {
    "m decode": ({z}) => ({image: tensor([z.dims[0], 1, 1, 1], ...z.data.filter((_, k) => k % 2 === 0))}),
    "c activations": ({x}) => ({probs: tensor([x.dims[0], 2], ...[...x.data].flatMap((value) => [1 - value, value]))}),
  };
  const models = fakeModels(/** @type {any} */ (parts), tensor([2, 2], 0, 0, 1, 1), {shape: [1, 1, 1]});
  const {path} = pathsOf({name: "m", kind: "clothes", side: 2}, models);
  const request = {checkpoint: "m", a: {i: 0}, b: {i: 1}, method: "linear", beyond: false, attributes: []};
  const some = await path({...request, frames: [0, 20, 100]}, FAR);
  assert.deepEqual(some?.sprite, {bytes: Uint8Array.of(0, 51, 255), channels: 1});
  assert.deepEqual([some?.predicted, some?.confidence, some?.columns], [[0, 0, 1], [100, 80, 100], 2]);
  assert.equal((await path({...request, frames: []}, FAR))?.count, 101);
  assert.equal((await path({...request, beyond: true, frames: []}, FAR))?.count, 201);
  const code = /** @type {any} */ (some).codes[1];
  assert.deepEqual((await path({...request, b: {code}, frames: [100]}, FAR))?.codes, some?.codes);
  const drawn = {pixels: toBase64(Uint8Array.of(7))};
  assert.equal(await path({...request, a: drawn, frames: [0]}, FAR), null); // no encoder: a descent
  parts["m encode"] = () => ({mu: tensor([1, 2], 1, 1), logvar: tensor([1, 2], 0, 0)});
  assert.deepEqual((await path({...request, a: drawn, frames: [0]}, FAR))?.sprite.bytes, Uint8Array.of(255));
  assert.equal(await path({...request, a: {pixels: PIXELS}, frames: [0]}, FAR), null); // of another size
  assert.equal(await path({...request, a: {code: "AAAA"}, frames: [0]}, FAR), null);
  assert.equal(await path({...request, a: {i: 2}, frames: [0]}, FAR), null);
  assert.equal(await path({...request, checkpoint: "n", frames: [0]}, FAR), null); // one of the comparison
  assert.deepEqual([...new Set(models.wanted)], ["c", "m", "small n"]);
});

test("a path of another dataset is named by a classifier of its own, or by nobody", async () => {
  const parts = /** @type {any} */ ({
    "m decode": (/** @type {any} */ {z}) => ({image: tensor([z.dims[0], 1, 1, 1], ...z.data)}),
    "d activations": (/** @type {any} */ {x}) => ({probs: tensor([x.dims[0], 3], 0.3, 0.2, 0.5)}),
  });
  const decoder = /** @type {const} */ ({name: "m", kind: "clothes", side: 2});
  const request = {checkpoint: "m", a: {i: 0}, b: {i: 1}, method: "linear", beyond: false, attributes: []};
  const asked = /** @type {string[][]} */ ([]);
  for (const classifier of ["d", ""]) {
    const models = fakeModels(parts, tensor([2, 1], 0, 1), {shape: [1, 1, 1]});
    const {path} = pathsOf({...decoder, classifier}, models);
    const given = await path({...request, frames: [0]}, FAR);
    assert.deepEqual([given?.predicted, given?.confidence], classifier ? [[2], [50]] : [undefined, undefined]);
    asked.push([...new Set(models.wanted)]);
  }
  assert.deepEqual(asked, [["d", "m"], ["m"]]);
});

test("a path through a large decoder is the server's as long as that is near", async () => {
  const parts = {"f decode": (/** @type {any} */ {z}) => ({image: tensor([z.dims[0], 3, 1, 1], 0, 0, 0)})};
  const models = fakeModels(parts, tensor([2, 1], 0, 0.4), {shape: [3, 1, 1], bytes: 7_000_000});
  const {path} = pathsOf({name: "f", kind: "faces", side: 128}, models);
  const ends = {a: {i: 0}, b: {i: 1}, method: "linear", beyond: false};
  const request = {checkpoint: "f", ...ends, attributes: [], frames: [0]};
  assert.equal(await path(request, 20), null);
  assert.equal((await path(request, FAR))?.count, 1);
  assert.deepEqual(models.wanted, ["small f", "f"]);
});

test("what is shown is fetched though a row of the comparison was asked for last", async () => {
  const models = fakeModels({});
  const {path} = pathsOf({name: "m", kind: "clothes", side: 2}, models);
  const ends = {a: {i: 0}, b: {i: 1}, method: "linear", beyond: false};
  assert.equal(await path({checkpoint: "n", ...ends, attributes: [], frames: [0]}, FAR), null);
  assert.deepEqual(models.wanted, ["c", "m", "small n"]);
});
