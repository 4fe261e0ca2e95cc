// @ts-check
// From a photo to what the networks get: a picture a stage, each with a switch.

/** @typedef {{words: string, why: string, key?: string}} Stage key: as the server calls the switch */

/** @type {Record<string, Stage>} */
const STAGES = {
  upright: {words: "upright", why: "rotated as the camera says", key: "upright"},
  cut_out: {words: "cut out", why: "the background goes, as in the training images", key: "cut_out"},
  negative: {
    words: "negative",
    why: "grey, and dark for light: the training images are light on black",
    key: "negative",
  },
  trimmed: {words: "trimmed", why: "cut off what is background all along a side", key: "trim"},
  on_black: {words: "on black", why: "keep the proportions, with black on two sides", key: "on_black"},
  pixels: {words: "28 × 28", why: "the size of the training images"},
};

/**
 * @param {HTMLElement} root
 * @param {(key: string, isOn: boolean) => void} onSwitch
 */
export function preprocessingSteps(root, onSwitch) {
  root.classList.add("loom-stages");
  root.innerHTML = Object.entries(STAGES)
    .map(([name, stage]) => stageHtml(name, stage))
    .join("");
  const box = (/** @type {string} */ name) =>
    /** @type {HTMLInputElement} */ (root.querySelector(`[data-stage=${name}]`));
  root.addEventListener("change", ({target}) => {
    const {dataset, checked} = /** @type {HTMLInputElement} */ (target);
    onSwitch(STAGES[dataset.stage ?? ""].key ?? "", checked);
  });
  return {
    /**
     * @param {Record<string, string>} pictures addresses by stage
     * @param {Record<string, boolean>} switched by the visitor, by key
     * @param {boolean} negated whether the photo was
     */
    show(pictures, switched, negated) {
      for (const [name, {key}] of Object.entries(STAGES)) {
        /** @type {HTMLImageElement} */ (box(name).closest("label")?.querySelector("img")).src = pictures[name];
        box(name).checked = switched[key ?? ""] ?? (name === "negative" ? negated : true);
      }
    },
  };
}

/**
 * @param {string} name
 * @param {Stage} stage
 */
function stageHtml(name, {words, why, key}) {
  const state = key ? "checked" : "checked disabled";
  return `<label title="${why}"><img alt="the photo, ${words}">
    <span class="loom-check"><input type="checkbox" data-stage="${name}" ${state}> ${words}</span></label>`;
}
