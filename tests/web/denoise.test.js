// @ts-check
import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {test} from "node:test";
import {bestOf, figure, formatFigure, winsOver} from "../../demos/denoise/parts/mismatch_grid.js";
import {brightness, figuresOf, isCrossingOf, verdict, winnerOf} from "../../demos/denoise/parts/one_noise.js";
import {formatLevel, indicesOf, levelProblems, levelsAt, nearest} from "../../demos/denoise/state.js";
import {holds, isExact, isOfNow, isWhole, namesFor, stripView} from "../../demos/denoise/strip.js";

const std = {name: "standard deviation", unit: "of the brightness", values: [0, 0.25, 0.5, 1], start: 0.25};
const hit = {name: "pixels hit", unit: "%", values: [0, 0.1, 0.2], start: 0.1};
const grid = {
  images: 10,
  columns: [
    {kind: "gaussian", levels: [0.5]},
    {kind: "none", levels: []},
  ],
  psnr: {noisy: [10, null], unet: [20, 80], median: [15, null]},
  ssim: {noisy: [0.2, 1], unet: [0.9, 1], median: [0.5, 0.98]},
  classical: [21, null],
  one_noise: {},
};

test("levels are the nearest values, or the start", () => {
  assert.deepEqual(indicesOf([std, hit]), [1, 1]);
  assert.deepEqual(indicesOf([std, hit], [0.8, 0.19]), [3, 2]);
  assert.deepEqual(levelsAt([std, hit], [2, 0]), [0.5, 0]);
  assert.equal(nearest(std, -5), 0);
  assert.deepEqual([formatLevel(std, 0.25), formatLevel(hit, 0.1)], ["0.25", "10 %"]);
});

test("a level that the slider does not reach is named", () => {
  assert.deepEqual(levelProblems([std, hit], [0.5, 0.2]), []);
  assert.deepEqual(levelProblems([std, hit], null), []);
  assert.match(levelProblems([std], [7])[0], /level \(standard deviation\) must be from 0 to 1, not 7; 1 is shown/);
});

test("a strip is of one picture, noise and draw, and exact while the other slider stands still", () => {
  const pixels = new Uint8Array(4);
  const of = {pixels, noise: "both", seed: 0, at: [1, 1], names: ["unet"]};
  const now = {pixels, noise: "both", seed: 0, at: [3, 1], parameter: 0};
  assert.equal(isExact(of, now), true);
  assert.equal(isExact(of, {...now, parameter: 1}), false);
  assert.equal(isOfNow(of, {...now, parameter: 1}), true);
  for (const change of [{pixels: new Uint8Array(4)}, {noise: "box"}, {seed: 1}])
    assert.equal(isOfNow(of, {...now, ...change}), false);
});

test("a row a slider and picture, a column a level", () => {
  const psnr = [[1], [2], [3], [4]].map(([v]) => [v, 10 * v]);
  /** @type {number[]} */
  const painted = [];
  const sprite = /** @type {any} */ ({paint: (/** @type {number} */ i) => painted.push(i)});
  const strip = /** @type {any} */ ({columns: 2, psnr, ssim: psnr, sprite});
  const view = stripView(["unet"], strip, /** @type {any} */ ({parameter: 1, at: [0, 1]}));
  view.paint("unet", /** @type {any} */ (null));
  assert.deepEqual([view.psnr("noisy"), view.psnr("unet"), painted], [30, 40, [7]]);
});

test("the grid's figures, infinite and missing ones among them", () => {
  assert.equal(figure(grid, "gain", "unet", 0), 10);
  assert.equal(figure(grid, "gain", "unet", 1), undefined);
  assert.equal(figure(grid, "psnr", "classical", 1), undefined);
  assert.equal(figure(grid, "gain", "classical", 0), 11);
  assert.equal(figure(grid, "ssim", "classical", 0), undefined);
  assert.deepEqual(
    [bestOf(grid, "psnr", ["unet", "median"], 0), bestOf(grid, "psnr", ["unet", "median"], 1)],
    ["unet", "median"],
  );
  assert.deepEqual(
    [undefined, null, -1.25].map((v) => formatFigure(v, "gain")),
    ["–", "∞", "−1.3"],
  );
  assert.equal(formatFigure(0.9, "ssim"), ".90");
});

test("the shipped U-Net is above the best classical filter everywhere, the autoencoders are not", () => {
  const path = new URL("../../weights/denoising-grid.json", import.meta.url);
  const shipped = JSON.parse(readFileSync(path, "utf-8"));
  const {of, wins} = winsOver(shipped, ["denoiser-unet", "denoiser-cae", "cae-27"]);
  assert.equal(of, 10);
  assert.equal(wins["denoiser-unet"], of);
  assert.ok(wins["cae-27"] < wins["denoiser-cae"] && wins["denoiser-cae"] < of);
  const few = shipped.columns.findIndex(
    (/** @type {any} */ {kind, levels}) => kind === "salt_and_pepper" && levels[0] === 0.05,
  );
  for (const name of ["denoiser-cae", "cae-27"]) assert.ok(shipped.psnr[name][few] < shipped.classical[few] - 4);
});

const oneNoise = {pepper: "salt_and_pepper", normal: "gaussian", mixed: "both"};
const kinds = Object.fromEntries(
  Object.entries({salt_and_pepper: "Salt and pepper", gaussian: "Gaussian", both: "Both"}).map(([kind, title]) => [
    kind,
    {title, trained: true, parameters: [hit]},
  ]),
);
const rows = [
  [11, 12, 12],
  [19, 14, 15],
  [16, 19.5, null],
  [18, 17, 18],
];

test("a strip is asked for the network of one noise that is shown, and lacks the others", () => {
  const props = {denoisers: ["unet", "median"], one_noise: oneNoise};
  assert.deepEqual(namesFor(props, {model: "unet", left: "noisy"}), ["unet", "median"]);
  assert.deepEqual(namesFor(props, {model: "mixed", left: "pepper"}), ["unet", "median", "pepper", "mixed"]);
  const shown = {model: "unet", left: "clean"};
  assert.equal(holds({names: ["unet"]}, shown), true);
  assert.equal(holds({names: ["unet"]}, {...shown, left: "pepper"}), false);
  const pixels = new Uint8Array(4);
  const of = {pixels, noise: "box", seed: 0, at: [1], names: ["unet"]};
  const now = {pixels, noise: "box", seed: 0, at: [1], parameter: 0, ...shown};
  assert.deepEqual([isWhole(of, now), isWhole(of, {...now, model: "pepper"})], [true, false]);
});

test("what stands out in a column is its best figure, wherever it is", () => {
  const figures = figuresOf(oneNoise, rows);
  assert.deepEqual(figures.normal, {salt_and_pepper: 16, gaussian: 19.5, both: null});
  const winners = Object.values(oneNoise).map((kind) => winnerOf(oneNoise, figures, kind));
  assert.deepEqual(winners, ["pepper", "normal", "normal"]); // null is infinite
  assert.deepEqual(
    ["pepper", "normal", "mixed"].map((name) => brightness(oneNoise, figures, name, "salt_and_pepper")),
    [1, 0, 1 - 1 / 1.5],
  );
  assert.equal(brightness(oneNoise, figures, "mixed", "both"), 0);
});

test("the verdict says by how much the noise met is told apart, or where it is not", () => {
  const diagonal = figuresOf(oneNoise, [rows[0], rows[1], [16, 19.5, 15], rows[3]]);
  assert.match(
    verdict(oneNoise, diagonal, kinds),
    /1\.0 dB on salt and pepper, 2\.5 dB on Gaussian and 3\.0 dB on both/,
  );
  assert.match(
    verdict(oneNoise, figuresOf(oneNoise, rows), kinds),
    /^Not every .*: on both the one that met Gaussian is better\.$/,
  );
});

test("pictures of another draw or image are not of now", () => {
  const pixels = new Uint8Array(4);
  const of = {pixels, seed: 3};
  assert.deepEqual(
    [{...of}, {...of, seed: 4}, {...of, pixels: new Uint8Array(4)}].map((wanted) => isCrossingOf(of, wanted)),
    [true, false, false],
  );
});

test("the shipped networks of one noise make a bright diagonal", () => {
  const path = new URL("../../weights/denoising-grid.json", import.meta.url);
  const {one_noise: shipped} = JSON.parse(readFileSync(path, "utf-8"));
  const names = Object.keys(shipped).filter((name) => name !== "noisy");
  const met = Object.fromEntries(names.map((name, i) => [name, Object.keys(shipped.noisy)[i]]));
  for (const [name, kind] of Object.entries(met)) assert.equal(winnerOf(met, shipped, kind), name);
  assert.match(verdict(met, shipped, kinds), /^Each network is best on the noise it met/);
});
