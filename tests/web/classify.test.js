// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {isPending, NOTHING} from "../../demos/classify/answers.js";
import {shifted, unpackMap} from "../../demos/classify/parts/attribution.js";
import {isDead} from "../../demos/classify/parts/exciting.js";
import {strongest} from "../../demos/classify/parts/feature_maps.js";
import {brightness} from "../../demos/classify/parts/framed_map.js";
import * as mapSteps from "../../demos/classify/parts/map_steps.js";
import {curveData} from "../../demos/classify/parts/training_curves.js";
import {
  classifyLink,
  FIRST,
  GREY,
  linked,
  linkedView,
  PRESETS,
  presetShown,
  verdict,
  wanted,
} from "../../demos/classify/state.js";
import {toBase64} from "../../demos/web/lib/base64.js";

const networks = [
  {name: "resnet", title: "ResNet"},
  {name: "fashionnet", title: "FashionNet"},
];
const props = {
  dataset: /** @type {any} */ ({name: "fashion-mnist", classes: ["Top", "Bag", "Boot"], image_shape: [1, 28, 28]}),
  methods: ["occlusion", "gradient"],
  networks,
  patch: 6,
  dab: 3,
};
const state = {
  ...{...FIRST, ...NOTHING, networks, picture: {}, pixels: new Uint8Array(784), key: "abc", isDrawing: false},
  ...{image: null, method: "occlusion", photo: null, isPhoto: false, problem: "", linkProblems: ""},
};

test("the verdict says whether the networks agree and are right", () => {
  const [top, bag] = [
    [0.8, 0.1, 0.1],
    [0.1, 0.8, 0.1],
  ];
  assert.equal(verdict([top, top], props.dataset.classes, null), "both: Top");
  assert.equal(verdict([top, top], props.dataset.classes, 0), "both: Top — right");
  assert.equal(verdict([top, bag], props.dataset.classes, 0), "they disagree — it is: Top");
  assert.equal(verdict([], props.dataset.classes, 0), "it is: Top", "none of them knows the picture");
  assert.equal(verdict([], props.dataset.classes, null), "");
});

test("the example of a photo is marked only while that photo is on the pad", () => {
  const photo = /** @type {any} */ ({lesson: PRESETS["Why is my T-shirt a bag?"].lesson});
  const grey = state.pixels.slice().fill(GREY);
  assert.equal(presetShown({...state, photo, isPhoto: true}), "Why is my T-shirt a bag?");
  assert.equal(presetShown({...state, photo}), undefined); // its stages stay on the page while something else is drawn
  assert.equal(presetShown({...state, photo, pixels: grey}), "Plain grey");
  assert.equal(presetShown({...state, photo, image: 320}), "They disagree");
});

test("what is not the answer for the shown picture, network or method is pending", () => {
  const answered = wanted({...state, view: "evidence"});
  const now = {...state, view: "evidence", answered};
  assert.equal(isPending(now, "layers") || isPending(now, "explanation"), false);
  assert.equal(isPending({...now, key: "other"}, "probs"), true);
  assert.equal(isPending({...now, lead: 1}, "layers"), true);
  assert.equal(isPending({...now, lead: 1}, "probs"), false);
  assert.equal(isPending({...now, method: "gradient"}, "explanation"), true);
  assert.equal(isPending({...now, ...NOTHING, key: ""}, "probs"), false); // an empty pad waits for nothing
});

test("a link holds what its view shows, and names what is broken", () => {
  const link = classifyLink(props, 1000);
  const write = (/** @type {object} */ changes) => String(link.write(linked({...state, image: 7, ...changes})));
  assert.equal(write({}), "tab=classify&image=7");
  assert.equal(write({view: "evidence", about: 2}), "tab=classify&image=7&view=evidence&method=occlusion&class=2");
  assert.equal(write({view: "confusion", scope: "all"}), "tab=classify&image=7&view=confusion&cell=6%2C4&scope=all");
  assert.match(write({image: null}), /pixels=AAAA/);
  const {state: read, problems} = link.read(new URLSearchParams("tab=classify&image=5&cell=1.5,0&method=lime"));
  assert.deepEqual([read.image, read.cell, read.method], [5, null, "occlusion"]);
  assert.equal(problems.length, 2);
  assert.match(problems[1], /cell must be two whole numbers from 0 to 2/);
});

test("a link opens a map at a place, and closes it where it is broken or the matrix is shown", () => {
  const link = classifyLink(props, 1000);
  const opened = {layer: "block1", map: 5, row: 7, column: 3};
  const write = (/** @type {object} */ changes) => String(link.write(linked({...state, image: 7, opened, ...changes})));
  assert.equal(write({}), "tab=classify&image=7&map=block1%2C5%2C7%2C3");
  assert.doesNotMatch(write({view: "confusion"}), /map=/);
  assert.deepEqual(link.read(new URLSearchParams(write({}))).state.map, opened);
  for (const broken of ["block1", "block1,5", "block1,5,7,-1", "a b,1,2,3", "conv1,1.5,2,3"]) {
    const {state: read, problems} = link.read(new URLSearchParams({tab: "classify", map: broken}));
    assert.equal(read.map, null);
    assert.match(problems[0], /map must be a layer, a map, a row and a column/);
  }
});

test("the steps of a map are wanted for its picture, network and map, not for each place", () => {
  const opened = {layer: "conv1", map: 5, row: 7, column: 3};
  const of = (/** @type {object} */ changes) => wanted({...state, opened, ...changes}).steps;
  assert.equal(of({}), of({opened: {...opened, row: 8}}));
  assert.notEqual(of({}), of({opened: {...opened, map: 6}}));
  assert.notEqual(of({}), of({key: "other"}));
  assert.notEqual(of({}), of({lead: 1}));
  assert.deepEqual([of({opened: null}), of({key: ""}), of({view: "confusion"})], ["", "", ""]);
});

const pack = (/** @type {number[]} */ shape, /** @type {number[]} */ values) => ({
  shape,
  data: toBase64(new Uint8Array(new Float32Array(values).buffer)),
});

/** Two input maps of 4 x 4; a filter that takes the middle of the first, and minus the right neighbour in the second. */
const packed = {
  checkpoint: "resnet",
  layer: "block1",
  map: 0,
  inputs: pack(
    [2, 4, 4],
    Array.from({length: 32}, (_, k) => k),
  ),
  weights: pack([2, 3, 3], [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 0]),
  stride: 1,
  padding: 1,
  steps: [
    {
      kind: /** @type {const} */ ("convolve"),
      constants: {bias: 0.5},
      values: pack(
        [4, 4],
        Array.from({length: 16}, (_, k) => (k % 4 === 3 ? k + 0.5 : -16.5)),
      ),
    },
    {
      kind: /** @type {const} */ ("add"),
      constants: {},
      values: pack(
        [4, 4],
        Array.from({length: 16}, (_, k) => k),
      ),
      added: pack([4, 4], Array(16).fill(1)),
    },
    {kind: /** @type {const} */ ("pool"), constants: {size: 2}, values: pack([2, 2], [5, 7, 13, 15])},
  ],
  field: {size: 4, step: 2, start: -1, of: 4},
};

test("the numbers of a place come from where pooling found the largest", () => {
  const map = mapSteps.unpackSteps(packed, new Uint8Array(784));
  const {at, rows} = mapSteps.stepsAt(map, [1, 0]);
  assert.deepEqual(at, [3, 1]);
  assert.deepEqual(
    rows.map(({kind, taken, given}) => [kind, taken, given]),
    [
      ["convolve", -17, -16.5],
      ["add", -16.5, 13],
      ["pool", 13, 13],
    ],
  );
  assert.deepEqual(rows[2].of, [8, 9, 12, 13]);
  assert.deepEqual(mapSteps.within(map, [9, -3]), [1, 0]);
});

test("patch and filter give what each input map adds, and zeros stand beyond the edge", () => {
  const map = mapSteps.unpackSteps(packed, new Uint8Array(784));
  assert.deepEqual(mapSteps.patchAt(map, 0, [1, 1]), [0, 1, 2, 4, 5, 6, 8, 9, 10]);
  assert.deepEqual(mapSteps.patchAt(map, 1, [0, 3]), [null, null, null, 18, 19, null, 22, 23, null]);
  assert.deepEqual(mapSteps.contributionsAt(map, [1, 1]), [5, -22]);
  assert.deepEqual(mapSteps.contributionsAt(map, [0, 3]), [3, 0]);
  assert.deepEqual(mapSteps.patchBox(map, [0, 3]), {left: 0.5, top: 0, width: 0.5, height: 0.5});
  assert.deepEqual(mapSteps.fieldBox(map.field, [0, 1]), {left: 0.25, top: 0, width: 0.75, height: 0.75});
});

test("each step says its numbers", () => {
  const words = (/** @type {any} */ row) => mapSteps.stepWords({constants: {}, taken: 0, given: 0, ...row}, 9).words;
  assert.equal(words({kind: "convolve", taken: -0.25, given: -0.25}), "all 9 products: −0.250");
  assert.equal(
    words({kind: "convolve", taken: 1, given: 0.5, constants: {bias: -0.5}}),
    "all 9 products: 1.000 + bias (−0.500) = 0.500",
  );
  assert.match(
    words({kind: "normalise", taken: 1, given: 3, constants: {mean: -1, deviation: 2, scale: 2, shift: 1}}),
    /\(1\.000 − mean \(−1\.000\)\) ÷ deviation 2\.000 × scale 2\.000 \+ shift 1\.000 = 3\.000/,
  );
  assert.equal(words({kind: "relu", taken: -1, given: 0}), "the larger of 0 and −1.000: 0.000");
  assert.equal(mapSteps.short(-0.001), "0.00");
});

test("a map opens at its strongest place, and a dark one at its first", () => {
  const data = toBase64(Uint8Array.from([0, 0, 9, 0, 0, 0, 0, 0]));
  const layer = {name: "conv1", shape: [2, 2, 2], data};
  assert.deepEqual(strongest(layer, 0), {layer: "conv1", map: 0, row: 1, column: 0});
  assert.deepEqual(strongest(layer, 1), {layer: "conv1", map: 1, row: 0, column: 0});
  assert.deepEqual([...brightness([-1, 0.25, 1])], [0, 127, 255]);
  assert.deepEqual([isDead([-0.2, -0.2]), isDead([3, 1])], [true, false]);
});

test("a probability moves with its log-odds", () => {
  assert.ok(Math.abs(shifted(0.5, Math.log(3)) - 0.75) < 1e-9);
  assert.ok(shifted(1, -1) < 1 && shifted(0, 1) > 0);
});

test("the map of a class comes out of what is packed", () => {
  const data = toBase64(new Uint8Array(new Int16Array([1, 2, 3, 4, -5, 6, 7, 8]).buffer));
  assert.deepEqual(unpackMap({data, scale: 2, side: 2}, 1), [-10, 12, 14, 16]);
});

test("a curve leaves out what the card does not have", () => {
  const card = {confusion: [], history: {accuracy: [0.5, 0.9]}, metrics: {test_accuracy: 0.95}, report: {}, run: ""};
  const {series, targets, format} = curveData("accuracy", card);
  assert.deepEqual(
    [series.map(({name}) => name), targets?.map(({name}) => name)],
    [["training"], ["shipped weights, test images"]],
  );
  assert.deepEqual(
    [format?.(0.9375), format?.(0.9375, true), format?.(1, true), format?.(null)],
    ["93.75 %", "93.8 %", "100 %", "–"],
  );
});

test("a link opens its view, and its picture unless that is shown already", () => {
  const link = classifyLink(props, 1000);
  const view = (/** @type {string} */ words, shown = state) =>
    linkedView(link.read(new URLSearchParams(`tab=classify&${words}`)).state, shown, {networks, cell: [0, 0]});
  const {lead, about, cell, image, ...rest} = view("network=fashionnet&class=2&cell=1,2&image=7");
  assert.deepEqual([lead, about, cell, image, rest.photo], [1, 2, [1, 2], 7, null]);
  assert.deepEqual(view("").cell, [0, 0]);
  assert.equal("image" in view("image=7", {...state, image: /** @type {any} */ (7)}), false);
  const pixels = new Uint8Array(784).fill(9);
  const words = String(link.write({pixels})).replace("tab=classify&", "");
  assert.deepEqual(view(words).pixels, pixels);
  assert.equal("pixels" in view(words, {...state, pixels}), false);
});
