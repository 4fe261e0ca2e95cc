// @ts-check
import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {test} from "node:test";
import {bestOf, figure, formatFigure, winsOver} from "../../demos/denoise/parts/mismatch_grid.js";
import {formatLevel, indicesOf, levelProblems, levelsAt, nearest} from "../../demos/denoise/state.js";
import {isExact, isOfNow, stripView} from "../../demos/denoise/strip.js";

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
  const of = {pixels, noise: "both", seed: 0, at: [1, 1]};
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
