// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {propsOf, serverOf} from "../../demos/autodecoder/sets.js";
import {networksOf} from "../../demos/classify/networks.js";
import {denoisersOf} from "../../demos/denoise/denoisers.js";
import {ganOf} from "../../demos/gan/sets.js";
import {askedAbout, setOf} from "../../demos/web/components/datasets/dataset_tab.js";
import {modelOptionsHtml} from "../../demos/web/components/datasets/model_select.js";
import {squareOf} from "../../demos/web/lib/image.js";
import {dab} from "../../demos/web/lib/input/brush.js";
import {symbolOf} from "../../demos/web/lib/plots/plot_symbols.js";
import {joinedModels} from "../../demos/web/lib/server/joined_models.js";
import {pictureBytes} from "../../demos/web/lib/server/sample.js";

/** @typedef {import("../../demos/web/types").SessionModel} SessionModel */

const digits = {name: "set-1", title: "Digits"};
const fashion = {name: "fashion-mnist", title: "Fashion-MNIST"};
/** @type {(name: string, more?: Partial<SessionModel>) => SessionModel} */
const model = (name, more = {}) => ({name, words: name, size: 4, opens: [], dataset: digits, ...more});
const own = (/** @type {string} */ name, more = {}) => model(name, {words: "yours, 3 batches", ...more});
const other = {isShipped: false, isFashion: false, wanted: "", dataset: /** @type {any} */ ({}), imageCount: 60};
const shipped = {...other, isShipped: true, isFashion: true, models: []};

test("a model belongs to its dataset, and one of clothes from a folder to a set of its own", () => {
  assert.equal(setOf(model("a"), true), "set-1");
  assert.equal(setOf(model("a", {dataset: fashion}), true), "fashion-mnist of folders");
  assert.equal(setOf(own("a", {dataset: undefined}), true), "fashion-mnist"); // beside those that ship
  assert.equal(setOf(own("a", {dataset: fashion}), false), "fashion-mnist of folders");
});

test("networks of another dataset stand alone, the wanted one first, those of clothes beside what ships", () => {
  const resnet = {name: "resnet", title: "ResNet"};
  assert.deepEqual(networksOf([resnet], shipped), [resnet]);
  const models = [model("a"), own("mine"), model("b"), model("c"), model("d")];
  const named = networksOf([resnet], {...other, models, wanted: "c"});
  assert.deepEqual(
    named.map(({name}) => name),
    ["c", "a", "b"],
  );
  assert.deepEqual(networksOf([resnet], {...other, models: [own("mine")], wanted: "mine"})[0].isSessionModel, true);
  const clothes = networksOf([resnet], {...other, isFashion: true, models: [model("a")]});
  assert.deepEqual(
    clothes.map(({name}) => name),
    ["a", "resnet"],
  );
});

test("denoisers that met noise stand before those that met none, and the filter last", () => {
  const known = {denoisers: ["unet", "median"], denoiser: "unet", one_noise: {"one-kind": "gaussian"}};
  assert.deepEqual(denoisersOf(known, shipped), {...known, notes: {}});
  const models = [model("cae", {family: "autoencoder"}), model("clean", {family: "denoiser"})];
  const {denoisers, denoiser, notes} = denoisersOf(known, {...other, models});
  assert.deepEqual([denoisers, denoiser], [["clean", "cae", "median"], "clean"]);
  assert.deepEqual(notes, {clean: "met noise", cae: "met none"});
});

test("a generator is the wanted one, else the newest", () => {
  assert.equal(ganOf(shipped), undefined);
  assert.equal(ganOf({...other, models: [model("a"), model("b")], wanted: "a"})?.name, "a");
  assert.equal(ganOf({...other, models: [model("a"), model("b")]})?.name, "b");
});

test("auto-decoders of another dataset are at most four, without the views of what ships", async () => {
  const props = /** @type {any} */ ({models: ["ad"], distances: {ad: 3}});
  const own = {distribution: "uniform", classifier: "net"};
  const models = ["a", "b", "c", "d", "e"].map((name) => ({...model(name), ...own}));
  const shown = propsOf(props, {
    ...other,
    models,
    wanted: "e",
    loadSample: /** @type {any} */ (null),
    leaves: () => false,
  });
  assert.deepEqual(shown.models, ["e", "a", "b", "c"]);
  assert.deepEqual([shown.families.e, shown.classifier], ["uniform", "net"]);
  assert.deepEqual(Object.keys(shown.views ?? {}), ["magnitude", "try", "fit", "map", "path"]);
  const asked = /** @type {any[]} */ ([]);
  const answer = async (/** @type {any} */ request) => asked.push(request);
  const server = serverOf(
    /** @type {any} */ ({load_path: answer, read_upload: answer, load_layout: answer}),
    shown,
    other,
  );
  await server.load_path({a: 1, b: 2});
  await server.read_upload({file: "x"});
  await server.load_layout({checkpoint: "b"});
  assert.deepEqual(asked, [{a: 1, b: 2, models: shown.models}, {file: "x", checkpoint: "e"}, {checkpoint: "b"}]);
});

test("functions that are asked about a model name it, the others do not", async () => {
  const server = {one: async (/** @type {any} */ r) => r, two: async (/** @type {any} */ r) => r};
  const about = askedAbout(server, ["one"], {checkpoint: "m"});
  assert.deepEqual([await about.one({x: 1}), await about.two({x: 1})], [{x: 1, checkpoint: "m"}, {x: 1}]);
  const inherited = askedAbout(Object.create(server), ["one"], {checkpoint: "m"}); // as first answers leave it
  assert.deepEqual(await inherited.two({x: 1}), {x: 1});
});

test("models are grouped by dataset once there are several, and names are shown as they are", () => {
  const option = (/** @type {string} */ name, /** @type {string} */ group) => ({name, label: name, group});
  assert.equal(modelOptionsHtml([option("a", "X")]), '<option value="a">a</option>');
  const html = modelOptionsHtml([option("a", "X"), option("b", "<Y>"), option("c", "X")]);
  assert.deepEqual(html.match(/<optgroup label="[^"]*"|value="."/g), [
    '<optgroup label="X"',
    'value="a"',
    'value="c"',
    '<optgroup label="&lt;Y&gt;"',
    'value="b"',
  ]);
});

test("models of one dataset are alike, and requests name those that do not ship", () => {
  const joined = joinedModels(/** @type {any} */ ({load_sample: null}));
  joined.join(model("a"));
  joined.join(model("b"));
  joined.join(own("mine", {dataset: undefined}));
  assert.equal(joined.areAlike("a", "b"), true);
  assert.equal(joined.areAlike("a", "cae-27"), false);
  assert.equal(joined.areAlike("mine", "cae-27"), true);
  assert.deepEqual(joined.about({file: "x"}, "a"), {file: "x", checkpoint: "a"});
  assert.deepEqual(joined.about({file: "x"}, "cae-27"), {file: "x"});
});

test("a square of bytes is grey or in colour, whatever its side", () => {
  for (const side of [28, 32]) {
    assert.deepEqual(squareOf(new Uint8Array(side ** 2)), {side, channels: 1});
    assert.deepEqual(squareOf(new Uint8Array(3 * side ** 2)), {side, channels: 3});
    assert.equal(pictureBytes({image_shape: [3, side, side]}), 3 * side ** 2);
  }
});

test("white ink covers every colour of a picture", () => {
  const pixels = new Uint8Array(3 * 32 * 32);
  dab(pixels, {x: 16.5, y: 16.5}, {radius: 1, ink: 1, size: 32, channels: 3});
  const at = 3 * (16 * 32 + 16);
  assert.deepEqual([...pixels.subarray(at, at + 3)], [255, 255, 255]);
  assert.equal(pixels[0], 0);
});

test("many classes are marked by the shapes of their dataset, few by one each", () => {
  const few = Array(10).fill("circle");
  assert.equal(new Set(few.map((_, k) => symbolOf(few, k))).size, 10);
  const many = [...Array(10).fill("circle"), ...Array(10).fill("triangle")];
  assert.deepEqual([symbolOf(many, 0), symbolOf(many, 12)], ["circle", "triangle-up"]);
});
