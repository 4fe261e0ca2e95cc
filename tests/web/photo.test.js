// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {boxOf, isMeant, strokesOf} from "../../demos/classify/edits.js";
import {stagesRequest} from "../../demos/classify/photo.js";
import {unlikeWords, verdict} from "../../demos/classify/state.js";
import {boxBetween} from "../../demos/web/components/pictures/box.js";
import {cameraProblem} from "../../demos/web/components/pictures/camera.js";
import {sendFile} from "../../demos/web/components/upload.js";
import {fromBase64} from "../../demos/web/lib/base64.js";

const radius = {x: 0.1, y: 0.2};
const stroke = (/** @type {"is" | "is_not"} */ kind, /** @type {[number, number][]} */ ...points) => ({
  kind,
  points: points.map(([x, y]) => ({x, y})),
  radius,
});
const box = (/** @type {[number, number, number, number]} */ ...sides) => ({
  kind: /** @type {"box"} */ ("box"),
  box: sides,
});

test("a box lies between its corners and within the photo, whichever was first", () => {
  assert.deepEqual(boxBetween({x: 0.9, y: 0.2}, {x: -0.1, y: 1.3}), [0, 0.2, 0.9, 1]);
});

test("a slip of the hand is no box, and a dot is a stroke", () => {
  assert.equal(isMeant(box(0.1, 0.1, 0.5, 0.11)), false);
  assert.equal(isMeant(box(0.1, 0.1, 0.5, 0.5)), true);
  assert.equal(isMeant(stroke("is", [0.5, 0.5])), true);
});

test("the last box holds", () => {
  assert.equal(boxOf([stroke("is", [0.5, 0.5])]), null);
  assert.deepEqual(boxOf([box(0, 0, 1, 1), stroke("is", [0.5, 0.5]), box(0.1, 0.1, 0.9, 0.9)]), [0.1, 0.1, 0.9, 0.9]);
});

test("strokes fill cells as wide as the brush, and a later one covers an earlier one", () => {
  assert.equal(strokesOf([box(0, 0, 1, 1)], 20), null);
  const cells = /** @type {Uint8Array} */ (strokesOf([stroke("is", [0.2, 0.5], [0.8, 0.5])], 20));
  const row = (/** @type {number} */ y) => [...cells.subarray(20 * y, 20 * y + 20)];
  assert.deepEqual([row(10)[1], row(10)[2], row(10)[10], row(10)[17], row(10)[18]], [0, 1, 1, 1, 0]);
  assert.ok(row(7)[10] === 1 && row(5)[10] === 0 && row(14)[10] === 0);
  const both = strokesOf([stroke("is", [0.2, 0.5], [0.8, 0.5]), stroke("is_not", [0.5, 0.5])], 20);
  assert.deepEqual([both?.[10 * 20 + 10], both?.[10 * 20 + 4]], [2, 1]);
});

const photo = {
  ...{file: "FILE", upright: "SMALL", steps: {}, edits: [], lesson: null, isPending: false},
  ...{stages: {}, negated: true, found: true, note: ""},
};

test("a photo is read again from its small upright picture, unless that is not wanted upright", () => {
  assert.deepEqual(stagesRequest(photo, 8), {file: "SMALL", steps: {}, box: null, strokes: null});
  assert.equal(stagesRequest({...photo, steps: {upright: false}}, 8).file, "FILE");
  assert.equal(stagesRequest({...photo, steps: {cut_out: false}}, 8).file, "SMALL");
});

test("what was drawn on a photo is sent with it", () => {
  const {box: sent, strokes} = stagesRequest({...photo, edits: [box(0, 0, 0.5, 1), stroke("is", [0.5, 0.5])]}, 8);
  assert.deepEqual(sent, [0, 0, 0.5, 1]);
  assert.equal(fromBase64(strokes ?? "").length, 64);
});

test("three networks agree all, and who does not know says so", () => {
  assert.equal(
    verdict(
      [
        [0.9, 0.1],
        [0.8, 0.2],
        [0.7, 0.3],
      ],
      ["Top", "Bag"],
      null,
    ),
    "all: Top",
  );
  const networks = [{title: "ResNet"}, {title: "PhotoNet"}];
  assert.equal(unlikeWords(networks, ["", ""]), "");
  assert.equal(unlikeWords(networks, []), "");
  assert.equal(unlikeWords(networks, ["", "Too odd."]), "PhotoNet does not know it. Too odd.");
});

test("each way in which a camera fails has a sentence of its own", () => {
  const say = (/** @type {string} */ name) => cameraProblem(new DOMException("", name));
  assert.match(say("NotAllowedError"), /not allowed/);
  assert.match(say("NotFoundError"), /No camera was found/);
  assert.match(say("NotReadableError"), /Another program/);
  assert.match(say("AbortError"), /could not be started \(AbortError\)/);
});

test("a file is sent as one request, with what else is asked of it, and a large one is refused at once", async () => {
  /** @type {any[][]} */
  const calls = [];
  const call = async (/** @type {any[]} */ ...given) => {
    calls.push(given);
    return {pixels: "AA=="};
  };
  const file = new File([new Uint8Array([1, 2, 3])], "shirt.png");
  assert.deepEqual(await sendFile(call, file), {pixels: "AA==", content: "AQID"});
  await sendFile(call, file, {steps: {cut_out: false}});
  assert.deepEqual(calls, [[{file: "AQID"}], [{file: "AQID", steps: {cut_out: false}}]]);
  const large = await sendFile(call, new File([new Uint8Array(20_000_001)], "large.png"));
  assert.match(large.error, /20 MB/);
  assert.equal(calls.length, 2);
});
