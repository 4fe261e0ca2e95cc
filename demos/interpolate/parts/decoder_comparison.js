// @ts-check
// The same path through several decoders of a dataset, one small picture each, which all move together.
import {escapeHtml} from "../../web/lib/dom.js";

/** @typedef {import("../types").Strip | string} Row a strip, or words in its place */

const SHORT = 15; // characters of a name that stay on one line

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {() => import("../../web/types").Dataset} options.dataset that is shown
 * @param {(name: string) => void} options.onPick
 */
export function decoderComparison(root, {dataset, onPick}) {
  let built = "";
  const build = (/** @type {import("../types").Decoder[]} */ decoders) => {
    const names = decoders.map(({name}) => name).join(" ");
    if (names !== built) root.innerHTML = decoders.map(rowHtml).join("");
    built = names;
    return /** @type {HTMLElement[]} */ ([...root.children]);
  };
  root.addEventListener("click", ({target}) => {
    const button = /** @type {HTMLElement} */ (target).closest("button");
    if (button) onPick(button.dataset.name ?? "");
  });
  return {
    /**
     * @param {Record<string, Row>} rows by decoder
     * @param {number} k frame
     * @param {string} model the one that is shown large
     * @param {import("../types").Decoder[]} decoders of its dataset
     */
    show(rows, k, model, decoders) {
      const {classes, colors} = dataset();
      const buttons = build(decoders);
      decoders.forEach(({name}, n) => {
        const button = buttons[n];
        const row = rows[name] ?? "…";
        const isPending = typeof row === "string";
        const predicted = isPending ? undefined : row.predicted?.[k];
        const [canvas, , words] = /** @type {any[]} */ ([...button.children]);
        button.setAttribute("aria-pressed", String(name === model));
        canvas.toggleAttribute("data-pending", isPending); // the words stay readable
        if (!isPending) row.sprite.paint(k, canvas);
        words.textContent = isPending ? row : predicted === undefined ? "" : classes[predicted];
        button.style.setProperty("--color", predicted === undefined ? "transparent" : colors[predicted]);
      });
    },
  };
}

/** @param {import("../types").Decoder} decoder */
const rowHtml = ({name, size}) => `<button type="button" data-name="${escapeHtml(name)}"
    title="${escapeHtml(name)}: ${size} numbers a code"><canvas width="28" height="28" aria-hidden="true"></canvas>
    <b class="${name.length > SHORT ? "long" : ""}">${escapeHtml(name)}</b><span>…</span></button>`;
