// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {curveData, firstCurve, matrices, stagesHtml} from "../../demos/scoreboard/card.js";
import {bullet} from "../../demos/scoreboard/figures.js";
import {durationWords, goodWords, pupilRowHtml} from "../../demos/scoreboard/pupil.js";
import {learned} from "../../demos/scoreboard/table.js";
import {cellText} from "../../demos/web/components/charts/confusion.js";

const none = {value: null, margin: null};
const measure = {name: "test_course_error", value: 1, higher: false, goal: none, report: none, baseline: none};
const vad = /** @type {any} */ ({
  name: "vad",
  measures: [measure],
  history: {loss: [3, 2], mse: [1, 1.5], kl: [2, 0.5], validation_course_error: [0.1, 0.2]},
  loss_terms: ["mse", "kl"],
});

test("a loss of several terms is drawn with them where held-out images would stand alone", () => {
  assert.equal(firstCurve(vad), "loss");
  assert.deepEqual(learned(vad), [3, 2]);
  assert.deepEqual(
    curveData(vad, "loss").series.map(({name, values}) => [name, values]),
    [
      ["total", [3, 2]],
      ["squared error", [1, 1.5]],
      ["KL divergence, weighted", [2, 0.5]],
    ],
  );
  const one = curveData({...vad, loss_terms: ["mse"]}, "loss");
  assert.deepEqual(one.series.length, 1);
  const vae = {...vad, measures: [{...measure, name: "test_mse"}]};
  assert.equal(firstCurve(vae), "mse");
});

test("stages are shown by the options in which they differ", () => {
  const html = stagesHtml([
    {epochs: 50, seed: 0, shift: 2, ssim_weight: 0, minutes: 96.82, sha256: "a"},
    {epochs: 25, seed: 0, ssim_weight: 0.1, minutes: 3, sha256: "<b>"},
    {epochs: 12, minutes: 2}, // of which no more was noted
  ]);
  assert.equal(html.match(/<li>/g)?.length, 3);
  assert.match(html, /<li><small>96.8 minutes<\/small><dl><div><dt>epochs<\/dt><dd>50<\/dd>/);
  assert.match(html, /<dt>ssim weight<\/dt><dd>0.1<\/dd>/);
  assert.doesNotMatch(html, /seed|shift|sha256|undefined/);
});

test("a head with a frozen encoder stands beside the fine-tuned one, others alone", () => {
  const row = (/** @type {string} */ name, confusion = [[1]]) => /** @type {any} */ ({name, confusion});
  const rows = [row("a"), row("b"), row("b-frozen"), row("c", [])];
  const shown = (/** @type {any} */ one) => matrices(one, rows).map(({caption, row: {name}}) => [caption, name]);
  assert.deepEqual(shown(rows[0]), [["", "a"]]);
  const pair = [
    ["frozen encoder", "b-frozen"],
    ["fine-tuned", "b"],
  ];
  assert.deepEqual(shown(rows[1]), pair);
  assert.deepEqual(shown(rows[2]), pair);
  assert.deepEqual(shown(rows[3]), []);
});

test("a cell of a matrix is a count or a percentage of its row", () => {
  assert.deepEqual([cellText(12, 200, false), cellText(0, 200, false)], [12, ""]);
  assert.deepEqual([cellText(12, 200, true), cellText(1, 1000, true)], [6, ""]);
});

test("the bar starts at the report, else at the baseline", () => {
  const target = (/** @type {number} */ value) => ({value, margin: 0});
  assert.equal(bullet(measure), "");
  assert.match(bullet({...measure, baseline: target(2)}), /class="baseline"/);
  const both = bullet({...measure, report: target(3), baseline: target(2)});
  assert.match(both, /class="report"/);
  assert.doesNotMatch(both, /class="baseline"/);
});

test("at a glance a model is compared with the report, else with our goal", () => {
  const target = (/** @type {number} */ value, margin = 0.1) => ({value, margin});
  const accuracy = {...measure, name: "test_accuracy", value: 0.95, higher: true, goal: target(0.949, 0.001)};
  assert.deepEqual(goodWords({...accuracy, report: target(0.92, 0.03)}), {
    said: "95.00 % named right",
    compared: "better than the course report: 92.00 %",
    isGood: true,
  });
  assert.equal(goodWords(accuracy).compared, "better than our goal: 94.90 %");
  assert.equal(goodWords({...accuracy, goal: target(0.95, 0)}).compared, "as good as our goal: 95.00 %");
  assert.deepEqual(goodWords({...accuracy, goal: target(0.96, -0.01)}).isGood, false);
  assert.deepEqual(goodWords(measure), {said: "the course's error 1.00", compared: "", isGood: null});
});

test("minutes of training are said as people say them", () => {
  assert.deepEqual([0.2, 1.4, 14.7, 60, 76.7, 121].map(durationWords), [
    "1 minute",
    "1 minute",
    "15 minutes",
    "1 hour",
    "1 hour 17 minutes",
    "2 hours 1 minute",
  ]);
});

test("a row at a glance says what the model does, and text stays text", () => {
  const row = {...vad, model: "auto-decoder", minutes: 5, name: "<vad>"};
  assert.match(pupilRowHtml(row, false, 10), /&lt;vad&gt;<small>paints clothes from codes/);
  assert.match(pupilRowHtml(row, false, 10), /width:50%/);
  assert.match(pupilRowHtml({...row, error: "broken"}, false, 10), /colspan="2">broken/);
});
