// @ts-check
// The clock of t-SNE's frames: it never passes what has come, and waits for the rest.
import {prefersStillness} from "../web/lib/playback.js";
import {isTsne} from "./views.js";

const PACE = 24; // frames a second
const LONGEST = 200; // milliseconds that count between two pictures

/**
 * Where the film stands after some time.
 * @param {number} playhead frame, with a fraction
 * @param {number} passed milliseconds
 * @param {number} ready frames that have come
 */
export const advance = (playhead, passed, ready) =>
  ready > 0 ? Math.min(playhead + (Math.min(passed, LONGEST) / 1000) * PACE, ready - 1) : playhead;

/**
 * Play and seek, which every picture of a film goes through.
 * @param {object} options
 * @param {number} options.last frame
 * @param {import("./render.js").State} options.state
 * @param {(changes: Partial<import("./render.js").State>) => void} options.update
 * @param {() => number} options.framesReady that have come, of every map that moves
 * @param {() => void} options.renderFilm
 */
export function filmControl({last, state, update, framesReady, renderFilm}) {
  let halt = () => {};
  return {
    halt: () => halt(),
    play() {
      if (!state.view.maps.some(isTsne)) return;
      halt();
      update({isPlaying: true, playhead: state.playhead >= last ? 0 : state.playhead});
      halt = startFilm({
        last,
        at: () => state.playhead,
        ready: framesReady,
        onFrame(playhead, isOver) {
          Object.assign(state, {playhead, isPlaying: !isOver});
          renderFilm();
        },
      });
    },
    /** @param {number} frame */
    seek(frame) {
      halt();
      update({isPlaying: false, playhead: Math.max(0, Math.min(last, frame))});
    },
  };
}

/**
 * @param {object} options
 * @param {number} options.last frame
 * @param {() => number} options.at
 * @param {() => number} options.ready frames that have come
 * @param {(playhead: number, isOver: boolean) => void} options.onFrame
 * @returns {() => void} stops it
 */
function startFilm({last, at, ready, onFrame}) {
  let before = performance.now();
  let request = 0;
  const tick = (/** @type {number} */ now) => {
    const passed = prefersStillness() ? Number.POSITIVE_INFINITY : now - before;
    const playhead = Number.isFinite(passed) ? advance(at(), passed, ready()) : Math.max(at(), ready() - 1);
    before = now;
    const isOver = playhead >= last;
    if (!isOver) request = requestAnimationFrame(tick);
    onFrame(playhead, isOver);
  };
  request = requestAnimationFrame(tick);
  return () => cancelAnimationFrame(request);
}
