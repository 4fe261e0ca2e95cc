// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {alphaScale, classRuns, formatAlpha} from "../../demos/interpolate/alphas.js";
import {interpolateLink} from "../../demos/interpolate/link.js";
import {frameParts, withFrames} from "../../demos/interpolate/parts/frames.js";
import {stripFiller, stripLoader} from "../../demos/interpolate/strips.js";
import {makePresets, pathRequest, presetShown, withModel} from "../../demos/interpolate/views.js";

const decoder = {kind: /** @type {const} */ ("clothes"), side: 28, fits: false, attributes: []};
const painter = {kind: /** @type {const} */ ("faces"), side: 64, fits: false, attributes: ["Smiling", "Young"]};
const decoders = [
  {...decoder, name: "cae-27", size: 27},
  {...decoder, name: "cae-2", size: 2},
  {...painter, name: "vae-faces", size: 64},
];
const known = Object.fromEntries(decoders.map((one) => [one.name, one]));
const presets = makePresets(decoders, "linear");
const fashion = /** @type {any} */ ({name: "fashion-mnist", image_shape: [1, 28, 28]});
const props = /** @type {any} */ ({
  ...{frames: 100, reach: 0.5, methods: ["linear", "spherical"], attribute_range: 2, dataset: fashion},
});
let dataset = fashion;
let count = 1000;
const link = interpolateLink({props, known, presets, dataset: () => dataset, imageCount: () => count});
const read = (/** @type {string} */ query) => link.read(new URLSearchParams(`tab=interpolate&${query}`));

test("frames and alphas of a path, and of one that leads beyond its ends", () => {
  const [inside, beyond] = [false, true].map((wide) => alphaScale({frames: 100, reach: 0.5}, wide));
  assert.deepEqual([inside.count, beyond.count], [101, 201]);
  assert.deepEqual([inside.frameOf(0.25), beyond.frameOf(-0.5), beyond.alphaOf(200)], [25, 0, 1.5]);
  assert.deepEqual([inside.nearest(1.37), beyond.nearest(1.374)], [1, 1.37]);
  assert.deepEqual(inside.shown, [10, 20, 30, 40, 50, 60, 70, 80, 90]);
  assert.deepEqual([beyond.caption(50), beyond.caption(150), beyond.caption(0)], ["A 0.0", "B 1.0", "−0.5"]);
  assert.equal(formatAlpha(-0.05), "−0.05");
});

test("neighbouring frames of a class form a run", () => {
  assert.deepEqual(classRuns([1, 1, 4, 4, 4, 1]), [
    [1, 0, 1],
    [4, 2, 4],
    [1, 5, 5],
  ]);
});

test("another model keeps pictures, and codes only of the same length", () => {
  const view = {...presets["Trouser to Shirt"], a: {code: "AAAA"}, b: {i: 3}};
  const {a, b} = withModel(view, "cae-2", known, presets);
  assert.deepEqual([a, b], [{i: 0}, {i: 3}]);
  const faces = withModel(view, "vae-faces", known, presets);
  assert.deepEqual([faces.a, faces.b, faces.attributes], [{i: 0}, {i: 1}, [0, 0]]);
});

test("an example is the one shown wherever on its path", () => {
  const view = {...presets["Sneaker to boot"], alpha: 0.1};
  assert.equal(presetShown(view, presets, known), "Sneaker to boot");
  assert.equal(presetShown({...view, method: "spherical"}, presets, known), undefined);
  assert.deepEqual(pathRequest(view, "cae-2").checkpoint, "cae-2");
});

test("a link without values opens the first example, and what is written is read again", () => {
  assert.deepEqual(read("").view, presets["Trouser to Shirt"]);
  const drawing = Buffer.from(new Uint8Array(784).fill(251)).toString("base64");
  const view = {...presets["Two numbers"], a: {pixels: drawing}, b: {i: 9}, alpha: 1.37, beyond: true};
  const again = link.read(link.write(view, {target: "b", source: "draw"}, undefined));
  assert.deepEqual(again, {view, picking: {target: "b", source: "draw"}, problems: []});
});

test("broken values of a link are named and the rest is kept", () => {
  const {view, problems} = read("model=cae-2&a=x&b=7&alpha=abc&method=cubic&b_code=%25");
  assert.deepEqual([view.model, view.b, view.alpha, view.method], ["cae-2", {i: 7}, 0.5, "linear"]);
  assert.deepEqual(
    problems.map((sentence) => sentence.split(" must ")[0]),
    ["The link's a", "The link's b_code", "The link's alpha", "The link's method"],
  );
  assert.match(read("model=constructor").problems[0], /no decoder "constructor" here/);
  assert.match(read("model=cae-2&alpha=1.2").problems[0], /lies beyond the ends; 1 is shown/);
  assert.match(read("model=vae-faces&a_pixels=AA").problems[0], /takes no drawings/);
});

test("a link to a decoder of another dataset has that dataset's pictures", () => {
  dataset = {name: "set-1", image_shape: [3, 32, 32]};
  count = 60;
  assert.deepEqual([read("model=cae-2").view.a, read("model=cae-2").view.b], [{i: 0}, {i: 59}]);
  assert.match(read("model=cae-2&a=60").problems[0], /from 0 to 59/);
  const pixels = Buffer.from(new Uint8Array(3072).fill(251)).toString("base64");
  const view = {...presets["Two numbers"], a: {pixels}, b: {i: 9}, alpha: 0.25};
  assert.deepEqual(link.read(link.write(view, {target: "a", source: "draw"}, undefined)).view, view);
  const moved = withModel(view, "cae-27", known, presets, 60);
  assert.deepEqual([moved.a, moved.b], [{i: 0}, {i: 59}]); // not the pictures of the dataset before
  dataset = fashion;
  count = 1000;
});

test("the frame shown and every tenth come first, the others from it outwards, each once", () => {
  const parts = frameParts(101, 37, {coarse: 10, together: 34});
  assert.deepEqual(parts[0], [0, 10, 20, 30, 37, 40, 50, 60, 70, 80, 90, 100]);
  assert.deepEqual(
    parts.map(({length}) => length),
    [12, 34, 34, 21],
  );
  assert.deepEqual(parts[1].slice(0, 4), [36, 38, 35, 39]);
  assert.deepEqual(
    parts.flat().sort((a, b) => a - b),
    Array.from({length: 101}, (_, k) => k),
  );
});

test("a frame that is not here yet looks like the nearest that is", () => {
  /** @type {string[]} */
  const painted = [];
  const sprite = (/** @type {string} */ name) =>
    /** @type {any} */ ({tile: 28, paint: (/** @type {number} */ i) => painted.push(name + i)});
  const codes = /** @type {[string, string]} */ (["a", "b"]);
  const coarse = withFrames(
    null,
    {sprite: sprite("first "), codes, count: 2, columns: 2, predicted: [1, 7]},
    [0, 4],
    5,
  );
  assert.deepEqual([coarse.isWhole, coarse.predicted, coarse.confidence], [false, [1, 1, 7, 7, 7], undefined]);
  const rest = {sprite: sprite("rest "), codes, count: 3, columns: 2, predicted: [2, 3, 4]};
  const whole = withFrames(coarse, rest, [3, 2, 1], 5);
  assert.deepEqual([whole.isWhole, whole.predicted], [true, [1, 4, 3, 2, 7]]);
  for (const [strip, k] of /** @type {const} */ ([
    [coarse, 1],
    [coarse, 3],
    [whole, 3],
    [whole, 4],
  ]))
    strip.sprite.paint(k, /** @type {any} */ (null));
  assert.deepEqual(painted, ["first 0", "first 1", "rest 0", "first 1"]);
});

test("a path is filled a part at a time, as long as it is wanted, and no frame is asked for twice", async () => {
  globalThis.Image = /** @type {any} */ (
    class {
      decode = async () => {};
    }
  );
  const context = {drawImage() {}};
  globalThis.document = /** @type {any} */ ({createElement: () => ({getContext: () => context})});
  const view = presets["Two numbers"];
  const request = pathRequest(view);
  /** @type {number[][]} */
  const asked = [];
  const state = /** @type {any} */ ({...view, alpha: 0.37, pathKey: JSON.stringify(request), strip: null});
  const update = (/** @type {any} */ changes) => Object.assign(state, changes);
  const call = async (/** @type {any} */ {frames}) => {
    asked.push(frames);
    if (asked.length === 2) state.pathKey = "another A";
    return /** @type {any} */ ({sprite: "", columns: 1, count: frames.length, codes: ["", ""]});
  };
  const scaleOf = (/** @type {boolean} */ beyond) => alphaScale(props, beyond);
  const loadStrip = stripLoader(call, (name) => known[name], scaleOf);
  let whole = 0;
  const fill = stripFiller({
    state,
    update,
    loadStrip,
    scaleOf,
    sizes: {coarse: 10, together: 34},
    onWhole: () => whole++,
  });
  const begin = async () => {
    const {result} = await fill.first(request);
    update({strip: result});
    await fill.rest(request);
  };
  await begin();
  assert.deepEqual([asked.map(({length}) => length), whole], [[12, 34], 0]);
  state.pathKey = JSON.stringify(request);
  await begin();
  assert.deepEqual([asked.map(({length}) => length), whole], [[12, 34, 34, 21], 1]);
  assert.equal(new Set(asked.flat()).size, 101);
  await begin();
  assert.deepEqual([asked.length, whole, state.strip.isWhole], [4, 2, true]);
});
