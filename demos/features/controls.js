// @ts-check
// The controls of all maps together: classifier, images a class, frame, classes shown.
import {escapeHtml} from "../web/lib/dom.js";

/**
 * @param {(selector: string) => any} find
 * @param {import("./types").Props} props
 */
export function fillControls(find, {classes, colors, checkpoints, per_class: [fewest, most]}) {
  const chip = (/** @type {string} */ name, /** @type {number} */ k) =>
    `<button type="button" data-k="${k}" style="--color:${colors[k]}">${escapeHtml(name)}</button>`;
  find("[data-checkpoint]").innerHTML = checkpoints.map((name) => `<option>${escapeHtml(name)}</option>`).join("");
  find("[data-checkpoint]").hidden = checkpoints.length < 2;
  Object.assign(find("[data-n]"), {min: fewest, max: most});
  find(".chips").innerHTML = classes.map(chip).join("");
}

/**
 * @param {(selector: string) => any} find
 * @param {object} actions
 * @param {(change: Partial<import("./types").View>) => void} actions.onView
 * @param {(frame: number) => void} actions.onSeek
 */
export function listenToControls(find, {onView, onSeek}) {
  const [count, checkpoint, frame] = ["[data-n]", "[data-checkpoint]", "[data-frame]"].map(find);
  count.addEventListener("input", () => {
    count.nextElementSibling.textContent = count.value;
  });
  count.addEventListener("change", () => onView({n: Number(count.value)}));
  checkpoint.addEventListener("change", () => onView({checkpoint: checkpoint.value}));
  frame.addEventListener("input", () => onSeek(Number(frame.value)));
}
