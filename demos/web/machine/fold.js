// @ts-check
// The machine in one picture, below a tab: of the model that the tab shows, or of another that it uses.

import {viewOf} from "../lib/address.js";
import {escapeHtml} from "../lib/dom.js";
import {machine} from "./machine.js";

/**
 * @typedef {object} Props
 * @property {string} tab
 * @property {string[]} models that it uses, the one it opens with first
 */

/**
 * The model that a view names, alone or in a list; null where it names none.
 * @param {URLSearchParams | null} view
 * @param {readonly string[]} models
 */
export function modelOf(view, models) {
  const named = [...(view?.values() ?? [])].flatMap((value) => value.split(","));
  return named.find((name) => models.includes(name)) ?? null;
}

/** @param {import("../types").Mount<Props, {load_summary: any}>} mounted */
export function mount({element, props: {tab, models}, server}) {
  const details = /** @type {HTMLDetailsElement} */ (element.querySelector("details"));
  const inner = /** @type {HTMLElement} */ (element.querySelector(".machine-place"));
  const options = models.map((name) => `<option>${escapeHtml(name)}</option>`).join("");
  inner.innerHTML = `<label class="machine-of" ${models.length > 1 ? "" : "hidden"}>Model
    <select aria-label="Model drawn">${options}</select></label><div></div>`;
  const select = /** @type {HTMLSelectElement} */ (inner.querySelector("select"));
  const picture = machine(/** @type {HTMLElement} */ (inner.querySelector("div")), {load: server.load_summary});
  let followed = "";

  function follow() {
    if (!details.open) return;
    const name = modelOf(viewOf(tab), models) ?? models[0];
    if (name === followed) return; // what was chosen here stays until the tab shows another
    followed = name;
    select.value = name;
    picture.show(name);
  }

  select.addEventListener("change", () => picture.show(select.value));
  details.addEventListener("toggle", follow);
  for (const kind of ["pointerup", "keyup", "change"])
    document.getElementById(`${tab}-widget`)?.addEventListener(kind, () => window.setTimeout(follow));
  follow();
}
