// @ts-check
// A model that was downloaded before: its files are chosen, and the tabs that can show it are offered.
import {toBase64} from "../../web/lib/base64.js";
import {escapeHtml} from "../../web/lib/dom.js";
import {ask} from "../../web/lib/server/rpc.js";
import {addSessionModel, openSessionModel} from "../../web/lib/server/session_models.js";

const MOST = 20e6; // bytes of all files

/** @typedef {import("../../web/types").SessionModel} SessionModel */

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {(request: {files: {name: string, content: string}[]}) => Promise<SessionModel>} options.call
 * @param {Record<string, string>} options.titles of the tabs
 * @param {() => void} options.onTaken the session has a model in use
 * @param {(problem: string) => void} options.onError
 */
export function returnedModel(root, {call, titles, onTaken, onError}) {
  root.innerHTML = `<label class="loom-button">Bring a model back<input type="file" multiple
    accept=".zip,.safetensors,.json" aria-label="Bring a downloaded model back"></label>
    <span class="live-returned" role="status"></span>`;
  const input = /** @type {HTMLInputElement} */ (root.querySelector("input"));
  const place = /** @type {HTMLElement} */ (root.querySelector(".live-returned"));
  /** @type {SessionModel | null} */
  let taken = null;
  let turn = 0;

  const read = async (/** @type {File[]} */ files) => {
    const mine = ++turn;
    onError("");
    if (files.reduce((sum, {size}) => sum + size, 0) > MOST)
      return onError(`Together these files are over ${MOST / 1e6} MB. Choose those of one model.`);
    place.textContent = "Checking the model…";
    const contents = await Promise.all(
      files.map(async (file) => ({name: file.name, content: toBase64(new Uint8Array(await file.arrayBuffer()))})),
    );
    const answer = await ask(call, {files: contents});
    if (mine !== turn) return; // another one was chosen meanwhile
    place.textContent = "";
    if (answer.error) return onError(answer.error);
    taken = answer;
    onTaken();
    addSessionModel(taken);
    const buttons = taken.opens.map((tab) => `<button type="button" data-tab="${tab}">${titles[tab]}</button>`);
    place.innerHTML = `<small>open ${escapeHtml(taken.words.replace("yours, ", ""))} in</small> ${buttons.join("")}`;
  };
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length) read(files);
  });
  place.addEventListener("click", ({target}) => {
    const {tab} = /** @type {HTMLElement} */ (target).dataset;
    if (tab && taken) openSessionModel(tab, taken.name);
  });
}
