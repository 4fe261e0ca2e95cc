// @ts-check
// Frames of a path and their alphas: frame 0 lies at the lower end of the slider.

/**
 * @param {{frames: number, reach: number}} props frames between A and B, and how far past them a path may lead
 * @param {boolean} beyond
 */
export function alphaScale({frames, reach}, beyond) {
  const low = beyond ? -reach : 0;
  const high = 1 - low;
  const frameOf = (/** @type {number} */ alpha) => Math.round((alpha - low) * frames);
  const alphaOf = (/** @type {number} */ k) => low + k / frames;
  const step = frames / 10;
  return {
    low,
    high,
    frameOf,
    alphaOf,
    count: frameOf(high) + 1,
    /** @param {number} alpha as exact as there are frames, and inside the path */
    nearest: (alpha) => Math.round(Math.min(high, Math.max(low, alpha)) * frames) / frames,
    /** Frames of the filmstrip. */
    shown: beyond
      ? Array.from({length: 10}, (_, n) => 2 * step * n + step)
      : Array.from({length: 9}, (_, n) => step * (n + 1)),
    /** @param {number} k what stands below a frame of the filmstrip */
    caption: (k) => `${{[frameOf(0)]: "A ", [frameOf(1)]: "B "}[k] ?? ""}${formatAlpha(alphaOf(k), 1)}`,
  };
}

/** @param {number} alpha */
export const formatAlpha = (alpha, digits = 2) => alpha.toFixed(digits).replace("-", "−");

/**
 * Neighbouring frames of the same class, as [class, first frame, last frame].
 * @param {number[]} predicted
 */
export function classRuns(predicted) {
  /** @type {[number, number, number][]} */
  const runs = [];
  predicted.forEach((k, frame) => {
    const last = runs.at(-1);
    if (last?.[0] === k) last[2] = frame;
    else runs.push([k, frame, frame]);
  });
  return runs;
}
