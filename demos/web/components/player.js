// @ts-check
// The controls of a film: play, step, and a slider. The caller paints, which must not wait for anything.
import {prefersStillness, startPlayback} from "../lib/playback.js";

const REST = 200; // milliseconds until the hand rests

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {string} options.label
 * @param {(k: number) => void} options.paint
 * @param {(k: number) => void} [options.settle] once the film or the hand rests
 * @param {(k: number) => string} options.name of a frame, such as "snapshot 3 of 25"
 * @param {number} options.rate frames a second
 * @param {boolean} [options.loop]
 * @param {string} [options.word] on the button
 * @param {boolean} [options.steps] whether buttons step, where there is room
 */
export function player(root, options) {
  const {label, paint, settle = () => {}, name, rate, loop = false, word = "Play", steps = true} = options;
  root.classList.add("loom-tools", steps ? "loom-player" : "loom-scrubber");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", label);
  root.innerHTML = controlsHtml(label, word, steps);
  const button = /** @type {HTMLButtonElement} */ (root.querySelector("[data-do=play]"));
  const slider = /** @type {HTMLInputElement} */ (root.querySelector("input"));
  const output = /** @type {HTMLOutputElement} */ (root.querySelector("output"));
  let at = 0;
  let count = 0;
  let timer = 0;
  /** @type {(() => void) | null} */
  let halt = null;

  const show = (/** @type {number} */ k) => {
    at = loop ? (k + count) % count : Math.max(0, Math.min(count - 1, k));
    slider.value = String(at);
    paint(at);
    output.textContent = name(at);
    slider.setAttribute("aria-valuetext", output.textContent);
  };
  const settleLater = () => {
    clearTimeout(timer);
    timer = setTimeout(() => settle(at), REST);
  };
  const stop = () => {
    if (halt) settleLater();
    halt?.();
    halt = null;
    button.textContent = word;
  };
  const go = (/** @type {number} */ k, held = false) => {
    if (!count) return;
    stop();
    show(k);
    if (held) clearTimeout(timer);
    else settleLater();
  };
  const play = () => {
    if (!count) return;
    stop();
    clearTimeout(timer);
    if (prefersStillness()) {
      go(loop ? at + 1 : count - 1);
      return;
    }
    button.textContent = "Pause";
    halt = startPlayback({
      from: !loop && at === count - 1 ? 0 : at,
      count: () => count,
      rate,
      mode: loop ? "loop" : "once",
      onFrame: (k) => {
        if (root.offsetParent || k === count - 1) show(k);
      },
      onEnd: stop,
    });
  };
  /** @type {Record<string, () => void>} */
  const actions = {play: () => (halt ? stop() : play()), back: () => go(at - 1), on: () => go(at + 1)};
  /** @type {Record<string, () => void>} */
  const keys = {
    " ": actions.play,
    ArrowLeft: actions.back,
    ArrowRight: actions.on,
    Home: () => go(0),
    End: () => go(count - 1),
  };
  root.addEventListener("click", ({target}) => actions[/** @type {HTMLElement} */ (target).dataset.do ?? ""]?.());
  slider.addEventListener("input", () => go(Number(slider.value), true));
  slider.addEventListener("change", settleLater);
  const setCount = (/** @type {number} */ length) => {
    count = length;
    slider.max = String(count - 1);
  };

  return {
    go, // go(k, true) while it is dragged there
    play,
    stop,
    /**
     * Another film, of which nothing settles yet.
     * @param {number} length
     * @param {number} k
     */
    load(length, k) {
      setCount(length);
      go(k);
      clearTimeout(timer);
    },
    /**
     * More of the film; paints nothing, and a film that plays goes on.
     * @param {number} length
     * @param {number} k
     */
    extend(length, k) {
      setCount(length);
      if (!halt) {
        at = k;
        slider.value = String(k);
      }
      output.textContent = name(at);
    },
    get at() {
      return at;
    },
    set at(k) {
      go(k);
    },
    set count(/** @type {number} */ length) {
      setCount(length);
      if (at >= count) show(count - 1);
    },
    refresh: () => show(at),
    keys, // by name, for who listens to them elsewhere
    /**
     * Show a place that was decided elsewhere, without painting it; a film that plays stops unless it is there.
     * @param {number} k
     * @param {number} [length] of the film, where that has changed
     */
    mark(k, length = count) {
      if (length !== count) setCount(length);
      if (k !== at) {
        halt?.();
        halt = null;
        button.textContent = word;
        clearTimeout(timer);
      }
      at = k;
      slider.value = String(k);
      output.textContent = name(k);
      slider.setAttribute("aria-valuetext", output.textContent);
    },
    get isPlaying() {
      return halt !== null;
    },
    /**
     * @param {KeyboardEvent} event
     * @returns {boolean} whether it was one of the film's
     */
    key(event) {
      if (!keys[event.key]) return false;
      event.preventDefault();
      keys[event.key]();
      return true;
    },
  };
}

/**
 * @param {string} label
 * @param {string} word
 * @param {boolean} steps
 */
function controlsHtml(label, word, steps) {
  const stepping = `<button type="button" data-do="back" title="left arrow" aria-label="One step back">◀</button>
    <button type="button" data-do="on" title="right arrow" aria-label="One step on">▶</button>`;
  return `<button type="button" data-do="play" title="space">${word}</button>${steps ? stepping : ""}
    <input type="range" min="0" step="1" value="0" aria-label="${label}"><output></output>`;
}
