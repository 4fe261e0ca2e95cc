// @ts-check
// What buttons, sliders and keys of Interpolate do.
import {listenToKeys} from "../web/lib/input/keys.js";

const BUSY = "button, input, select, canvas, pre"; // use keys themselves

/**
 * @param {HTMLElement} element
 * @param {(selector: string) => any} find
 * @param {object} actions
 * @param {Record<string, (button: HTMLElement) => void>} actions.buttons by their data-do
 * @param {(end: import("./types").EndName) => void} actions.onEnd
 * @param {(model: string) => void} actions.onModel
 * @param {(beyond: boolean) => void} actions.onBeyond
 * @param {(alpha: number) => void} actions.onDrag
 * @param {() => void} actions.onRest
 * @param {Record<string, () => void>} actions.keys
 */
export function listen(element, find, {buttons, onEnd, onModel, onBeyond, onDrag, onRest, keys}) {
  element.addEventListener("click", ({target}) => {
    const button = /** @type {Element} */ (target).closest("button");
    const {do: action = "", end} = button?.dataset ?? {};
    if (button && Object.hasOwn(buttons, action)) buttons[action](button);
    if (end) onEnd(/** @type {import("./types").EndName} */ (end));
  });
  find("[data-model]").addEventListener("change", () => onModel(find("[data-model]").value));
  find("[data-beyond]").addEventListener("change", () => onBeyond(find("[data-beyond]").checked));
  find("[data-alpha]").addEventListener("input", () => onDrag(Number(find("[data-alpha]").value)));
  find("[data-alpha]").addEventListener("change", onRest);
  listenToKeys(element, keys, {except: BUSY, but: "[data-alpha]"});
}
