// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {define, load} from "../../demos/web/lib/modules.js";
import {firstAnswers} from "../../demos/web/lib/server/first_answers.js";

const FIRST = {load_map: {checkpoint: "cae-27", map: "PCA"}};

/** @param {(address: string) => Response | Error} reply */
function page(reply) {
  /** @type {unknown[]} */
  const asked = [];
  /** @type {any} */
  const fetch = async (/** @type {string} */ address) => {
    const answer = reply(address);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  // as Gradio's: what is assigned to an object made from it, it takes itself
  const own = new Proxy(
    {
      load_map: async (/** @type {object} */ request) => {
        asked.push(request);
        return {from: "server"};
      },
      decode: async () => ({from: "decode"}),
    },
    {set: (target, name, value) => Reflect.set(target, name, value)},
  );
  return {server: firstAnswers("first/latent_map/", FIRST, own, fetch), own, asked};
}

test("the first question is answered by its file, once", async () => {
  const {server, asked} = page((address) => Response.json({from: address}));
  assert.deepEqual(await server.load_map({...FIRST.load_map}), {from: "first/latent_map/load_map"});
  assert.deepEqual(await server.load_map({...FIRST.load_map}), {from: "server"});
  assert.equal(asked.length, 1);
});

test("another question goes to the server, and leaves the file for the first", async () => {
  const {server} = page((address) => Response.json({from: address}));
  assert.deepEqual(await server.load_map({checkpoint: "cae-2", map: "PCA"}), {from: "server"});
  assert.deepEqual(await server.load_map({...FIRST.load_map}), {from: "first/latent_map/load_map"});
  assert.deepEqual(await server.decode({}), {from: "decode"});
});

test("without a file the server is asked", async () => {
  for (const reply of [new Response("none", {status: 503}), new TypeError("offline")]) {
    const {server, asked} = page(() => reply);
    assert.deepEqual(await server.load_map({...FIRST.load_map}), {from: "server"});
    assert.deepEqual(asked, [FIRST.load_map]);
  }
});

test("a widget without first questions keeps its server", () => {
  const {own} = page(() => new TypeError("offline"));
  assert.equal(firstAnswers("first/live/", {}, own), own);
});

test("a module of a bundle runs once, when it is first imported", () => {
  let runs = 0;
  define("test/counted.js", (exports, {url}) => {
    runs++;
    Object.assign(exports, {name: url});
  });
  define("test/counted.js", () => assert.fail("the first definition counts"));
  assert.equal(runs, 0);
  assert.match(String(load("test/counted.js").name), /demos\/test\/counted\.js$/);
  assert.equal(load("test/counted.js"), load("test/counted.js"));
  assert.equal(runs, 1);
});

test("a module that fails runs again at the next import, and one that came in no bundle is named", () => {
  let runs = 0;
  define("test/failing.js", (exports) => {
    if (++runs === 1) throw new Error("not yet");
    Object.assign(exports, {runs});
  });
  assert.throws(() => load("test/failing.js"), /not yet/);
  assert.equal(load("test/failing.js").runs, 2);
  assert.throws(() => load("test/gone.js"), /test\/gone\.js is in no bundle/);
});
