// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {advance} from "../../demos/features/film.js";
import {featuresLink} from "../../demos/features/link.js";
import {pairForces} from "../../demos/features/parts/forces.js";
import {nearLinks} from "../../demos/features/parts/image_view.js";
import {pointOn} from "../../demos/features/parts/own_picture.js";
import {plainLayer, pointCount, propsOf} from "../../demos/features/parts/sets.js";
import {STORIES, storyHtml, storyShown} from "../../demos/features/parts/stories.js";
import {
  fitted,
  makeOwnPresets,
  makePresets,
  presetShown,
  startView,
  withinImages,
  withinLayers,
} from "../../demos/features/views.js";
import {toBase64} from "../../demos/web/lib/base64.js";
import {isSecond} from "../../demos/web/lib/plots/plot_pointer.js";

const classes = Array.from({length: 10}, (_, k) => `class ${k}`);
const shipped = /** @type {any} */ ({
  layers: ["conv1", "fc1", "output"],
  methods: ["PCA", "t-SNE"],
  starts: ["random", "PCA"],
  truths: {noise: {}, two: {}, line: {}, trefoil: {}, nested: {}},
  checkpoints: ["resnet", "vgg"],
  checkpoint: "resnet",
  frames: 100,
  per_class: [5, 100],
  own_layers: {classifier: ["pixels", "conv1", "fc1", "output"], decoder: ["pixels", "codes"]},
});
const sampleOf = (/** @type {string[]} */ names, /** @type {number} */ each) =>
  /** @type {any} */ ({
    classes: names,
    colors: names,
    shapes: names,
    is_labelled: true,
    image_shape: [1, 28, 28],
    labels: names.flatMap((_, k) => Array(each).fill(k)),
  });
const props = propsOf(shipped, {isShipped: true, models: [], wanted: ""}, sampleOf(classes, 100));
const link = featuresLink(props);
const read = (/** @type {string} */ query) => link.read(new URLSearchParams(`tab=features&${query}`));

test("one value of a link goes for all maps, or each has its own", () => {
  const {view, problems} = read("layer=conv1&n=15&method=PCA,t-SNE&perplexity=5,40");
  assert.deepEqual(view.maps, [
    {layer: "conv1", method: "PCA", perplexity: 5, seed: 0, start: "random"},
    {layer: "conv1", method: "t-SNE", perplexity: 40, seed: 0, start: "random"},
  ]);
  assert.deepEqual([view.n, problems], [15, []]);
  assert.deepEqual(read("").view, startView("resnet"));
  assert.deepEqual(
    read("seed=1,2,3").view.maps.map(({method}) => method),
    ["t-SNE", "t-SNE", "t-SNE"],
  );
});

test("what is written is read again", () => {
  const view = {...startView("vgg"), n: 7, dimensions: /** @type {const} */ (3)};
  const shown = {hidden: new Set([2, 5]), frame: 60, point: 12, own: null, sought: "Shirt 634"};
  assert.deepEqual(link.read(link.write(view, shown)), {view, shown, problems: []});
  assert.ok(!link.write(startView("resnet"), shown).toString().includes("data="));
});

test("every map that misleads is told by its link, and so is what undoes it", () => {
  const shown = {hidden: new Set(), frame: null, point: null, sought: "", own: toBase64(new Uint8Array(784).fill(7))};
  for (const [name, {first, undone}] of Object.entries(STORIES))
    for (const [sight, isUndone] of /** @type {[typeof first, boolean][]} */ ([
      [first, false],
      [undone, true],
    ])) {
      const view = {...startView("vgg"), ...sight.view};
      const {view: read, shown: alsoShown, problems} = link.read(link.write(view, shown));
      assert.deepEqual([read, problems, alsoShown.own], [view, [], shown.own]);
      assert.deepEqual(storyShown(read, startView("resnet")), {name, isUndone});
      assert.equal(withinImages(view, 10 * view.n).problem, "");
    }
  assert.equal(storyShown(startView("resnet"), startView("resnet")), null);
  assert.match(storyHtml({name: "A line", isUndone: false}, "a & b"), /data-do="undo"/);
  assert.match(storyHtml(null, "a & b"), /a &amp; b/);
});

test("q sums to one over all pairs, and p above q pulls", () => {
  const frame = {points: Float32Array.of(0, 0, 1, 0, 0, 2), unit: 1.5};
  const q = [0, 1, 2].flatMap((i) =>
    pairForces(
      frame,
      2,
      i,
      [0, 1, 2].filter((j) => j !== i).map((j) => ({j, p: 0.1})),
    ).map((pair) => pair.q),
  );
  assert.ok(Math.abs(q.reduce((a, b) => a + b) - 1) < 1e-6);
  const [near, far] = pairForces(frame, 2, 0, [
    {j: 1, p: 0.05},
    {j: 2, p: 0.3},
  ]);
  assert.ok(near.force < 0 && far.force > 0);
  const w = 1 / (1 + 9);
  assert.ok(Math.abs(far.force - 4 * (0.3 - far.q) * w * 3) < 1e-6);
});

test("a picture lands where its map puts it, in the units of what is drawn", () => {
  assert.deepEqual(pointOn({point: [3, 4]}, null), [3, 4]);
  assert.deepEqual(pointOn({point: [3, 4]}, {unit: 2, middle: [1, 2]}), [1, 1]);
});

test("a broken value of a link is named and the rest is kept", () => {
  const {view, problems} = read("layer=fc9&n=1e9&seed=4");
  assert.deepEqual([view.n, view.maps[0].seed], [30, 4]);
  assert.deepEqual(problems.length, 2);
});

test("a perplexity above the number of images is limited, with a sentence", () => {
  const maps = [{layer: "fc1", method: "t-SNE", perplexity: 100, seed: 0, start: "random"}];
  const view = {...startView("resnet"), n: 5, maps};
  const limited = withinImages(view, 50);
  assert.equal(limited.view.maps[0].perplexity, 49);
  assert.match(limited.problem, /at most 49/);
  assert.equal(withinImages(view, 500).view, view);
});

test("examples are known by what they show", () => {
  const presets = makePresets(props.layers);
  assert.equal(presetShown({...startView("vgg"), dimensions: 3}, presets), "3-D");
  assert.equal(presetShown({...startView("vgg"), n: 31}, presets), undefined);
});

test("a map fills its square without being bent", () => {
  assert.deepEqual([...fitted([0, 0, 10, 5], 2)], [-1, -0.5, 1, 0.5]);
});

test("a film waits for frames, and never jumps after a pause", () => {
  assert.equal(advance(3, 1000 / 24, 100), 4);
  assert.equal(advance(3, 10_000, 100), 3 + 0.2 * 24);
  assert.deepEqual([advance(3, 100, 4), advance(3, 100, 0)], [3, 3]);
});

test("links to neighbours are as strong as p, or fade with their rank", () => {
  const plane = /** @type {any} */ ({neighbour: [[4, 7]]});
  assert.deepEqual(
    nearLinks(plane, Float32Array.of(0.25, 0.5), 0).map(({strength}) => strength),
    [0.5, 1],
  );
  assert.ok(nearLinks(plane, null, 0)[0].strength > nearLinks(plane, null, 0)[1].strength);
});

test("two taps at one place are one gesture", () => {
  const tap = {x: 10, y: 10, time: 1000};
  assert.ok(isSecond(tap, {x: 12, y: 10, time: 1200}));
  assert.ok(!isSecond(tap, {x: 12, y: 10, time: 1400}));
  assert.ok(!isSecond(tap, {x: 30, y: 10, time: 1200}));
  assert.ok(!isSecond(null, tap));
});

test("the models of a dataset are shown on its own images, each with its own layers", () => {
  const models = /** @type {any[]} */ ([
    {name: "net", words: "net", size: 0},
    {name: "own-1", words: "yours, 3 batches", size: 4},
  ]);
  const own = propsOf(shipped, {isShipped: false, models, wanted: "own-1"}, sampleOf(["a", "b", "c"], 12));
  assert.deepEqual([own.checkpoint, own.per_class, own.startCount, own.truths], ["own-1", [5, 12], 12, {}]);
  assert.deepEqual([plainLayer(own, "net"), plainLayer(own, "own-1")], ["fc1", "codes"]);
  assert.deepEqual([own.titles["own-1"], own.listed], ["yours, 3 batches", ["net"]]);
  assert.equal(pointCount(own, {data: "images", n: 10}), 30);
  assert.equal(pointCount(props, {data: "noise", n: 7}), 70);
  const mine = featuresLink(own);
  const {view, problems} = mine.read(new URLSearchParams("tab=features&checkpoint=net&layer=codes,pixels&n=9"));
  assert.deepEqual(problems, []);
  assert.deepEqual(
    view.maps.map(({layer}) => layer),
    ["fc1", "pixels"], // a classifier has no codes
  );
  const shown = {hidden: new Set(), frame: null, point: null, own: null, sought: ""};
  assert.deepEqual(mine.read(mine.write(view, shown)).view, view); // the link names the model, and so the dataset
  assert.match(mine.write(view, shown).toString(), /checkpoint=net/);
  assert.match(mine.read(new URLSearchParams("tab=features&n=13")).problems[0], /5 to 12/);
});

test("few images start with a perplexity that they allow, in silence", () => {
  const models = /** @type {any[]} */ ([{name: "own-1", words: "yours", size: 4}]);
  const own = propsOf(shipped, {isShipped: false, models, wanted: "own-1"}, sampleOf(["a", "b"], 12));
  const {view, problems} = featuresLink(own).read(new URLSearchParams("tab=features&checkpoint=own-1"));
  assert.deepEqual(problems, []);
  assert.deepEqual(new Set(view.maps.map(({perplexity}) => perplexity)), new Set([23]));
  assert.equal(withinImages(view, pointCount(own, view)).problem, "");
});

test("examples of a visitor's model compare its pixels with what it makes of them", () => {
  const start = startView("own-1", {layer: "codes", n: 12});
  const presets = makeOwnPresets("codes");
  assert.equal(presetShown(start, presets, start), "PCA | t-SNE");
  assert.equal(presetShown({...start, ...presets["pixels | model"]}, presets, start), "pixels | model");
  assert.equal(withinLayers(start, ["pixels", "codes"], "codes"), start);
  assert.deepEqual(withinLayers(start, ["pixels", "fc1"], "fc1").maps[0].layer, "fc1");
});
