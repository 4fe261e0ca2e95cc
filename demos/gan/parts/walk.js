// @ts-check
// A walk through random codes: one picture of all frames, on a ring.
import {bars} from "../../web/components/charts/bars.js";
import {lineChart} from "../../web/components/charts/line_chart.js";
import {player} from "../../web/components/player.js";
import {listenToPlayer} from "../../web/lib/input/keys.js";
import {readWholeNumber, showWholeNumber} from "../../web/lib/input/whole_number.js";
import {question} from "../../web/lib/question.js";
import {redrawer} from "../../web/lib/redraw.js";
import {remembering} from "../../web/lib/server/remembered.js";
import {ask} from "../../web/lib/server/rpc.js";
import {loadSprite} from "../../web/lib/sprite.js";
import {chance, probability, REAL} from "../scores.js";
import {drawRing, listenToRing} from "./ring.js";

const RATE = 16; // frames a second
const CHART_HEIGHT = 186;
const BUSY = "button, input, select, .pad"; // use keys themselves

/**
 * @param {import("../types").Tab} tab
 * @returns {import("../types").Part}
 */
export function walkView(tab) {
  const {find, props, state, update, choose} = tab;
  const {frames, dataset, seeds} = props;
  const server = remembering(tab.server, {walk: 2, classify_walk: 2}); // one asked for ahead, beside one on its way
  const {classes, colors, image_shape} = dataset;
  const redraw = redrawer();
  const probabilities = bars(find(".walk-bars"), classes, colors);
  const requestOf = (/** @type {import("../types").View} */ {seed, stops}) => ({seed, stops});
  const request = () => requestOf(state);
  const walking = question({
    call: server.walk,
    request,
    prepare: async (answer) => ({...answer, picture: await loadSprite(answer.sprite, answer.columns, image_shape[1])}),
    onAnswer: (walk) => update({walk}),
    onError: (problem) => update(walk() ? {problem} : {problem, walk: null}),
  });
  const classifying = question({
    call: server.classify_walk,
    request: () => (walk() ? request() : null),
    prepare: async (answer) => answer,
    onAnswer: (walkProbs) => update({walkProbs}),
    onError: (problem) => update({problem}),
  });
  const slider = player(find(".walk-player"), {
    label: "Place on the walk",
    rate: RATE,
    loop: true,
    paint: (frame) => update({frame, isMoving: true}),
    settle: () => update({isMoving: false}),
    name: (k) => frameName(k, frames, state.stops),
  });
  const line = lineChart(find(".walk-line"), {
    label: "Probability of real",
    height: CHART_HEIGHT,
    key: true,
    onSeek: (k, _, held) => slider.go(k, held),
  });

  const walk = () => (state.walk?.key === walking.key() ? state.walk : null);
  const named = () => (probs()?.[0].length ? probs() : null);
  const probs = () => (state.walkProbs?.key === walking.key() ? state.walkProbs.probs : null);

  function drawWalk() {
    const {logits} = /** @type {import("../types").Walk} */ (walk());
    line.draw({
      x: [...logits.keys()],
      xName: "frame of the walk",
      range: [0, 1],
      series: [{name: "D says real", color: REAL, values: logits.map(probability)}],
      format: (v, short) => (short ? `${Math.round(100 * (v ?? 0))} %` : chance(v ?? 0)),
    });
  }

  listenToRing(find(".gan-ring"), frames, (frame, held) => {
    if (walk()) slider.go(frame, held);
  });
  listenToPlayer(find(".gan-view[data-view=walk]"), slider.keys, BUSY);
  find("[data-stops]").innerHTML = props.stops.map((n) => `<option>${n}</option>`).join("");
  find("[data-stops]").addEventListener("change", () => choose({stops: Number(find("[data-stops]").value), frame: 0}));
  find("[data-seed]").addEventListener("change", () => {
    const field = {name: "seed", high: seeds - 1, before: state.seed};
    const {number, problem} = readWholeNumber(find("[data-seed]").value, field);
    find("[data-seed]").value = number;
    choose({seed: number, frame: 0, problem});
  });

  return {
    load() {
      walking.load(walk() !== null);
      if (walk()) classifying.load(probs() !== null);
    },
    prepare(view) {
      ask(server.walk, requestOf(view));
      ask(server.classify_walk, requestOf(view));
    },
    again() {
      if (!walk()) walking.again();
      if (!probs()) classifying.again();
    },
    isReady: () => Boolean(walk()),
    play: slider.play,
    stop: slider.stop,
    request: () => (walk() ? {kind: "walk", ...request(), frame: state.frame} : null),
    paint: (picture) => walk()?.picture.paint(state.frame, picture),
    title() {
      const isBetween = state.frame % (frames / state.stops);
      return `Walk ${state.seed}, ${isBetween ? "between two codes" : "on a random code"}`;
    },
    render() {
      const there = walk();
      for (const part of [find(".gan-ring"), find(".walk-line")]) {
        part.toggleAttribute("data-pending", !there);
        part.toggleAttribute("data-empty", !state.walk);
      }
      find(".walk-bars").toggleAttribute("data-pending", !probs());
      showWholeNumber(find("[data-seed]"), state.seed);
      find("[data-stops]").value = state.stops;
      slider.mark(state.frame, frames);
      const isUnnamed = probs()?.[0].length === 0; // no classifier knows such pictures
      for (const part of [".walk-bars", ".walk-bars-title"]) find(part).hidden = isUnnamed;
      probabilities.show(isUnnamed ? null : (probs()?.[state.frame] ?? null));
      if (!there) return;
      redraw("walk", [there], drawWalk);
      redraw("ring", [there, probs()], () => {
        drawRing(find(".ring"), {picture: there.picture, probs: named(), frames, stops: state.stops}, colors);
      });
      redraw("frame", [there, state.frame], () => {
        there.picture.paint(state.frame, find(".big"));
        find(".knob").style.transform = `rotate(${(360 * state.frame) / frames}deg)`;
      });
      line.at = state.frame;
    },
  };
}

/**
 * @param {number} k
 * @param {number} frames
 * @param {number} stops
 */
function frameName(k, frames, stops) {
  const each = frames / stops;
  const from = Math.floor(k / each);
  const share = (k % each) / each;
  if (!share) return `code ${from + 1} of ${stops}`;
  return `${Math.round(100 * share)} % from code ${from + 1} to ${((from + 1) % stops) + 1}`;
}
