// @ts-check
// A model's figures as people write them, and how far they are from a goal.

/** @typedef {import("./types").Measure} Measure */
/** @typedef {"goal" | "report" | "baseline"} TargetName */

export const TARGETS = /** @type {const} */ (["goal", "report", "baseline"]);

const isShare = (/** @type {string} */ name) => /accuracy|precision|recall/.test(name);

/** @param {string} name of a measure, as cards have it */
export const title = (name) => name.replace(/^test_/, "").replaceAll("_", " ");

/**
 * @param {string} name of the measure
 * @param {number | null | undefined} v
 * @param {boolean} [short] on an axis
 */
export function figure(name, v, short = false) {
  if (v === null || v === undefined) return "–";
  if (isShare(name)) return `${(100 * v).toFixed(short ? 0 : 2)} %`;
  if (name.includes("psnr")) return `${v.toFixed(short ? 0 : 2)}${short ? "" : " dB"}`;
  if (short || v === 0) return `${Number(v.toPrecision(2))}`;
  return v >= 100 ? v.toFixed(1) : v.toPrecision(3);
}

/**
 * @param {string} name
 * @param {number} margin
 */
function distance(name, margin) {
  const far = Math.abs(margin);
  if (isShare(name)) return `${(100 * far).toFixed(2)} points`;
  return name.includes("psnr") ? figure(name, far) : `${Number(far.toPrecision(2))}`;
}

/**
 * Whether a target was met, and by how much, as HTML.
 * @param {Measure} measure
 * @param {TargetName} target
 */
export function verdict(measure, target) {
  const {margin} = measure[target];
  if (margin === null) return "";
  const [met, missed] = target === "goal" ? ["met", "missed"] : ["better", "worse"];
  const words = margin >= 0 ? `✓ ${met}` : `✗ ${missed}`;
  return `<small class="${margin >= 0 ? "met" : "missed"}">${words} by ${distance(measure.name, margin)}</small>`;
}

/**
 * Margin as a share of the target, by which models of other measures can be compared.
 * @param {Measure | undefined} measure
 * @param {TargetName} target
 */
export function relativeMargin(measure, target) {
  const {margin = null, value = null} = measure?.[target] ?? {};
  return margin === null ? null : margin / Math.abs(value || 1);
}

/**
 * A bar from what the model is compared with to our goal, and where the model stands, as HTML.
 * @param {Measure} measure
 */
export function bullet({value, goal, report, baseline, higher}) {
  const compared = report.value ?? baseline.value;
  if (goal.value === null && compared === null) return "";
  const ends = [compared, goal.value, value].filter((v) => v !== null);
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  const at = (/** @type {number} */ v) => {
    const share = 0.08 + (0.84 * (v - low)) / (high - low || 1);
    return 100 * (higher ? share : 1 - share);
  };
  const tick = (/** @type {number | null} */ v, /** @type {TargetName} */ kind) =>
    v === null ? "" : `<i class="${kind}" style="left:${at(v)}%"></i>`;
  return `<span class="bullet" aria-hidden="true"><b style="width:${at(value)}%"></b>
    ${tick(compared, report.value === null ? "baseline" : "report")}${tick(goal.value, "goal")}</span>`;
}
