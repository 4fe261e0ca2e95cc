// @ts-check
// The worker that computes: it answers {id, load} and {id, run} with {id, answer} or a Failure.
import * as runtime from "../../vendor/onnxruntime-web-1.30.0.js";
import {fileReader} from "./files.js";
import {modelHost, NotListed, TooLarge} from "./host.js";

const STORE = "loom-models";
const ROOT = new URL("../../../../../", import.meta.url); // of the app: this lies at web/HASH/web/lib/local/
const at = (/** @type {string} */ address) => new URL(address, ROOT).href;

const isStored = import.meta.url.endsWith("?stored"); // by the page's own service worker
const opening = (!isStored && globalThis.caches?.open(STORE).catch(() => null)) || null; // none over plain HTTP

/** @type {ReturnType<typeof fileReader> | null} */
let reader = null;
const host = modelHost({
  runtime,
  async list() {
    const response = await fetch(at("models/list"));
    if (!response.ok) throw new TypeError(`the list of models: ${response.status}`);
    return response.json();
  },
  async find(name) {
    const response = await fetch(at(`models/added/${encodeURIComponent(name)}`));
    if (response.status === 404) return null;
    if (!response.ok) throw new TypeError(`the files of ${name}: ${response.status}`);
    return response.json();
  },
  async read(file) {
    reader ??= fileReader({fetch: (address, init) => fetch(address, init), store: await opening});
    return reader({...file, address: at(file.address)});
  },
});

self.addEventListener("message", async ({data: {id, load, most, run}}) => {
  try {
    const answer = load ? await host.load(load, most) : await host.run(run);
    self.postMessage({id, answer});
  } catch (error) {
    const isFinal = !(error instanceof TypeError); // what the network lost is asked for again
    const problem = error instanceof Error ? error.message : String(error);
    const isTrouble = !(error instanceof NotListed || error instanceof TooLarge);
    self.postMessage({id, problem, isFinal, isTrouble, isTooLarge: error instanceof TooLarge});
  }
});
