// @ts-check
// Class probabilities as bars, the best class marked; a list for screen readers.
import {percent} from "../../lib/format.js";
import {headingOf, saveMenu} from "../saving/save_menu.js";

/**
 * Of one network, or of several beside one another, of which one leads.
 * @param {HTMLElement} root
 * @param {string[]} classes
 * @param {readonly string[]} colors
 * @param {{sets?: string[], onPick?: ((k: number) => void) | null}} [options] sets: the networks' names
 */
export function bars(root, classes, colors, {sets = [""], onPick = null} = {}) {
  root.classList.add("loom-bars");
  root.classList.toggle("pairs", sets.length > 1);
  root.style.setProperty("--sets", String(sets.length));
  root.setAttribute("role", "list");
  root.innerHTML = classes.map((name, k) => rowHtml(name, colors[k], sets.length)).join("");
  const rows = [...root.children].map((row) => ({
    row,
    fills: /** @type {NodeListOf<HTMLElement>} */ (row.querySelectorAll(".fill")),
    values: row.querySelectorAll(".value"),
  }));
  let lead = 0;
  /** @type {number[][] | null} */
  let shown = null;

  const draw = () => {
    const best = sets.map((_, s) => argmax(shown?.[s]));
    rows.forEach(({row, fills, values}, k) => {
      sets.forEach((_, s) => {
        fills[s].style.transform = `scaleX(${shown?.[s][k] ?? 0})`;
        values[s].textContent = shown ? percent(shown[s][k]) : "";
        values[s].classList.toggle("top", k === best[s]);
      });
      row.classList.toggle("best", k === best[lead]);
      const said = sets.map((name, s) => `${name} ${shown ? percent(shown[s][k]) : ""}`.trim()).join(", ");
      row.setAttribute("aria-label", shown ? `${classes[k]}: ${said}` : classes[k]);
    });
  };
  saveMenu(root, {
    table: () => shown && probabilityTable(classes, sets, shown),
    title: () => [headingOf(root), sets.join(", ")].filter(Boolean).join(": "),
  });
  if (onPick) {
    root.addEventListener("click", ({target}) => {
      const k = rows.findIndex(({row}) => row.contains(/** @type {Node} */ (target)));
      if (k >= 0) onPick(k);
    });
  }
  return {
    /** @param {number[] | number[][] | null} probs a list a network where there are several */
    show(probs) {
      shown = probs && sets.length === 1 ? [/** @type {number[]} */ (probs)] : /** @type {number[][] | null} */ (probs);
      draw();
    },
    /** @param {number} s which network leads */
    set lead(s) {
      lead = s;
      draw();
    },
  };
}

/**
 * @param {string[]} classes
 * @param {string[]} sets the networks' names
 * @param {number[][]} shown
 * @returns {import("../../lib/plots/table.js").Table}
 */
export const probabilityTable = (classes, sets, shown) => ({
  columns: ["class", ...sets.map((name) => `probability ${name}`.trim())],
  rows: classes.map((name, k) => [name, ...shown.map((probs) => probs[k])]),
});

/** @param {number[] | undefined} probs */
const argmax = (probs) => (probs ? probs.indexOf(Math.max(...probs)) : -1);

/**
 * @param {string} name
 * @param {string} color
 * @param {number} sets
 */
function rowHtml(name, color, sets) {
  const bar = '<span class="track"><span class="fill"></span></span><span class="value"></span>';
  return `<div role="listitem" class="loom-bar" style="--color:${color}">
    <span class="name">${name}</span>${bar.repeat(sets)}</div>`;
}
