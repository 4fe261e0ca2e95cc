// @ts-check
// A hole painted into a picture, which the flow fills from several noises while the rest is held to the picture.
import {drawingPad} from "../../web/components/pad.js";
import {player} from "../../web/components/player.js";
import {fromBase64, toBase64} from "../../web/lib/base64.js";
import {setPending} from "../../web/lib/dom.js";
import {percent} from "../../web/lib/format.js";
import {paintPixels} from "../../web/lib/image.js";
import {listenToPlayer} from "../../web/lib/input/keys.js";
import {question} from "../../web/lib/question.js";
import {redrawer} from "../../web/lib/redraw.js";
import {pictureBytes} from "../../web/lib/server/sample.js";
import {holeOf, isClassified, nearestTime, pathsRequest, prediction, shownMethods, timeName} from "../paths.js";
import {filmGrid} from "./film_grid.js";

const HOLE = [30, 120, 255]; // its colour, unlike those of any picture or panel
const RATE = 10; // states a second
const BUSY = "button, input, select, .pad"; // use keys themselves
const EXPLANATION = `After each step, all that lies outside the hole is set to what the picture, noised to that time,
  has there. So the network sees the rest of the picture while it invents what is missing.`;

/**
 * @param {import("../types").Tab} tab
 * @param {ReturnType<typeof import("./chosen.js").picturePanel>} panel
 * @returns {import("../types").Part}
 */
export function holeView(tab, panel) {
  const {find, props, server, loadTiles, state, sample, update, choose} = tab;
  const {classes, fillings, dataset} = props;
  const size = dataset.image_shape[1]; // pixels a side
  const redraw = redrawer();
  const section = find(".diffusion-view[data-view=hole]");
  const side = Math.sqrt(fillings);
  const filling = question({
    call: server.fill,
    request() {
      const {picture, hole} = state;
      if (!picture || !hole) return null;
      const asked = {...pathsRequest(state, shownMethods(state, props.methods)[0]), hole};
      return picture.kind === "real" ? {...asked, real: picture.real} : {...asked, pixels: picture.pixels};
    },
    prepare: async ({sprite, columns, times, probs}) => ({times, probs, picture: await loadTiles(sprite, columns)}),
    onAnswer: (filled) => update({filled}),
    onError: (problem) => update(filled() ? {problem} : {problem, filled: null}),
  });
  const filled = () => (state.filled && state.filled.key === filling.key() ? state.filled : null);
  const frame = () => nearestTime(state.filled?.times ?? [0], state.t);
  const which = () => Math.min(state.tile, fillings - 1);
  const tile = (/** @type {number} */ k, /** @type {number} */ i) => k * fillings + i;
  const time = player(find(".hole-player"), {
    label: "Time of the filling",
    rate: RATE,
    paint: (k) => update({t: state.filled?.times[k] ?? state.t, isMoving: true}),
    settle: () => update({isMoving: false}),
    name: (k) => (state.filled ? timeName(state.filled.times, k) : ""),
  });
  const grid = filmGrid(section.querySelector(".films"), {
    side,
    size,
    label: `${fillings} fillings of the hole, at the time of the slider; click one to choose it`,
    onPick: (i) => choose({tile: i}),
  });
  /** @type {ArrayLike<number>} */
  let clean = new Uint8Array(pictureBytes(dataset)); // the picture that is shown
  const pad = drawingPad(find(".diffusion-hole"), {
    hint: "paint the hole",
    size,
    show: paintHole,
    onRelease: (pixels) => choose({hole: pad.isEmpty ? null : toBase64(holeOf(pixels))}),
  });
  listenToPlayer(section, time.keys, BUSY);

  /** @returns {ArrayLike<number>} */
  const pixels = () => {
    const {picture} = state;
    if (!picture) return new Uint8Array(pictureBytes(dataset));
    return picture.kind === "real" ? sample().sprite.pixels(picture.real) : fromBase64(picture.pixels);
  };

  const holeShown = () => (state.hole ? fromBase64(state.hole) : new Uint8Array(size * size));

  /**
   * The picture, and the hole in a colour of its own.
   * @param {HTMLCanvasElement} canvas
   * @param {Uint8Array} drawn
   */
  function paintHole(canvas, drawn) {
    const hole = holeOf(drawn);
    const [channels] = dataset.image_shape;
    const color = (/** @type {number} */ i) => [0, 1, 2].map((c) => clean[channels * i + (c % channels)]);
    paintPixels(canvas, size, size, (i) => (hole[i] ? HOLE : color(i)));
  }

  function conclude(/** @type {import("../types").Filled} */ {probs}) {
    if (!isClassified(probs)) return panel.conclude(null);
    const {label, confidence} = prediction(probs[which()]);
    return panel.conclude(`Filled, the classifier predicts: ${classes[label]}, ${percent(confidence)}.`);
  }

  return {
    load: () => filling.load(filled() !== null),
    again() {
      if (state.problem) filling.again();
    },
    isReady: () => filled() !== null,
    play: time.play,
    stop: time.stop,
    render() {
      const there = filled();
      const k = frame();
      const shown = [JSON.stringify(state.picture), state.hole];
      redraw("pad", shown, () => {
        clean = pixels();
        const hole = holeShown();
        if (toBase64(holeOf(pad.pixels)) !== toBase64(hole)) pad.put(hole);
        else pad.repaint();
      });
      if (state.filled) time.mark(k, state.filled.times.length);
      setPending(grid.figure, !there);
      grid.figure.toggleAttribute("data-empty", !state.hole || !state.filled);
      grid.mark(which());
      redraw("frame", [state.filled, k], () =>
        grid.paint((i) => (state.filled ? {sprite: state.filled.picture, i: tile(k, i)} : null)),
      );
      panel.redraw("words", [state.view], () =>
        panel.say({
          title: "A hole to be filled",
          captions: ["picture and hole", "at this time", "filled"],
          of: "for the filled picture",
          explain: EXPLANATION,
        }),
      );
      panel.wait([false, !there, !there, !there]);
      panel.redraw("figures", [state.view, there, k, which(), ...shown], () => {
        paintHole(panel.canvases[0], holeShown());
        there?.picture.paint(tile(k, which()), panel.canvases[1]);
        there?.picture.paint(tile(there.times.length - 1, which()), panel.canvases[2]);
      });
      panel.redraw("end", [state.view, there, which(), state.hole], () => {
        if (there) conclude(there);
        else panel.conclude(state.hole ? "" : "Paint over what is to be filled.");
      });
      panel.redraw("classes", [state.view, there, which()], () => panel.classify(there?.probs[which()] ?? null));
      section.toggleAttribute("data-ready", there !== null);
    },
  };
}
