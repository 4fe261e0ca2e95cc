// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {isSamePicture} from "../../demos/web/lib/picture_link.js";
import {bytes, flag, integer, number, numbers, oneOf, text, urlState} from "../../demos/web/lib/url_state.js";

const link = urlState({
  tab: "classify",
  fields: {
    image: integer({min: 0, max: 999, fallback: 12}),
    view: oneOf(["images", "training"]),
    alpha: number({min: 0, max: 1, fallback: 0.5, clamp: true, digits: 2}),
    pixels: bytes(4),
    attributes: numbers({count: 2, min: -3, max: 3}),
    beyond: flag(),
    code: text({matches: /^[\w-]+$/, wants: "a code"}),
  },
});
const read = (/** @type {string} */ query) => link.read(new URLSearchParams(query));

test("without parameters every value is its fallback", () => {
  const {state, problems, given} = read("tab=classify");
  assert.deepEqual(state, {
    image: 12,
    view: "images",
    alpha: 0.5,
    pixels: null,
    attributes: null,
    beyond: false,
    code: null,
  });
  assert.deepEqual([problems, given], [[], []]);
});

test("what is written is read again", () => {
  const state = {
    image: 3,
    view: "training",
    alpha: 0.25,
    pixels: Uint8Array.of(255, 254, 63, 0),
    attributes: [1.5, -2],
    beyond: true,
    code: "a-b_c",
  };
  const query = link.write(state);
  assert.equal(query.get("tab"), "classify");
  assert.match(query.get("pixels") ?? "", /^[\w=-]+$/);
  const {state: again, problems} = link.read(new URLSearchParams(query.toString()));
  assert.deepEqual(again, state);
  assert.deepEqual(problems, []);
});

test("what is null is not written, and numbers are as long as they need be", () => {
  assert.equal(link.write({image: 7, alpha: 1 / 3, pixels: null}).toString(), "tab=classify&image=7&alpha=0.33");
});

test("a link of another tab says nothing", () => {
  assert.equal(read("tab=gan&image=99").state.image, 12);
  assert.equal(read("image=99").state.image, 12);
});

test("each broken value is named in a sentence, and the others hold", () => {
  const broken = read("tab=classify&image=1.5&view=toString&pixels=!!&attributes=1&code=%20&alpha=x&beyond=yes");
  assert.deepEqual(broken.given, []);
  assert.deepEqual(broken.problems, [
    'The link\'s image must be a whole number from 0 to 999, not "1.5"; 12 is shown.',
    'The link\'s view must be one of images, training, not "toString"; images is shown.',
    'The link\'s alpha must be a number from 0 to 1, not "x"; 0.5 is shown.',
    'The link\'s pixels must be 4 bytes in base64, not "!!".',
    'The link\'s attributes must be 2 numbers from -3 to 3 with commas between them, not "1".',
    'The link\'s beyond must be 0 or 1, not "yes"; 0 is shown.',
    'The link\'s code must be a code, not " ".',
  ]);
  assert.equal(read("tab=classify&image=1e999&view=training").state.view, "training");
});

test("a value out of range is refused, or taken to the nearest end where that is wanted", () => {
  assert.equal(read("tab=classify&image=1000").problems.length, 1);
  assert.equal(read("tab=classify&alpha=7").state.alpha, 1);
  assert.equal(read("tab=classify&alpha=").problems.length, 1);
});

test("options may grow while the tab is open", () => {
  const models = ["cae-2"];
  const schema = urlState({tab: "t", fields: {model: oneOf(() => models)}});
  models.push("my-cae");
  assert.equal(schema.read(new URLSearchParams("tab=t&model=my-cae")).state.model, "my-cae");
});

test("a field may explain a broken value in a sentence of its own", () => {
  const model = {...oneOf(["cae-2"]), explain: (/** @type {string} */ quoted) => `There is no decoder ${quoted}.`};
  const read = (/** @type {string} */ name) =>
    urlState({tab: "a", fields: {model}}).read(new URLSearchParams({tab: "a", model: name})).problems;
  assert.deepEqual(read("x"), ['There is no decoder "x".']);
  assert.deepEqual(read("x".repeat(900)), [`There is no decoder "${"x".repeat(24)}…".`]);
});

test("a link's picture is the one shown where it is the same image or the same drawing", () => {
  const drawn = {image: null, pixels: Uint8Array.of(1, 2)};
  const image = {image: 3, pixels: null};
  assert.equal(isSamePicture(image, {image: 3, pixels: Uint8Array.of(9, 9)}), true);
  assert.equal(isSamePicture(image, drawn), false);
  assert.equal(isSamePicture(drawn, {image: null, pixels: Uint8Array.of(1, 2)}), true);
  assert.equal(isSamePicture(drawn, {image: null, pixels: Uint8Array.of(1, 3)}), false);
  assert.equal(isSamePicture(drawn, {image: 3, pixels: Uint8Array.of(1, 2)}), false);
});
