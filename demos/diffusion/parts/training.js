// @ts-check
// The training as a film: what the same 64 noises became at several snapshots.
import {player} from "../../web/components/player.js";
import {setPending} from "../../web/lib/dom.js";
import {listenToPlayer} from "../../web/lib/input/keys.js";
import {rovingFocus} from "../../web/lib/input/roving_focus.js";
import {redrawer} from "../../web/lib/redraw.js";
import {ask} from "../../web/lib/server/rpc.js";
import {filmGrid} from "./film_grid.js";

/** @typedef {import("../types").Training} Training */

const RATE = 4; // snapshots a second
const BUSY = "button, input, select"; // use keys themselves

/**
 * @param {import("../types").Tab} tab
 * @param {ReturnType<typeof import("./chosen.js").picturePanel>} panel
 * @returns {import("../types").Part}
 */
export function trainingView(tab, panel) {
  const {find, props, server, loadTiles, state, update, choose} = tab;
  const {side} = props;
  const count = side ** 2;
  const redraw = redrawer();
  const section = find(".diffusion-view[data-view=training]");
  const strip = find(".diffusion-strip");
  const stripFocus = rovingFocus(strip);
  let isLoading = false;
  const follow = (/** @type {number} */ tile) => choose({tile: (tile + count) % count});
  const grid = filmGrid(section.querySelector(".films"), {
    side,
    size: props.dataset.image_shape[1],
    label: `${count} pictures of the same noises at this snapshot of the training; click one to follow it`,
    onPick: follow,
  });
  const snapshot = () => {
    const last = (state.training?.steps.length ?? 1) - 1;
    return state.snapshot < 0 ? last : Math.min(last, state.snapshot);
  };
  const slider = player(find(".training-player"), {
    label: "Snapshot of the training",
    rate: RATE,
    paint: (k) => update({snapshot: k, isMoving: true}),
    settle: () => update({isMoving: false}),
    name: (k) => (state.training ? when(state.training.steps, k) : ""),
  });
  const rows = {ArrowUp: () => follow(state.tile - 1), ArrowDown: () => follow(state.tile + 1)};
  listenToPlayer(section, {...slider.keys, ...rows}, BUSY);
  strip.addEventListener("click", (/** @type {MouseEvent} */ {target}) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest("[data-k]"));
    if (button) slider.go(Number(button.dataset.k));
  });

  async function load() {
    if (state.training || isLoading) return;
    isLoading = true;
    const answer = await ask(server.load_training);
    if (answer.error) return update({problem: answer.error});
    const {sprite, columns, steps: done} = answer;
    const pictures = await loadTiles(sprite, columns * side);
    update({training: {pictures, columns, steps: done}});
  }

  /** A picture's place among all of the film's, row by row. */
  const placeOf = (/** @type {Training} */ {columns}, /** @type {number} */ k, /** @type {number} */ tile) => {
    const row = Math.floor(k / columns) * side + Math.floor(tile / side);
    return (row * columns + (k % columns)) * side + (tile % side);
  };

  function drawStrip(/** @type {Training} */ training) {
    strip.innerHTML = training.steps
      .map((_, k) => {
        const label = when(training.steps, k);
        return `<button type="button" data-k="${k}" title="${label}" aria-label="${label}">
          <canvas width="28" height="28"></canvas></button>`;
      })
      .join("");
    [...strip.children].forEach((button, k) => {
      training.pictures.paint(placeOf(training, k, state.tile), button.querySelector("canvas"));
    });
    stripFocus.reset();
  }

  return {
    load,
    again() {
      isLoading = false;
    },
    isReady: () => state.training !== null,
    play: slider.play,
    stop: slider.stop,
    render() {
      const {training, tile} = state;
      const k = snapshot();
      setPending(grid.figure, !training);
      panel.redraw("words", [state.view, tile], () =>
        panel.say({
          title: `Noise ${tile + 1} through the training`,
          captions: ["at this snapshot", "at the end"],
          of: "",
          explain: "Each snapshot starts from exactly the same noise; only the network has changed.",
        }),
      );
      panel.wait([!training, !training, false, false]);
      panel.redraw("end", [state.view], () => panel.conclude(null));
      grid.mark(tile);
      if (!training) return;
      slider.mark(k, training.steps.length);
      redraw("strip", [training, tile], () => drawStrip(training));
      panel.redraw("figures", [state.view, training, k, tile], () => {
        training.pictures.paint(placeOf(training, k, tile), panel.canvases[0]);
        training.pictures.paint(placeOf(training, training.steps.length - 1, tile), panel.canvases[1]);
      });
      redraw("snapshot", [training, k, tile], () => {
        grid.paint((each) => ({sprite: training.pictures, i: placeOf(training, k, each)}));
        strip.querySelector("[aria-current]")?.removeAttribute("aria-current");
        strip.children[k].setAttribute("aria-current", "true");
      });
      section.toggleAttribute("data-ready", true);
    },
  };
}

/**
 * @param {number[]} steps
 * @param {number} k
 */
const when = (steps, k) => (k ? `after ${steps[k].toLocaleString("en")} steps` : "before any training");
