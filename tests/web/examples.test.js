// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {autodecoderLink} from "../../demos/autodecoder/link.js";
import * as auto from "../../demos/autodecoder/presets.js";
import * as classify from "../../demos/classify/state.js";
import {PRESETS as LIVE, presetShown as liveShown} from "../../demos/live/presets.js";
import {exampleShown} from "../../demos/web/components/example_buttons.js";

test("an example is shown while all its values are, and of two the one that says more", () => {
  const examples = {plain: {view: "a"}, fine: {view: "a", seed: 7}, film: {view: "b", t: 0}};
  assert.equal(exampleShown({view: "a", seed: 1}, examples), "plain");
  assert.equal(exampleShown({view: "a", seed: 7}, examples), "fine");
  assert.equal(exampleShown({view: "b", t: 0.4}, examples), undefined);
  assert.equal(exampleShown({view: "b", t: 0.4}, examples, ["t"]), "film");
});

const models = ["ad", "vad-gaussian", "vad-exponential", "vad-uniform"];
const props = /** @type {any} */ ({
  models,
  magnitudes: 41,
  alphas: 41,
  starts: ["nothing", "guess"],
  steps: [20, 200],
  dataset: {name: "fashion-mnist", classes: Array(10).fill("x"), image_shape: [1, 28, 28]},
  draws: 8,
  seeds: 100,
});
const start = auto.startView(props);
const link = autodecoderLink({props, start, imageCount: () => 1000});
const viewOf = (/** @type {string} */ query) => link.read(new URLSearchParams(query)).view;

test("Auto-decoder opens on codes to try, and links from before that on the magnitude", () => {
  assert.equal(viewOf("").view, "try");
  assert.equal(viewOf("?tab=autodecoder&seed=3").view, "try");
  assert.equal(viewOf("?tab=autodecoder&image=5").view, "magnitude");
  assert.equal(viewOf("?tab=autodecoder&magnitude=0.5").view, "magnitude");
  assert.equal(viewOf("?tab=autodecoder&view=fit&image=5").view, "fit");
});

test("every view of Auto-decoder has examples, and marks the one that is shown", () => {
  const presets = auto.makePresets(props);
  for (const view of /** @type {(keyof typeof presets)[]} */ (Object.keys(auto.VIEWS))) {
    const names = Object.keys(presets[view]);
    assert.ok(names.length >= 3, view);
    for (const name of names) {
      const {isFace, isEvery, ...changes} = presets[view][name];
      const drawing = isFace ? auto.face() : null;
      const shown = auto.presetShown({...start, view, drawing, ...changes}, presets[view]);
      assert.equal(shown, isEvery ? shown : name);
    }
  }
  const path = presets.path["Sneaker to ankle boot"];
  assert.equal(auto.presetShown({...start, ...path, alpha: 3}, presets.path), "Sneaker to ankle boot");
  assert.equal(auto.presetShown({...start, ...path, b: 1}, presets.path), undefined);
});

test("Classify marks an example by its picture and view", () => {
  const {FIRST, GREY, PRESETS, presetShown} = classify;
  const nothing = {photo: null, isPhoto: false, pixels: new Uint8Array(784), cell: FIRST.cell};
  assert.equal(presetShown({...nothing, image: 320, view: "images"}), "They disagree");
  assert.equal(presetShown({...nothing, image: 320, view: "evidence"}), undefined);
  assert.equal(presetShown({...nothing, image: FIRST.image, view: "confusion"}), "Shirts taken for coats");
  assert.equal(presetShown({...nothing, image: FIRST.image, view: "confusion", cell: [1, 1]}), undefined);
  assert.equal(presetShown({...nothing, image: null, view: "images", pixels: nothing.pixels.fill(GREY)}), "Plain grey");
  const photo = /** @type {any} */ ({lesson: PRESETS["Why is my T-shirt a bag?"].lesson});
  assert.equal(
    presetShown({...nothing, image: null, view: "images", photo, isPhoto: true}),
    "Why is my T-shirt a bag?",
  );
});

test("Train live marks an example by its model and every value", () => {
  const defaults = {
    cae: {learning_rate: 0.01, epochs: 20, latent_dim: 27},
    vae: {kl_weight: 1},
    classifier: {},
    gan: {},
  };
  const known = Object.fromEntries(Object.entries(defaults).map(([name, values]) => [name, {defaults: values}]));
  const values = {...defaults.cae, ...LIVE["Too large steps"].values};
  assert.equal(liveShown({model: "cae", values}, /** @type {any} */ (known)), "Too large steps");
  assert.equal(liveShown({model: "cae", values: {...values, epochs: 6}}, /** @type {any} */ (known)), undefined);
  assert.equal(liveShown({model: "cae", values: defaults.cae}, /** @type {any} */ (known)), "A healthy run");
});
