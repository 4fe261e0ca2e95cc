// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {viewsOf} from "../../demos/gan/link.js";
import {lossData, movingAverage} from "../../demos/gan/losses.js";
import {fewestFor, summary} from "../../demos/gan/parts/class_counts.js";
import {roomyTicks} from "../../demos/gan/parts/stacks.js";
import {propsOf} from "../../demos/gan/sets.js";

test("a moving average keeps the ends, the length and a straight line", () => {
  assert.deepEqual(movingAverage([1, 2, 3, 4, 5], 3), [1, 2, 3, 4, 5]);
  assert.deepEqual(movingAverage([0, 3, 0, 3, 0], 3), [0, 1, 2, 1, 0]);
  assert.deepEqual(movingAverage([4, 8], 1), [4, 8]);
});

test("both losses are drawn smoothed, by name, and as they were", () => {
  const swinging = Array.from({length: 400}, (_, k) => 1 + (k % 2));
  const levels = {discriminator: 1.38, generator: 0.8, floor: 0.325};
  const film = /** @type {any} */ ({discriminator: swinging, generator: swinging, epochs: [0, 10], levels});
  const {series, targets} = lossData(film);
  assert.deepEqual(
    series.map(({name}) => name),
    ["discriminator", "generator", "", ""],
  );
  const middle = /** @type {number} */ (series[0].values[200]);
  assert.ok(Math.abs(middle - 1.5) < 0.06);
  assert.deepEqual(series[2].values, swinging);
  assert.deepEqual(
    targets?.map(({value}) => value),
    [1.38, 0.8, 0.325],
  );
});

test("the classes that hold most pictures are counted, the largest first", () => {
  assert.equal(fewestFor([0, 60, 0, 4], 57), 1);
  assert.equal(fewestFor([10, 20, 30, 4], 57), 3);
  assert.equal(fewestFor([16, 16, 16, 16], 64), 4);
});

test("a snapshot is told in words: its classes, what most are, and what is black", () => {
  assert.equal(
    summary([4, 60, 0], 0.125, 64),
    "2 of 3 classes; 1 class holds 90 % of the pictures. Recall: 13 % of real pictures.",
  );
  assert.match(summary([20, 20, 20], 0, 64), /3 classes hold 90 % .* 4 pictures are black\.$/);
  assert.equal(summary([0, 0, 0], 0, 64), "All pictures are black: nothing to name.");
});

test("a scale has the foremost ticks, and more where there is room", () => {
  const ticks = [0.5, 0.1, 0.9, 0.4, 0.45].map((at) => ({at}));
  const shown = (/** @type {number} */ times) => roomyTicks(ticks, (at) => times * at, 60).map(({at}) => at);
  assert.deepEqual(shown(100), [0.5]);
  assert.deepEqual(shown(200), [0.5, 0.1, 0.9]);
  assert.deepEqual(shown(700), [0.5, 0.1, 0.9, 0.4]);
  assert.deepEqual(shown(2000), [0.5, 0.1, 0.9, 0.4, 0.45]);
});

test("a GAN that does not ship has its own run, and the classifier of its pictures", () => {
  const shipped = /** @type {any} */ ({checkpoint: "dcgan", classifier: "exact", runs: {dcgan: "healthy run"}});
  const models = /** @type {any[]} */ ([
    {name: "birds-gan", words: "Birds", has_film: false, classifier: "birds-net"},
    {name: "own-1", words: "yours, 3 batches", classifier: null},
  ]);
  const set = {isShipped: false, isFashion: false, models, wanted: "birds-gan", dataset: /** @type {any} */ ({})};
  assert.equal(propsOf(shipped, {...set, isShipped: true}).classifier, "exact");
  const {checkpoint, classifier, runs, hasFilm} = propsOf(shipped, set);
  assert.deepEqual([checkpoint, classifier, runs, hasFilm], ["birds-gan", "birds-net", {"birds-gan": "Birds"}, false]);
  assert.deepEqual(Object.keys(viewsOf({hasFilm})), ["walk", "score"]); // nothing is known of its training
  assert.deepEqual(Object.keys(viewsOf(shipped)), ["training", "walk", "score"]);
  assert.equal(propsOf(shipped, {...set, wanted: ""}).classifier, null); // one may still come
  assert.equal(propsOf(shipped, {...set, isFashion: true}).classifier, "exact");
});
