// @ts-check
// The panel of a visitor's set, drawn: one function from its state to the page.
import {escapeHtml, finder} from "../../web/lib/dom.js";
import {PAD_HTML} from "./pad.js";
import {readingWords} from "./queue.js";
import {counts, setWords} from "./set.js";

/** @typedef {import("./panel.js").State} State */

export const PANEL_HTML = `<div class="set-source">
    <div class="set-draw">${PAD_HTML}</div>
    <div class="set-files" data-drop>
      <div class="loom-tools">
        <label class="loom-button">Choose pictures or a ZIP<input type="file" multiple></label>
        <button type="button" data-set="camera" title="one picture a second into the class that is open">Camera</button>
      </div>
      <label class="set-fitting">Of each picture <select class="set-fit">
        <option value="crop">take the middle square</option>
        <option value="pad">take all of it</option>
        <option value="cut_out">cut out the thing on it</option>
      </select></label>
      <p class="loom-hint">Or drop or paste them here. In a ZIP each folder is a class; other pictures join the class
        that is open. A set that was downloaded is read back here.</p>
    </div>
  </div>
  <div class="set-view">
    <div class="set-classes" aria-label="Class"></div>
    <div class="loom-tools">
      <label class="set-naming">class <input class="set-name" type="text" maxlength="40" aria-label="Name of the class"
        autocomplete="off"></label>
      <button type="button" data-set="add">Add a class</button>
      <button type="button" data-set="remove">Remove this class</button>
    </div>
    <div class="set-tiles" role="group" aria-label="Pictures of the class"></div>
    <div class="loom-tools set-mending">
      <button type="button" data-set="delete">Delete</button>
      <select class="set-move" aria-label="Move to another class"></select>
    </div>
    <p class="set-reading"><span role="status"></span>
      <button type="button" class="loom-button" data-set="stop">Stop</button></p>
    <p class="set-words" role="status"></p>
    <p class="set-problem" role="alert" hidden></p>
    <details class="set-skipped" hidden><summary></summary><ul></ul></details>
    <div class="loom-tools">
      <button type="button" data-set="download">Download the set</button>
      <button type="button" data-set="empty">Empty the set</button>
    </div>
    <p class="loom-hint set-privacy">The set stays in this browser. It goes to the server when a run starts, and is
      forgotten there when you leave.</p>
  </div>`;

/**
 * @param {HTMLElement} root that holds PANEL_HTML
 * @param {object} options
 * @param {ReturnType<typeof import("./tiles.js").pictureTiles>} options.tiles
 * @param {ReturnType<typeof import("../../web/components/radio_group.js").radioGroup>} options.classes
 * @param {import("./set.js").Limits} options.limits
 * @param {string[]} options.colors
 */
export function panelView(root, {tiles, classes, limits, colors}) {
  const find = finder(root);
  /** @type {Partial<State>} */
  let drawn = {}; // the state that is on the page

  function renderClasses(/** @type {State} */ {set, active}) {
    const numbers = counts(set);
    const labels = set.classes.map((name, k) => `${name} · ${numbers[k]}`);
    const buttons = find(".set-classes").children;
    if (buttons.length === labels.length) {
      labels.forEach((label, k) => {
        buttons[k].textContent = label;
      });
      classes.at = String(active);
    } else classes.show(Object.fromEntries(labels.map((label, k) => [k, label])), String(active));
    labels.forEach((_, k) => {
      buttons[k].style.setProperty("--color", colors[k]);
    });
    find(".set-name").value = set.classes[active];
    const others = set.classes.map((name, k) => (k === active ? "" : option(k, name)));
    find(".set-move").innerHTML = `<option value="">Move to…</option>${others.join("")}`;
    find("[data-set=download]").disabled = find("[data-set=empty]").disabled = !set.pictures.length;
    find("[data-set=add]").disabled = set.classes.length >= limits.classes;
    find(".set-words").textContent = setWords(set, limits);
  }

  function renderTiles(/** @type {State} */ {set, active, marked}) {
    tiles.show(
      set.pictures.filter(({label}) => label === active),
      set.classes[active],
      marked,
    );
    find(".set-mending").hidden = !marked.size;
    find("[data-set=delete]").textContent = marked.size === 1 ? "Delete the picture" : `Delete ${marked.size} pictures`;
    find(".set-move").disabled = set.classes.length < 2;
  }

  function renderWords(/** @type {State} */ {lots, done, skipped, problem}) {
    find(".set-reading span").textContent = readingWords(lots, done);
    find(".set-reading").hidden = !lots.length;
    find(".set-problem").textContent = problem;
    find(".set-problem").hidden = !problem;
    find(".set-skipped").hidden = !skipped.length;
    find(".set-skipped").open = skipped.length > 0 && skipped.length <= 3;
    find("summary").textContent =
      skipped.length === 1 ? "1 file was left out" : `${skipped.length} files were left out`;
    find(".set-skipped ul").innerHTML = skipped.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join("");
  }

  return {
    /** @param {State} state */
    render(state) {
      const isNew = (/** @type {(keyof State)[]} */ ...keys) => keys.some((key) => state[key] !== drawn[key]);
      root.hidden = !state.source;
      find(".set-draw").hidden = state.source !== "draw";
      find(".set-files").hidden = state.source !== "files";
      find(".set-fit").value = state.fit;
      if (isNew("set", "active")) renderClasses(state);
      if (isNew("set", "active", "marked")) renderTiles(state);
      if (isNew("lots", "done", "skipped", "problem")) renderWords(state);
      drawn = {...state};
    },
  };
}

/** @type {(k: number, name: string) => string} */
const option = (k, name) => `<option value="${k}">${escapeHtml(name)}</option>`;
