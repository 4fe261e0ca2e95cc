// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {diffusionLink, makePresets, presetShown, startView, viewsOf} from "../../demos/diffusion/link.js";
import {
  guided,
  holeOf,
  isClassified,
  missingPart,
  nearestTime,
  packHole,
  pathsRequest,
  prediction,
  settledFrom,
  shownMethods,
  tileAt,
  unpackHole,
} from "../../demos/diffusion/paths.js";
import {propsOf} from "../../demos/diffusion/sets.js";
import {toBase64} from "../../demos/web/lib/base64.js";

const shipped = /** @type {any} */ ({
  methods: ["euler", "heun"],
  steps: 20,
  most_steps: 50,
  most_guidance: 6,
  side: 8,
  seeds: 10_000,
  walk: 25,
});
const datasetOf = (/** @type {number} */ side, channels = 1, count = 10) =>
  /** @type {any} */ ({
    classes: Array.from({length: count}, (_, k) => `class ${k}`),
    image_shape: [channels, side, side],
    is_labelled: count > 1,
  });
const props = propsOf(shipped, {isShipped: true, isFashion: true, models: [], wanted: "", dataset: datasetOf(28)});
const start = startView(props);
const presets = makePresets(props);
const hole = Uint8Array.from({length: 784}, (_, i) => (i % 3 ? 255 : 0));
const link = diffusionLink({props, start, imageCount: () => 1000});
const read = (/** @type {string} */ query) => link.read(new URLSearchParams(`tab=diffusion&${query}`));
const shown = (/** @type {object} */ changes) => /** @type {any} */ ({...start, ...changes});

test("without a class there is no guidance", () => {
  assert.deepEqual(guided({seed: 3, label: -1, guidance: 2}), {seed: 3, classes: null, guidance: 0});
  assert.deepEqual(guided({seed: 3, label: 0, guidance: 2}), {seed: 3, classes: 0, guidance: 2});
  assert.deepEqual(pathsRequest(shown({steps: 4, label: 8}), "heun"), {
    seed: 0,
    classes: 8,
    guidance: 0,
    steps: 4,
    method: "heun",
  });
});

test("parts come in order, of two methods in turn", () => {
  assert.deepEqual(missingPart({}, ["euler"], 4), {method: "euler", part: 0});
  assert.deepEqual(missingPart({euler: [1]}, ["euler", "heun"], 4), {method: "heun", part: 0});
  assert.deepEqual(missingPart({euler: [1], heun: [1]}, ["euler", "heun"], 4), {method: "euler", part: 1});
  assert.equal(missingPart({euler: [1, 1], heun: [1, 1]}, ["euler", "heun"], 2), null);
  assert.deepEqual(shownMethods({method: "both"}, props.methods), ["euler", "heun"]);
  assert.deepEqual(shownMethods({method: "heun"}, props.methods), ["heun"]);
});

test("a time is shown by the nearest state", () => {
  assert.equal(nearestTime([0, 0.5, 1], 0.3), 1);
  assert.equal(nearestTime([0, 1], 0.49), 0);
  assert.equal(nearestTime([0, 0.5, 1], 1), 2);
});

test("the tile under a place, also at the edges", () => {
  assert.equal(tileAt(0, 0, 8), 0);
  assert.equal(tileAt(3.5 / 8, 2.5 / 8, 8), 19);
  assert.equal(tileAt(1, 1.01, 8), 63);
  assert.equal(tileAt(-0.01, 0.99, 8), 56);
});

test("from when on the prediction stays", () => {
  assert.deepEqual(prediction([0.1, 0.7, 0.2]), {label: 1, confidence: 0.7});
  const [a, b] = [
    [1, 0],
    [0, 1],
  ];
  assert.equal(settledFrom([a, b, a, b, b]), 3);
  assert.equal(settledFrom([b, b]), 0);
  assert.equal(settledFrom([a, b]), 1);
});

test("an example is marked wherever in its film, until something else is asked for", () => {
  assert.equal(presetShown(shown({t: 0.35}), presets), "From noise to clothes");
  assert.equal(presetShown(shown({steps: 1}), presets), "One step");
  assert.equal(presetShown(shown({label: 8, guidance: 3, seed: 7}), presets), "Only bags, guidance 3");
  assert.equal(presetShown(shown({view: "picture", from: 0.9}), presets), "Bring it back");
  assert.equal(presetShown(shown({view: "hole", t: 0.3}), presets), "Half a boot");
  assert.equal(presetShown(shown({view: "training"}), presets), undefined);
  assert.equal(presetShown(shown({steps: 7}), presets), undefined);
  assert.equal(presetShown(shown({view: "picture", picture: {kind: "real", real: 3}}), presets), undefined);
});

test("a hole is one bit a pixel in a link", () => {
  assert.equal(packHole(hole).length, 98);
  assert.deepEqual(unpackHole(packHole(hole)), hole);
  assert.deepEqual([...holeOf(new Uint8Array([0, 127, 128, 255]))], [0, 0, 255, 255]);
});

test("what a link of each view holds is read again", () => {
  const drawing = Buffer.from(new Uint8Array(784).fill(251)).toString("base64");
  for (const view of [
    shown({seed: 12, steps: 7, method: "both", label: 8, guidance: 2.5, tile: 63, t: 0.286}),
    shown({view: "picture", label: 0, guidance: 0, from: 0.7, picture: {kind: "real", real: 0}}),
    shown({view: "picture", from: 0, picture: {kind: "pixels", pixels: drawing}}),
    shown({view: "walk", seed: 2, steps: 9, tile: 7, to: 0, place: 24}),
    shown({view: "others", seed: 4}),
    shown({view: "hole", t: 0.5, hole: Buffer.from(hole).toString("base64")}),
    shown({view: "training", tile: 5, snapshot: 0}),
    start,
  ])
    assert.deepEqual(link.read(link.write(view)), {view, problems: []});
});

test("broken values fall back, and a sentence names each", () => {
  const {view, problems} = read(
    "steps=0&class=10&guidance=-1&t=2&tile=64&to=-1&place=25&method=runge&seed=x&real=1000",
  );
  assert.deepEqual(view, start);
  assert.equal(problems.length, 10);
  assert.ok(problems[1].includes('steps must be a whole number from 1 to 50, not "0"; 20 is shown'), problems[1]);
});

test("a flow of another dataset has its own pictures, classes and views, and its links name it", () => {
  const models = /** @type {any[]} */ ([
    {name: "birds-flow", words: "birds-flow", has_film: false, classifier: "birds-net"},
    {name: "own-1", words: "yours, 3 batches"},
  ]);
  const own = {isShipped: false, isFashion: false, models, wanted: "birds-flow", dataset: datasetOf(32, 3, 2)};
  const birds = propsOf(shipped, own);
  assert.deepEqual([birds.checkpoint, birds.hasFilm, birds.classes.length], ["birds-flow", false, 2]);
  assert.deepEqual([birds.flow, birds.classifier], ["birds-flow", "birds-net"]);
  assert.deepEqual(Object.keys(viewsOf(birds)), ["paths", "picture", "hole", "walk"]);
  assert.ok("Only class 0, guidance 3" in makePresets(birds));
  const begin = startView(birds);
  const its = diffusionLink({props: birds, start: begin, imageCount: () => 60});
  const pixels = toBase64(new Uint8Array(3 * 32 * 32).fill(9));
  const view = {
    ...begin,
    view: /** @type {const} */ ("hole"),
    picture: {kind: /** @type {const} */ ("pixels"), pixels},
  };
  const query = its.write(view);
  assert.equal(query.get("checkpoint"), "birds-flow");
  assert.deepEqual(its.read(query), {view, problems: []});
  assert.equal(propsOf(shipped, {...own, wanted: ""}).checkpoint, null); // a visitor's own has no name in links
  const plain = propsOf(shipped, {...own, dataset: datasetOf(28, 1, 1)});
  assert.ok(!Object.keys(makePresets(plain)).some((name) => name.startsWith("Only")));
});

test("without a classifier there are no probabilities", () => {
  assert.equal(isClassified([[], []]), false);
  assert.equal(isClassified([[0.4, 0.6]]), true);
});
