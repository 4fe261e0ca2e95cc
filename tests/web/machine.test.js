// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {modelOf} from "../../demos/web/machine/fold.js";
import {shapeWords, slab, wordsOf} from "../../demos/web/machine/machine.js";

test("a model's layers and parameters are counted, what goes in is none", () => {
  const layer = (/** @type {number} */ parameters) => ({
    part: "",
    name: "",
    kind: "",
    followed_by: [],
    shape: [1],
    parameters,
    tap: "",
  });
  const words = wordsOf({checkpoint: "x", parameters: 12345, layers: [layer(0), layer(12000), layer(345)]});
  assert.match(words, /^2 layers with weights, 12 345 parameters\./);
});

test("shapes are read as maps, height and width, or as a count", () => {
  assert.equal(shapeWords([32, 16, 16]), "32 × 16 × 16");
  assert.equal(shapeWords([3072]), "3 072");
});

test("larger maps are drawn higher, more maps wider, and no slab vanishes or fills the page", () => {
  assert.ok(slab([32, 32, 32]).height > slab([32, 16, 16]).height);
  assert.ok(slab([64, 16, 16]).width > slab([32, 16, 16]).width);
  assert.ok(slab([1]).height > 5 && slab([1, 1, 1]).width > 5);
  assert.ok(slab([9216]).height < 130 && slab([3, 256, 256]).height < 130);
});

test("the model of a view is found under any name of its link, alone or in a list", () => {
  const models = ["cae-27", "vae-faces"];
  const of = (/** @type {string} */ link) => modelOf(new URLSearchParams(link), models);
  assert.equal(of("tab=interpolate&model=vae-faces&a=1"), "vae-faces");
  assert.equal(of("tab=x&checkpoint=other,cae-27"), "cae-27");
  assert.equal(of("tab=x&note=vae"), null);
  assert.equal(modelOf(null, models), null);
});
