// @ts-check
// The controls of all maps together: classifier, images a class, frame, classes shown.
import {escapeHtml} from "../../web/lib/dom.js";
import {dataOptions} from "./data.js";

/**
 * @param {(selector: string) => any} find
 * @param {import("../types").SetProps} props
 */
export function fillControls(find, props) {
  const {
    checkpoints,
    titles,
    isShipped,
    isLabelled,
    per_class: [fewest, most],
  } = props;
  find("[data-checkpoint]").innerHTML = checkpoints
    .map((name) => `<option value="${escapeHtml(name)}">${escapeHtml(titles[name])}</option>`)
    .join("");
  find("[data-data]").innerHTML = dataOptions(props);
  find("[data-data]").parentElement.hidden = find(".features-stories").hidden = !isShipped;
  find("[data-shuffled]").parentElement.hidden = !isLabelled;
  Object.assign(find("[data-n]"), {min: fewest, max: most});
}

/**
 * @param {(selector: string) => any} find
 * @param {object} actions
 * @param {(change: Partial<import("../types").View>) => void} actions.onView
 * @param {(frame: number) => void} actions.onSeek
 */
export function listenToControls(find, {onView, onSeek}) {
  const [count, checkpoint, frame] = ["[data-n]", "[data-checkpoint]", "[data-frame]"].map(find);
  count.addEventListener("input", () => {
    count.nextElementSibling.textContent = count.value;
  });
  count.addEventListener("change", () => onView({n: Number(count.value)}));
  find("[data-data]").addEventListener("change", () => onView({data: find("[data-data]").value}));
  find("[data-shuffled]").addEventListener("change", () => onView({shuffled: find("[data-shuffled]").checked}));
  checkpoint.addEventListener("change", () => onView({checkpoint: checkpoint.value}));
  frame.addEventListener("input", () => onSeek(Number(frame.value)));
}
