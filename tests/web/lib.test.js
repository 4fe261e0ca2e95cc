// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {fromBase64, fromUrlSafe, toBase64, toUrlSafe} from "../../demos/web/lib/base64.js";
import {decades, percent, plain, signed, thousands, ticks} from "../../demos/web/lib/format.js";
import {viridis} from "../../demos/web/lib/image.js";
import {readWholeNumber, showWholeNumber} from "../../demos/web/lib/input/whole_number.js";
import {frameAfter} from "../../demos/web/lib/playback.js";
import {remembered, remembering} from "../../demos/web/lib/server/remembered.js";
import {ask, pump} from "../../demos/web/lib/server/rpc.js";
import {tilePlace} from "../../demos/web/lib/sprite.js";
import {recent} from "../../demos/web/lib/state/recent.js";

test("bytes survive base64, in the alphabet of addresses too", () => {
  const all = Uint8Array.from({length: 20_000}, (_, i) => i % 256);
  assert.deepEqual(fromBase64(toBase64(all)), all);
  assert.deepEqual(fromBase64(fromUrlSafe(toUrlSafe(toBase64(all)))), all);
  assert.doesNotMatch(toUrlSafe(toBase64(all)), /[+/]/);
});

test("numbers as people read them", () => {
  assert.deepEqual([0.0004, 0.0994, 0.1, 1].map(percent), ["0.0 %", "9.9 %", "10 %", "100 %"]);
  assert.deepEqual([signed(-1.25, 2), signed(0)], ["−1.25", "+0.0"]);
  assert.deepEqual([thousands(1234567.2), thousands(999)], ["1 234 567", "999"]);
  assert.equal(plain(0.1 + 0.2), "0.3");
});

test("ticks are round, inside, and about as many as wanted", () => {
  assert.deepEqual(ticks(0, 1, 4), [0, 0.5, 1]);
  assert.deepEqual(ticks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticks(-1.3, 1.3, 4), [-1, 0, 1]);
  for (const [low, high] of [
    [0, 1e-7],
    [5, 5.001],
    [-3e6, 4e6],
  ]) {
    const marks = ticks(low, high, 5);
    assert.ok(marks.length >= 2 && marks.length <= 8, String(marks));
    assert.ok(marks.every((v) => v >= low - 1e-12 * Math.abs(high) && v <= high + 1e-12 * Math.abs(high)));
  }
});

test("ticks of a logarithmic axis are 1, 2, 5 or the powers alone", () => {
  assert.deepEqual(decades(-0.1, 1.1), [1, 2, 5, 10]);
  assert.deepEqual(decades(-4.1, 0.1), [1e-4, 1e-3, 1e-2, 1e-1, 1]);
  assert.ok(decades(0.05, 0.2).length >= 2);
  assert.deepEqual(decades(-4.2, 15.9).map(plain), ["0.0001", "1", "10000", "1e8", "1e12"]);
  assert.ok(decades(-9, 300).length <= 6);
});

test("viridis goes from dark to light", () => {
  const brightness = [0, 0.25, 0.5, 0.75, 1].map((share) => viridis(share).reduce((a, b) => a + b));
  assert.deepEqual(
    brightness,
    [...brightness].sort((a, b) => a - b),
  );
});

test("tiles stand in rows", () => {
  assert.deepEqual(
    [0, 4, 5, 11].map((i) => tilePlace(i, 5, 28)),
    [
      [0, 0],
      [112, 0],
      [0, 28],
      [28, 56],
    ],
  );
});

test("a film ends, goes round, or turns back", () => {
  const frames = (/** @type {import("../../demos/web/lib/playback.js").Mode} */ mode) =>
    [0, 1, 2, 3, 4, 5, 6].map((passed) => frameAfter(passed, {from: 1, count: 4, mode}));
  assert.deepEqual(frames("once"), [1, 2, 3, 3, 3, 3, 3]);
  assert.deepEqual(frames("loop"), [1, 2, 3, 0, 1, 2, 3]);
  assert.deepEqual(frames("bounce"), [1, 2, 3, 2, 1, 0, 1]);
});

test("a call that fails answers with a sentence", async () => {
  assert.deepEqual(await ask(async () => ({x: 1})), {x: 1});
  assert.match((await ask(async () => undefined)).error ?? "", /could not answer/);
  assert.match((await ask(async () => Promise.reject(new Error("gone")))).error ?? "", /cannot be reached/);
});

test("a drag sends one request at a time and its last one last", async () => {
  /** @type {number[]} */
  const sent = [];
  /** @type {number[]} */
  const shown = [];
  let open = 0;
  const call = async (/** @type {number} */ k) => {
    open += 1;
    assert.equal(open, 1);
    sent.push(k);
    await new Promise((resolve) => setTimeout(resolve, 2));
    open -= 1;
    return {k};
  };
  const send = pump(call, ({k}) => shown.push(k), assert.fail);
  await Promise.all([1, 2, 3, 4, 5].map(send));
  assert.deepEqual(sent, [1, 5]);
  assert.deepEqual(shown, [1, 5]);
});

test("an error of a request that a newer one has replaced is not said", async () => {
  /** @type {unknown[]} */
  const heard = [];
  const call = async (/** @type {number} */ k) => (k === 1 ? /** @type {any} */ ({error: "no"}) : {k});
  const hear = (/** @type {unknown} */ what) => heard.push(what);
  await Promise.all([1, 2].map(pump(call, hear, hear)));
  assert.deepEqual(heard, [{k: 2}]);
});

test("a request after a failed one is sent", async () => {
  /** @type {string[]} */
  const errors = [];
  /** @type {number[]} */
  const shown = [];
  const call = async (/** @type {number} */ k) => (k === 1 ? /** @type {any} */ ({error: "no"}) : {k});
  const send = pump(
    call,
    ({k}) => shown.push(k),
    (error) => errors.push(error),
  );
  await send(1);
  await send(2);
  assert.deepEqual([errors, shown], [["no"], [2]]);
});

test("the newest few are kept, and what is used again counts as new", () => {
  const store = recent(() => 2);
  let made = 0;
  const use = (/** @type {string} */ key) => store.get(key, () => ++made);
  assert.deepEqual([use("a"), use("b"), use("a"), use("c"), use("a"), use("b")], [1, 2, 1, 3, 1, 4]);
  store.forget("a");
  assert.equal(use("a"), 5);
});

test("a whole number that cannot be is brought to the nearest that can, and that is said", () => {
  const field = {name: "seed", low: 1, high: 64, before: 7};
  const read = (/** @type {string} */ typed) => readWholeNumber(typed, field);
  assert.deepEqual(read(" 12 "), {number: 12, problem: ""});
  assert.deepEqual(
    ["70000", "-3", "2.4", "", "abc", "1e999", "0x10"].map((typed) => read(typed).number),
    [64, 1, 2, 7, 7, 7, 16],
  );
  assert.equal(read("70000").problem, "seed takes a whole number from 1 to 64; 64 is used.");
  assert.equal(read("abc").problem, "seed takes a whole number from 1 to 64; 7 is used.");
});

test("an equal request gets the answer that is there or on its way, and a failure is asked again", async () => {
  /** @type {number[]} */
  const asked = [];
  /** @type {Array<{value: number} | {error: string} | undefined>} */
  const answers = [{error: "busy"}, undefined, {value: 1}, {value: 2}, {value: 3}, {value: 4}];
  const call = remembered((/** @type {{k: number}} */ {k}) => {
    asked.push(k);
    return Promise.resolve(/** @type {any} */ (answers[asked.length - 1]));
  }, 2);
  assert.deepEqual(await call({k: 0}), {error: "busy"});
  assert.equal(await call({k: 0}), undefined);
  assert.deepEqual(await Promise.all([call({k: 0}), call({k: 0})]), [{value: 1}, {value: 1}]);
  assert.deepEqual(await call({k: 1}), {value: 2});
  assert.deepEqual(await call({k: 2}), {value: 3}); // the oldest goes
  assert.deepEqual(await call({k: 1}), {value: 2});
  assert.deepEqual(await call({k: 0}), {value: 4});
  assert.deepEqual(asked, [0, 0, 0, 1, 2, 0]);
});

test("a call that breaks is asked again", async () => {
  let count = 0;
  const call = remembered(async () => {
    count++;
    if (count === 1) throw new Error("no network");
    return {count};
  }, 1);
  await assert.rejects(call({}));
  assert.deepEqual(await call({}), {count: 2});
});

test("a server whose functions are inherited keeps them beside those that remember", async () => {
  const asked = /** @type {string[]} */ ([]);
  const call = (/** @type {string} */ name) => async () => ({name, count: asked.push(name)});
  const server = remembering(Object.create({slow: call("slow"), quick: call("quick")}), {slow: 2});
  for (const name of ["slow", "slow", "quick", "quick"]) await server[name]({});
  assert.deepEqual(asked, ["slow", "quick", "quick"]);
});

test("a late answer does not take away what is being typed", () => {
  const page = {activeElement: /** @type {any} */ (null)};
  const field = /** @type {any} */ ({value: "7", ownerDocument: page});
  page.activeElement = field;
  showWholeNumber(field, 1);
  assert.equal(field.value, "7");
  page.activeElement = null;
  showWholeNumber(field, 1);
  assert.equal(field.value, "1");
});
