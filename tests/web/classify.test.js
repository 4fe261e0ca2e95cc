// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {isPending, NOTHING} from "../../demos/classify/answers.js";
import {shifted, unpackMap} from "../../demos/classify/parts/attribution.js";
import {curveData} from "../../demos/classify/parts/training_curves.js";
import {classifyLink, FIRST, linked, verdict, wanted} from "../../demos/classify/state.js";
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
  ...{image: null, method: "occlusion", photo: null, problem: ""},
};

test("the verdict says whether the networks agree and are right", () => {
  const [top, bag] = [
    [0.8, 0.1, 0.1],
    [0.1, 0.8, 0.1],
  ];
  assert.equal(verdict([top, top], props.dataset.classes, null), "both: Top");
  assert.equal(verdict([top, top], props.dataset.classes, 0), "both: Top — right");
  assert.equal(verdict([top, bag], props.dataset.classes, 0), "they disagree — it is: Top");
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
  assert.deepEqual([format?.(0.9375), format?.(0.9375, true), format?.(null)], ["93.75 %", "93.8 %", "–"]);
});
