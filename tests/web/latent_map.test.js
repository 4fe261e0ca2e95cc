// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {sumWords} from "../../demos/latent_map/loss_view.js";

test("the terms of a VAE's loss are those of one image and add up", () => {
  assert.equal(
    sumWords({mse: 0.0125, nats: [1, 2, 5], kl_weight: 0.25}),
    "This image: squared error 9.8 + 0.25 × 8.0 nats = 11.8",
  );
});
