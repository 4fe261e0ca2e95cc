// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {readLink, writeLink} from "../../demos/live/link.js";
import {CHARTS, chartData, curvesCsv, keyHtml, natsOf} from "../../demos/live/parts/curves.js";
import {afterKey, fromSlider, nearestAllowed, toSlider} from "../../demos/live/parts/fields.js";
import {machineKey} from "../../demos/live/parts/machine.js";
import {interleavedRows} from "../../demos/live/parts/pictures.js";
import {chosenSince, liveRun, steering} from "../../demos/live/run.js";
import {adviceWords, outageWords, progressWords, statusWords, withMore} from "../../demos/live/snapshots.js";
import {collapsedWords} from "../../demos/web/components/charts/loss_bars.js";
import {compact, plain} from "../../demos/web/lib/format.js";

const epochs = {
  name: "epochs",
  label: "passes",
  help: "",
  low: 1,
  high: 200,
  whole: true,
  log: true,
  live_editable: true,
};
const rate = {...epochs, name: "learning_rate", label: "learning rate", low: 1e-5, high: 1, whole: false};
const props = {
  classes: [],
  colors: [],
  tab_titles: {},
  hyperparameters: {epochs, learning_rate: rate},
  models: {
    cae: {title: "Autoencoder", defaults: {learning_rate: 0.01, epochs: 20}, opens: []},
    gan: {title: "GAN", defaults: {epochs: 6}, opens: []},
  },
};

/** @returns {import("../../demos/live/types").Snapshot} */
const snapshot = (/** @type {number} */ k, metrics = /** @type {any} */ (null)) => ({
  k,
  step: 10 * k,
  epoch: k,
  seconds: k,
  learning_rate: 0.01,
  losses: {mse: 1 / (k + 1)},
  metrics,
  problem: "",
  rows: [],
  counts: [],
  sprite: null,
});

test("a link names the model, and its values where they are not the defaults", () => {
  const state = {model: "cae", data: "fashion", values: {learning_rate: 0.3, epochs: 20}, play: true};
  assert.equal(writeLink(props, state).toString(), "tab=live&model=cae&learning_rate=0.3&play=1");
  assert.deepEqual(readLink(props, writeLink(props, state)), {...state, problems: []});
});

test("a link names the visitor's own pictures, but does not hold them", () => {
  const state = {model: "cae", data: "draw", values: {learning_rate: 0.01, epochs: 20}, play: false};
  assert.equal(writeLink(props, state).toString(), "tab=live&model=cae&data=draw");
  assert.deepEqual(readLink(props, writeLink(props, state)), {...state, problems: []});
});

test("a broken value of a link is named, and the rest is kept", () => {
  const query = new URLSearchParams("tab=live&model=gan&epochs=1.5&play=1");
  const {model, values, play, problems} = readLink(props, query);
  assert.deepEqual([model, values, play], ["gan", {epochs: 6}, true]);
  assert.equal(problems.length, 1);
  assert.match(problems[0], /epochs/);
  const other = readLink(props, new URLSearchParams("tab=live&model=constructor&epochs=3"));
  assert.deepEqual([other.model, other.values.epochs], ["cae", 3]);
  assert.match(other.problems[0], /model/);
});

test("sliders and values are each other's inverse, and keys move by at least one", () => {
  for (const v of [1, 7, 200]) assert.equal(nearestAllowed(epochs, fromSlider(epochs, toSlider(epochs, v))), v);
  assert.deepEqual([nearestAllowed(epochs, 900), nearestAllowed(rate, 0.0123456)], [200, 0.0123]);
  assert.deepEqual([afterKey(epochs, 1, "ArrowRight"), afterKey(epochs, 2, "ArrowLeft")], [2, 1]);
  assert.equal(afterKey(epochs, 200, "PageUp"), 200);
});

test("snapshots thin out, and none takes its metrics along", () => {
  const all = Array.from({length: 9}, (_, k) => snapshot(k, k === 3 ? {validation_mse: 0.5} : null));
  const {snapshots, at} = withMore(all.slice(0, 7), all.slice(7), 6, 8);
  assert.deepEqual(
    snapshots.map(({k}) => k),
    [0, 2, 4, 6, 8],
  );
  assert.equal(snapshots[2].metrics?.validation_mse, 0.5);
  assert.equal(snapshots[at].k, 6);
  assert.equal(withMore(all, [], 3).snapshots.length, 9);
});

test("a run is said in words, also with fewer passes than are done", () => {
  assert.equal(progressWords(snapshot(2), 20), "pass 2.00 of 20 · batch 20 · 2 s");
  assert.equal(progressWords(snapshot(5), 1), "5.00 passes · batch 50 · 5 s");
  assert.equal(statusWords({state: "waiting", place: 2, line: 3}, ""), "waiting for a free place: 2 of 3 in line");
  assert.equal(statusWords({state: "ended", place: 0, line: 0}, "pass 1"), "ended · pass 1");
  assert.match(
    outageWords(6100, 54, 0),
    /away for 6 s and the run went on. 54 moments arrived after it; none was missed/,
  );
  assert.match(outageWords(100, 1, 12), /for 1 s .* 1 moment arrived after it; 12 moments between them were missed/);
});

test("curves hold what was measured, and the key the last of it", () => {
  const [errors] = CHARTS.cae;
  assert.equal(chartData(errors, [], 20), null);
  const snapshots = [snapshot(0, {validation_mse: 0.25}), snapshot(1), snapshot(2)];
  const data = chartData(errors, snapshots, 20);
  assert.deepEqual([data?.until, data?.series[0].values.length], [2, 3]);
  assert.match(keyHtml(errors, snapshots, 2), /held out <b>0.25<\/b>/);
  assert.match(keyHtml(errors, snapshots, -1), /held out <b><\/b>/);
  const [head, first] = curvesCsv(CHARTS.cae, snapshots).split("\n");
  assert.match(head, /^batch,pass,seconds,"mean squared error: batches"/);
  assert.equal(first, "0,0,0,1,0.25,,");
});

test("huge values have exponents", () => {
  assert.deepEqual([compact(123456789), compact(0.00123456), compact(-2e15)], ["1.23e8", "0.00123", "-2e15"]);
  assert.deepEqual([plain(1e12), plain(999_999), plain(0)], ["1e12", "999999", "0"]);
});

test("fixed rows and rows of a snapshot stand by turns", () => {
  const rows = interleavedRows({fixed: ["a", "b"], fixed_counts: [10, 5]}, {rows: ["x"], counts: [10]});
  assert.deepEqual(
    rows.map(({name, first}) => [name, first]),
    [
      ["a", 0],
      ["x", 0],
      ["b", 10],
    ],
  );
});

test("the lesson of a run stays when it rests or ends, beside the reason", () => {
  const said = {advice: "Two numbers for a picture.", news: "", words: "All passes are done."};
  assert.equal(adviceWords(said, false), "Two numbers for a picture. All passes are done.");
  assert.equal(adviceWords(said, true), "Two numbers for a picture."); // the notice says why it ended
  assert.equal(adviceWords({...said, news: "None was missed.", words: ""}, false), `${said.advice} None was missed.`);
  assert.equal(adviceWords({advice: "", news: "", words: ""}, false), "");
});

test("a command to a run says every value that it may change, so that none is lost on the way", () => {
  const some = {learning_rate: {live_editable: true}, noise: {live_editable: true}, width: {live_editable: false}};
  const values = {learning_rate: 0.1, noise: 2, width: 8};
  assert.deepEqual(steering(values, some), {do: "change", values: {learning_rate: 0.1, noise: 2}});
  const chosen = {...values, noise: 3, width: 16};
  const since = chosenSince(chosen, values, {...values, learning_rate: 0.2}, some);
  assert.deepEqual(since, {values: {learning_rate: 0.2, noise: 3, width: 16}, waiting: ["width"], isToSteer: true});
  assert.equal(chosenSince({...values, width: 16}, values, values, some).isToSteer, false);
});

test("what comes late of a run that was given up is not heard", async () => {
  /** @type {((answer: object) => void)[]} */
  const asked = [];
  /** @type {number[]} */
  const numbers = [];
  const late = (/** @type {{number: number}} */ {number}) => {
    numbers.push(number);
    return new Promise((resolve) => asked.push(resolve));
  };
  /** @type {unknown[]} */
  const heard = [];
  const hear = (/** @type {unknown} */ what) => heard.push(what);
  const server = /** @type {any} */ ({command: late, end: async () => ({})});
  const run = liveRun(server, {onNews: hear, onEnd: hear, onReturn: hear, onAnswer: hear, onError: hear});
  const commands = [run.command("pause"), run.steer({do: "change", values: {noise: 1}})];
  await run.end(true);
  asked[0]({state: "paused"});
  asked[1]({error: "This run has ended."});
  await Promise.all(commands);
  assert.deepEqual(heard, []);
  const again = run.command("play");
  asked[2]({state: "training"});
  await again;
  assert.deepEqual(heard, [{state: "training"}]);
  assert.deepEqual(numbers, [1, 2, 3]);
});

test("what each number costs is told of a VAE alone, and where all of it is known", () => {
  const vae = /** @type {any} */ ({nats: [1, 2.5]});
  assert.deepEqual(natsOf(vae), [1, 2.5]);
  assert.equal(natsOf(/** @type {any} */ ({nats: [1, null]})), null);
  assert.equal(natsOf(/** @type {any} */ ({})), null);
  assert.equal(natsOf(undefined), null);
  const [errors, divergence] = CHARTS.vae;
  assert.deepEqual([errors.title, divergence.title], ["mean squared error", "KL from N(0, I) in nats, of an image"]);
  assert.equal(divergence.curves[0].read(vae), 3.5);
  assert.equal(divergence.curves[0].read(/** @type {any} */ ({})), null);
});

test("numbers that have collapsed are counted", () => {
  assert.match(collapsedWords(1, 8), /^1 of 8 has collapsed/);
  assert.match(collapsedWords(3, 8), /^3 of 8 have collapsed/);
});

test("the machine is drawn anew for other sizes, and for nothing else", () => {
  const values = {width: 9, latent_dim: 8, learning_rate: 0.01};
  const key = machineKey({model: "vae", values});
  assert.equal(machineKey({model: "vae", values: {...values, learning_rate: 1}}), key);
  assert.notEqual(machineKey({model: "vae", values: {...values, width: 4}}), key);
  assert.deepEqual(JSON.parse(key), {model: "vae", values: {width: 9, latent_dim: 8}});
});
