// @ts-check
// The pictures of a class, to look through: a click or Enter marks one, Delete deletes what is marked.
import {rovingFocus} from "../../web/lib/input/roving_focus.js";

/** @typedef {import("./set.js").Picture} Picture */

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {(id: number) => void} options.onMark
 * @param {() => void} options.onDelete what is marked
 */
export function pictureTiles(root, {onMark, onDelete}) {
  const focus = rovingFocus(root);
  /** @type {Map<number, string>} */
  const addresses = new Map(); // of the pictures shown

  const addressOf = (/** @type {Picture} */ {id, png}) => {
    const address = addresses.get(id) ?? URL.createObjectURL(new Blob([png], {type: "image/png"}));
    addresses.set(id, address);
    return address;
  };
  const forget = (/** @type {Set<number>} */ shown) => {
    for (const [id, address] of addresses) {
      if (shown.has(id)) continue;
      URL.revokeObjectURL(address);
      addresses.delete(id);
    }
  };
  const idOf = (/** @type {EventTarget | null} */ target) =>
    Number(/** @type {HTMLElement} */ (target).closest("button")?.dataset.id ?? Number.NaN);

  root.addEventListener("click", ({target}) => {
    if (Number.isFinite(idOf(target))) onMark(idOf(target));
  });
  root.addEventListener("keydown", (event) => {
    if (!["Delete", "Backspace"].includes(event.key)) return;
    event.preventDefault();
    onDelete();
  });

  return {
    /**
     * @param {Picture[]} pictures
     * @param {string} name of their class
     * @param {Set<number>} marked
     */
    show(pictures, name, marked) {
      const had = idOf(document.activeElement);
      root.replaceChildren(...pictures.map((picture, i) => tile(addressOf(picture), picture.id, `${name} ${i + 1}`)));
      forget(new Set(pictures.map(({id}) => id)));
      for (const button of root.querySelectorAll("button")) {
        button.setAttribute("aria-pressed", String(marked.has(Number(button.dataset.id))));
      }
      focus.reset();
      /** @type {HTMLElement | null} */ (root.querySelector(`[data-id="${had}"]`))?.focus();
    },
  };
}

/** @type {(address: string, id: number, words: string) => HTMLButtonElement} */
function tile(address, id, words) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.id = String(id);
  button.title = words;
  button.setAttribute("aria-label", words);
  const image = new Image();
  image.src = address;
  image.alt = "";
  button.append(image);
  return button;
}
