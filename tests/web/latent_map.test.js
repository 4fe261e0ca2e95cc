// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {latentMapLink} from "../../demos/latent_map/link.js";
import {toBase64} from "../../demos/web/lib/base64.js";

const props = {
  ...{maps: ["PCA", "t-SNE"], spaces: {"cae-4": 4}, checkpoint: "cae-4", image: 100, steps: 41},
};
let dataset = /** @type {any} */ ({image_shape: [1, 28, 28]});
const link = latentMapLink({
  props: /** @type {any} */ (props),
  spaces: props.spaces,
  dataset: () => dataset,
  imageCount: () => 1000,
});
const shown = {model: "cae-4", map: "t-SNE", under: true, points: false, sought: "bag 7"};

test("a link to a picture of one's own brings it back", () => {
  const pixels = toBase64(Uint8Array.from({length: 784}, (_, k) => k % 256));
  const words = new URLSearchParams(String(link.write({...shown, pinned: {pixels}})));
  assert.ok(words.has("pixels"));
  const {problems, ...read} = link.read(words);
  assert.deepEqual(read, {...shown, pinned: {pixels}});
  assert.deepEqual(problems, []);
});

test("a link pins an image, a place or a code, and a broken picture is named", () => {
  const read = (/** @type {string} */ words) => link.read(new URLSearchParams(`tab=latent_map&${words}`));
  assert.deepEqual(read("x=1.5&y=2").pinned, {x: 1.5, y: 2, i: -1});
  assert.deepEqual(read("code=1,2,3,4").pinned, {code: [1, 2, 3, 4]});
  assert.deepEqual(read("").pinned, {i: 100});
  const {pinned, problems} = read("pixels=AAAA&i=7");
  assert.deepEqual(pinned, {i: 7});
  assert.match(problems[0], /28 × 28 pixels/);
});

test("a picture in a link is as large and as coloured as those of the model's dataset", () => {
  dataset = {image_shape: [3, 32, 32]};
  const pixels = toBase64(Uint8Array.from({length: 3072}, (_, k) => k % 251));
  const words = new URLSearchParams(String(link.write({...shown, pinned: {pixels}})));
  assert.deepEqual(link.read(words).pinned, {pixels});
  const {problems} = link.read(new URLSearchParams("tab=latent_map&pixels=AAAA"));
  assert.match(problems[0], /32 × 32 pixels/);
  dataset = {image_shape: [1, 28, 28]};
});
