// @ts-check
// From a photo to what the networks get: a picture a step, each with a switch.

/** @typedef {{words: string, why: string, key?: string}} Step key: as the server calls the switch */

/** @type {Record<string, Step>} */
const STEPS = {
  grey: {words: "grey", why: "the networks know no colours"},
  inverted: {words: "inverted", why: "light clothes on black: done when the border is light", key: "invert"},
  contrast: {words: "full contrast", why: "from black to white", key: "contrast"},
  trimmed: {words: "trimmed", why: "cut off what is black all along a side", key: "trim"},
  centred: {words: "centred", why: "keep the proportions, with black on two sides", key: "centre"},
  small: {words: "28 × 28", why: "the size of the training images"},
};

/**
 * @param {HTMLElement} root
 * @param {(key: string, isOn: boolean) => void} onSwitch
 */
export function preprocessingSteps(root, onSwitch) {
  root.classList.add("loom-stages");
  root.innerHTML = Object.entries(STEPS)
    .map(([name, step]) => stepHtml(name, step))
    .join("");
  const box = (/** @type {string} */ name) =>
    /** @type {HTMLInputElement} */ (root.querySelector(`[data-stage=${name}]`));
  root.addEventListener("change", ({target}) => {
    const {dataset, checked} = /** @type {HTMLInputElement} */ (target);
    onSwitch(STEPS[dataset.stage ?? ""].key ?? "", checked);
  });
  return {
    /**
     * @param {Record<string, string>} pictures addresses by step
     * @param {Record<string, boolean>} switched by the visitor, by key
     * @param {boolean} inverted whether the photo was
     */
    show(pictures, switched, inverted) {
      for (const [name, {key}] of Object.entries(STEPS)) {
        /** @type {HTMLImageElement} */ (box(name).closest("label")?.querySelector("img")).src = pictures[name];
        box(name).checked = name === "inverted" ? inverted : (switched[key ?? ""] ?? true);
      }
    },
  };
}

/**
 * @param {string} name
 * @param {Step} step
 */
function stepHtml(name, {words, why, key}) {
  const state = key ? "checked" : "checked disabled";
  return `<label title="${why}"><img alt="the photo, ${words}">
    <span class="loom-check"><input type="checkbox" data-stage="${name}" ${state}> ${words}</span></label>`;
}
