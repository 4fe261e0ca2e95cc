// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {isAlone} from "../../demos/web/lib/alone.js";
import {aloneAnswers} from "../../demos/web/lib/local/alone.js";
import {answeredLocally} from "../../demos/web/lib/local/answers.js";
import {localModels} from "../../demos/web/lib/local/inference.js";
import {filedServer, keyOf} from "../../demos/web/site/filed_server.js";

const NEEDS = {draw: "Drawing needs the app.", load: "Loading needs the app."};
const FILES = {[keyOf("load", {checkpoint: "a", map: "PCA"})]: "answers/1.json"};
const filed = () => filedServer({answers: FILES, needs: NEEDS}, async (file) => /** @type {any} */ ({file}));

/** Models of which nothing is on its way any more after some turns. */
function arriving(turns = 0, problem = "") {
  let left = turns;
  return {settled: async () => left-- > 0, problem: () => problem};
}

test("equal requests are filed under one key, whatever the order of their fields", () => {
  assert.equal(keyOf("load", {map: "PCA", checkpoint: "a"}), keyOf("load", {checkpoint: "a", map: "PCA"}));
  assert.equal(keyOf("path", {b: {j: 1, i: [{z: 1, a: 2}]}}), keyOf("path", {b: {i: [{a: 2, z: 1}], j: 1}}));
  assert.equal(keyOf("load", {left: undefined}), keyOf("load", undefined));
  assert.notEqual(keyOf("load", {n: [1, 2]}), keyOf("load", {n: [2, 1]}));
  assert.notEqual(keyOf("load", {n: 1}), keyOf("draw", {n: 1}));
  assert.equal(keyOf("läd", {b: null, a: [1, "ü", true]}), "7db0ef7465fede1d"); // as in tests/demos/site/test_site.py
});

test("what is filed is answered, and what is not says what it takes", async () => {
  const server = filed();
  assert.deepEqual(await server.load({map: "PCA", checkpoint: "a"}), {file: "answers/1.json"});
  assert.deepEqual(await server.load({map: "PCA", checkpoint: "b"}), {error: NEEDS.load, isMissing: true});
  assert.deepEqual(await server.draw({}), {error: NEEDS.draw, isMissing: true});
  assert.deepEqual(Object.keys(server), ["draw", "load"]);
});

test("without a server, an answer is waited for until its models have come", async () => {
  const seen = /** @type {number[]} */ ([]);
  let turn = 0;
  const draw = async (/** @type {any} */ _, /** @type {number} */ latest) => {
    seen.push(latest);
    return turn++ < 2 ? null : {image: 1};
  };
  const answers = aloneAnswers(filed(), async () => ({draw}), {models: arriving(5)});
  assert.deepEqual(await answers("draw", {}), {image: 1});
  assert.deepEqual(seen, [Infinity, Infinity, Infinity]); // no server is near
});

test("what cannot be computed says what it takes, and why", async () => {
  const nothing = async () => ({draw: async () => null});
  const broken = async () => ({
    draw: async () => {
      throw new Error("the worker that computes has died");
    },
  });
  assert.deepEqual(await aloneAnswers(filed(), nothing, {models: arriving()})("draw", {}), {
    error: NEEDS.draw,
    isMissing: true,
  });
  assert.deepEqual(await aloneAnswers(filed(), nothing, {models: arriving(99)})("draw", {}), {
    error: NEEDS.draw,
    isMissing: true,
  });
  const models = arriving(0, "the worker that computes has died");
  const answer = /** @type {{error: string}} */ (await aloneAnswers(filed(), broken, {models})("draw", {}));
  assert.equal(
    answer.error,
    "This browser could not compute it: the worker that computes has died. Drawing needs the app.",
  );
});

test("a filed answer is taken at once, and its models come meanwhile", async () => {
  let asked = 0;
  const load = async () => {
    asked++;
    return null;
  };
  const answers = aloneAnswers(filed(), async () => ({load}), {models: arriving(9)});
  assert.deepEqual(await answers("load", {checkpoint: "a", map: "PCA"}), {file: "answers/1.json"});
  await new Promise((done) => setTimeout(done, 5));
  await answers("load", {checkpoint: "a", map: "PCA"});
  await new Promise((done) => setTimeout(done, 5));
  assert.equal(asked, 1);
});

test("a page of files alone is known by its mark, and waits for no touch", async () => {
  assert.equal(isAlone(), false);
  const by = /** @type {string[]} */ ([]);
  Object.assign(globalThis, {document: {documentElement: {hasAttribute: () => true, dataset: {}}}});
  try {
    assert.equal(isAlone(), true);
    const load = async () => ({draw: async () => ({image: 1})});
    const server = answeredLocally(/** @type {any} */ (filed()), ["draw"], load, {onAnswer: (who) => by.push(who)});
    assert.deepEqual(await server.draw({}), {image: 1});
    assert.deepEqual(await server.load({}), {error: NEEDS.load, isMissing: true});
  } finally {
    Object.assign(globalThis, {document: undefined});
  }
  assert.deepEqual(by, ["device"]);
});

test("models settle once they, and what is done with them, are here", async () => {
  const worker = /** @type {any} */ ({
    postMessage({id}) {
      setTimeout(() => worker.onmessage({data: {id, answer: {shape: [], parts: ["decode"]}}}), 5);
    },
  });
  const models = localModels({spawn: () => worker});
  assert.equal(await models.settled(), false);
  let isDone = false;
  models.expect("a", async () => {
    await new Promise((done) => setTimeout(done, 5));
    isDone = true;
    models.want(["b"]);
  });
  assert.equal(await models.settled(), true);
  assert.equal(isDone, true);
  assert.deepEqual(models.names(), ["a", "b"]);
  assert.equal(await models.settled(), false);
});
