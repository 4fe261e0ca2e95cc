// @ts-check
// What a tab answers by itself, in Node: {tab, props, calls, listing, folder, sample, served} come in, a list of answers
// goes out, both in JSON; bytes are in base64. What a tab asks the server for is `served`, by function. The models are
// those of the repository and of the folder, and the runtime is the page's.
import {existsSync, readFileSync} from "node:fs";
import {text} from "node:stream/consumers";
import {localAnswers as autodecoder} from "../../demos/autodecoder/parts/local_answers.js";
import {localAnswers as classify} from "../../demos/classify/parts/local_answers.js";
import {localAnswers as denoise} from "../../demos/denoise/parts/local_answers.js";
import {localAnswers as diffusion} from "../../demos/diffusion/parts/local_answers.js";
import {localAnswers as gan} from "../../demos/gan/parts/local_answers.js";
import {localAnswers as interpolate} from "../../demos/interpolate/parts/local_answers.js";
import {localAnswers as latentMap} from "../../demos/latent_map/parts/local_answers.js";
import {fromBase64, toBase64} from "../../demos/web/lib/base64.js";
import {modelHost} from "../../demos/web/lib/local/host.js";
import * as ort from "../../demos/web/vendor/onnxruntime-web-1.30.0.js";

const ROOT = new URL("../../", import.meta.url);
const FOLDERS = /** @type {Record<string, string>} */ ({gz: "demos/web/vendor/"});

const {tab, props, calls, listing, folder: added, sample, served} = JSON.parse(await text(process.stdin));
const host = modelHost({
  runtime: /** @type {any} */ (ort),
  list: async () => listing,
  read: async ({address}) => {
    const name = address.split("/").at(-1) ?? "";
    if (added && existsSync(`${added}/${name}`)) return new Uint8Array(readFileSync(`${added}/${name}`)).buffer;
    const folder = FOLDERS[name.split(".").at(-1) ?? ""] ?? "weights/";
    return new Uint8Array(readFileSync(new URL(folder + name, ROOT))).buffer;
  },
});
const loaded = new Map();
const lost = /** @type {Promise<unknown>[]} */ ([]);
const models = {
  want(/** @type {string[]} */ names) {
    for (const name of names) {
      if (loaded.has(name)) continue;
      loaded.set(name, null);
      lost.push(host.load(name, Infinity).then((model) => loaded.set(name, model)));
    }
  },
  expect(/** @type {string} */ name, /** @type {() => Promise<unknown>} */ onHere) {
    this.want([name]);
    lost.push(onHere());
  },
  has: (/** @type {string} */ name, /** @type {string} */ part) => Boolean(loaded.get(name)?.parts.includes(part)),
  model: (/** @type {string} */ name) => loaded.get(name),
  run: (/** @type {string} */ name, /** @type {string} */ part, /** @type {any} */ inputs, outputs = []) =>
    host.run({name, part, inputs, outputs}),
};
const all = fromBase64(sample.pixels);
const size = all.length / sample.labels.length;
const pixels = (/** @type {number} */ i) => all.subarray(size * i, size * (i + 1));
const shown = {...sample, sprite: {pixels}};
const loadSample = async () => shown;

const server = Object.fromEntries(
  Object.entries(served).map(([name, answer]) => [name, async () => /** @type {any} */ (answer)]),
);

/** @type {Record<string, () => any>} */
const tabs = {
  classify: () => classify(props.warning, /** @type {any} */ (models)),
  latent_map: () => latentMap(/** @type {any} */ (server), loadSample, models),
  interpolate: () => interpolate(props, () => props, models),
  autodecoder: () => autodecoder(props, server, loadSample, models),
  diffusion: () => diffusion(props, loadSample, models),
  denoise: () => denoise(props, models),
  gan: () => gan(props, server, loadSample, models),
};
const answers = tabs[tab]();
const given = [];
for (const [name, request] of calls) {
  let answer = await answers[name](request, Infinity);
  while (!answer && lost.length) {
    while (lost.length) await Promise.all(lost.splice(0)); // the models that it wants, and what they want
    answer = await answers[name](request, Infinity);
  }
  given.push(answer);
}
const inText = (/** @type {string} */ _, /** @type {any} */ value) =>
  value instanceof Uint8Array ? toBase64(value) : value;
process.stdout.write(JSON.stringify(given, inText));
