// @ts-check
// A clock that walks through frames: to the end, round and round, or there and back.

/** @typedef {"once" | "loop" | "bounce"} Mode */

/**
 * The frame shown after so many frames' time.
 * @param {number} passed frames since the start
 * @param {{from: number, count: number, mode: Mode}} options
 */
export function frameAfter(passed, {from, count, mode}) {
  const k = from + Math.floor(passed);
  if (mode === "once") return Math.min(k, count - 1);
  if (mode === "loop") return k % count;
  const period = Math.max(1, 2 * (count - 1));
  const within = k % period;
  return within < count ? within : period - within;
}

/**
 * Frames are skipped where painting is slow, and none is shown twice.
 * @param {object} options
 * @param {number} options.from first frame
 * @param {() => number} options.count which may grow meanwhile
 * @param {number} options.rate frames a second
 * @param {Mode} options.mode
 * @param {(k: number) => void} options.onFrame
 * @param {() => void} [options.onEnd] after the last frame of "once"
 * @returns {() => void} stops it
 */
export function startPlayback({from, count, rate, mode, onFrame, onEnd = () => {}}) {
  let shown = frameAfter(0, {from, count: count(), mode});
  /** @type {number | null} */
  let start = null;
  let request = 0;
  const tick = (/** @type {number} */ now) => {
    start ??= now;
    const k = frameAfter(((now - start) / 1000) * rate, {from, count: count(), mode});
    if (k !== shown) {
      shown = k;
      onFrame(k);
    }
    if (mode === "once" && k >= count() - 1) {
      onEnd();
      return;
    }
    request = requestAnimationFrame(tick);
  };
  onFrame(shown);
  request = requestAnimationFrame(tick);
  return () => cancelAnimationFrame(request);
}

/** Whether the visitor asked for less motion. */
export const prefersStillness = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
