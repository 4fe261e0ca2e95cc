// @ts-check
// A walk from one noise to another: where the path from each place between them ends.
import {player} from "../../web/components/player.js";
import {setPending} from "../../web/lib/dom.js";
import {percent} from "../../web/lib/format.js";
import {listenToPlayer} from "../../web/lib/input/keys.js";
import {readWholeNumber, showWholeNumber} from "../../web/lib/input/whole_number.js";
import {question} from "../../web/lib/question.js";
import {redrawer} from "../../web/lib/redraw.js";
import {isClassified, pathsRequest, prediction, shownMethods} from "../paths.js";
import {filmGrid} from "./film_grid.js";

const RATE = 8; // places a second
const BUSY = "button, input, select"; // use keys themselves
const EXPLANATION = `The noises between the two lie on an arc, so that each is as long as noise is.
  Nothing else changes: near noises end in similar pictures, until the walk leaves a class and the picture changes.`;

/**
 * @param {import("../types").Tab} tab
 * @param {ReturnType<typeof import("./chosen.js").picturePanel>} panel
 * @returns {import("../types").Part}
 */
export function walkView(tab, panel) {
  const {find, props, server, loadTiles, state, update, choose} = tab;
  const {walk: count, walk_columns: columns, classes} = props;
  const paths = props.side ** 2;
  const redraw = redrawer();
  const section = find(".diffusion-view[data-view=walk]");
  const last = count - 1;
  const walking = question({
    call: server.walk,
    request: () => ({
      ...pathsRequest(state, shownMethods(state, props.methods)[0]),
      tile: state.tile,
      to: state.to,
    }),
    prepare: async ({sprite, columns: row, probs}) => ({probs, picture: await loadTiles(sprite, row)}),
    onAnswer: (walk) => update({walk}),
    onError: (problem) => update(walk() ? {problem} : {problem, walk: null}),
  });
  const walk = () => (state.walk?.key === walking.key() ? state.walk : null);
  const slider = player(find(".walk-player"), {
    label: "Place between the two noises",
    rate: RATE,
    paint: (place) => update({place, isMoving: true}),
    settle: () => update({isMoving: false}),
    name: (k) => placeName(k, last),
  });
  const grid = filmGrid(section.querySelector(".films"), {
    side: columns,
    size: props.dataset.image_shape[1],
    label: `${count} pictures on the way from one noise to the other; click one to go there`,
    onPick: (place) => slider.go(place),
  });
  const rows = {ArrowUp: () => slider.go(state.place - columns), ArrowDown: () => slider.go(state.place + columns)};
  listenToPlayer(section, {...slider.keys, ...rows}, BUSY);

  for (const name of /** @type {("tile" | "to")[]} */ (["tile", "to"])) {
    const input = find(`[data-noise=${name}]`);
    input.max = paths;
    input.addEventListener("change", () => {
      const field = {name: "noise", low: 1, high: paths, before: state[name] + 1};
      const {number, problem} = readWholeNumber(input.value, field);
      input.value = number;
      choose({[name]: number - 1, problem});
    });
  }

  return {
    load: () => walking.load(walk() !== null),
    again() {
      if (state.problem) walking.again();
    },
    isReady: () => walk() !== null,
    play: slider.play,
    stop: slider.stop,
    render() {
      const there = walk();
      const {tile, to, place} = state;
      showWholeNumber(find("[data-noise=tile]"), tile + 1);
      showWholeNumber(find("[data-noise=to]"), to + 1);
      setPending(grid.figure, !there);
      slider.mark(place, count);
      grid.mark(place);
      redraw("pictures", [state.walk], () => grid.paint((i) => (state.walk ? {sprite: state.walk.picture, i} : null)));
      panel.redraw("words", [state.view, tile, to], () =>
        panel.say({
          title: `From noise ${tile + 1} to noise ${to + 1}`,
          captions: [`noise ${tile + 1}`, "here", `noise ${to + 1}`],
          of: "here",
          explain: EXPLANATION,
        }),
      );
      panel.wait([!there, !there, !there, !there]);
      panel.redraw("figures", [state.view, there, place], () => {
        const [first, here, end] = panel.canvases;
        there?.picture.paint(0, first);
        there?.picture.paint(place, here);
        there?.picture.paint(last, end);
      });
      panel.redraw("end", [state.view, there, place], () => panel.conclude(there ? words(there.probs[place]) : ""));
      panel.redraw("classes", [state.view, there, place], () => panel.classify(there?.probs[place] ?? null));
      section.toggleAttribute("data-ready", there !== null);
    },
  };

  function words(/** @type {number[]} */ probs) {
    if (!isClassified([probs])) return null;
    const {label, confidence} = prediction(probs);
    return `Here it ends as: ${classes[label]}, ${percent(confidence)}.`;
  }
}

/**
 * @param {number} k
 * @param {number} last
 */
function placeName(k, last) {
  if (k === 0) return "at the first noise";
  return k === last ? "at the second noise" : `${Math.round((100 * k) / last)} % of the way`;
}
