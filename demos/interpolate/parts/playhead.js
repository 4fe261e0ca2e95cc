// @ts-check
// Along the path, which never asks the server: by hand, or played there and back.
import {startPlayback} from "../../web/lib/playback.js";

const SECONDS_ACROSS = 4; // seconds that play takes

/** @typedef {import("../render.js").State} State */

/**
 * @param {object} tab
 * @param {State} tab.state
 * @param {(changes: Partial<State>) => void} tab.update
 * @param {() => ReturnType<typeof import("../alphas.js").alphaScale>} tab.scale of the path that is shown
 * @param {() => void} tab.onRest
 */
export function playhead({state, update, scale, onRest}) {
  /** @type {(() => void) | null} */
  let stop = null;

  const seek = (/** @type {number} */ alpha) => update({alpha: scale().nearest(alpha), dragged: null});

  function play() {
    if (state.isPlaying || !state.strip) return pause();
    const {count, frameOf, alphaOf} = scale();
    const rate = (count - 1) / SECONDS_ACROSS;
    const onFrame = (/** @type {number} */ k) => seek(alphaOf(k));
    update({isPlaying: true});
    stop = startPlayback({from: frameOf(state.alpha), count: () => count, rate, mode: "bounce", onFrame});
  }

  function pause() {
    if (!state.isPlaying) return;
    stop?.();
    update({isPlaying: false});
    onRest();
  }

  function goTo(/** @type {number} */ alpha) {
    pause();
    seek(alpha);
    onRest();
  }

  return {seek, play, pause, goTo, stop: () => stop?.()};
}
