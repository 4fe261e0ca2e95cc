// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {torchRandom} from "../../demos/web/lib/local/random.js";

const near = (/** @type {ArrayLike<number>} */ given, /** @type {number[]} */ wanted) => {
  assert.equal(given.length, wanted.length);
  for (const [k, value] of wanted.entries())
    assert.ok(Math.abs(given[k] - value) < 1e-6, `${k}: ${given[k]}, ${value}`);
};
const ends = (/** @type {Float32Array} */ values) => [...values.slice(0, 2), ...values.slice(-2)];

test("the numbers of torch 2 for a seed, however they are drawn", () => {
  // torch.rand(5), then torch.randn(20), (5), (3), (16) and (3), all of Generator().manual_seed(2**32 - 1)
  const random = torchRandom(2 ** 32 - 1);
  assert.deepEqual(
    [...random.uniform(5)],
    [0.9937993884086609, 0.5713063478469849, 0.5700080394744873, 0.04950374364852905, 0.9930374622344971],
  );
  near(ends(random.normal(20)), [1.5642089, -1.2553997, -0.0470323, 1.0392603]);
  near(random.normal(5), [-0.8927263, 1.5998288, 1.6661897, -0.7774607, -0.0447195]);
  near(random.normal(3), [-0.1189108, 0.6022472, 0.1149191]);
  near(ends(random.normal(16)), [0.5040977, -0.913904, 1.0239915, -1.2731378]);
  near(random.normal(3), [0.2537879, 0.5007694, -0.0187077]);
});

test("a new state after every 624 words", () => {
  const values = torchRandom(0).uniform(1000); // torch.rand(1000) of the seed 0
  assert.deepEqual([...values.slice(-3)], [0.33918869495391846, 0.5017943978309631, 0.40386343002319336]);
});
