// @ts-check
// What one does with a map: find points, take some with a lasso, look at them as pictures, keep it as a file.
import {saveSelect} from "../saving/save_menu.js";

/** @typedef {import("../saving/save_menu.js").FileKind} FileKind */

const KINDS = /** @type {FileKind[]} */ (["csv", "png", "svg", "page"]);

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {(text: string) => void} options.onFind
 * @param {() => void} options.onSheet
 * @param {(isOn: boolean) => void} options.onLasso
 * @param {(kind: FileKind) => Promise<void>} options.onSave
 * @param {() => void} options.onPython
 */
export function mapTools(root, {onFind, onSheet, onLasso, onSave, onPython}) {
  root.classList.add("loom-tools", "map-tools");
  root.innerHTML = `<input type="search" data-find maxlength="40"
      aria-label="Find images on the map by class or number">
    <output class="found" aria-live="polite"></output>
    <button type="button" data-sheet title="look at what was found as pictures">Contact sheet</button>
    <button type="button" data-lasso aria-pressed="false" title="draw a line around points to see them as pictures">
      Lasso</button>
    <button type="button" data-python title="the lines that make this map">Python</button>`;
  const find = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
  const [search, found, sheet, lasso] = ["[data-find]", ".found", "[data-sheet]", "[data-lasso]"].map(find);
  const save = saveSelect({kinds: KINDS, label: "Save the map", words: "Save as…", onSave});
  save.dataset.save = "";
  find("[data-python]").before(save);
  search.addEventListener("input", () => onFind(search.value));
  search.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    event.stopPropagation(); // no key of the tab's
    if (event.key !== "Enter") return;
    event.preventDefault(); // or the key goes on to the first image of the sheet
    if (!sheet.disabled) onSheet();
  });
  sheet.addEventListener("click", onSheet);
  find("[data-python]").addEventListener("click", onPython);
  lasso.addEventListener("click", () => onLasso(lasso.getAttribute("aria-pressed") !== "true"));
  return {
    /**
     * @param {object} state
     * @param {string} state.text searched for
     * @param {string} state.words what was found
     * @param {string} state.hint what could be searched for
     * @param {number} state.count
     * @param {boolean} state.isLasso
     * @param {boolean} state.isFlat whether a lasso can be drawn
     * @param {string} [state.map] which one is saved, where there are several
     */
    show({text, words, hint, count, isLasso, isFlat, map = ""}) {
      if (search.value !== text) search.value = text;
      search.placeholder = hint;
      found.textContent = words;
      sheet.disabled = count === 0;
      lasso.setAttribute("aria-pressed", String(isLasso));
      lasso.disabled = !isFlat;
      save.options[0].textContent = map ? `Save ${map} as…` : "Save as…";
    },
  };
}
