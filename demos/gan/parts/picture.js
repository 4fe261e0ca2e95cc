// @ts-check
// One picture: D's score, what the classifier predicts, and the real images nearest to it.
import {neighbours} from "../../web/components/neighbours.js";
import {fromBase64} from "../../web/lib/base64.js";
import {escapeHtml} from "../../web/lib/dom.js";
import {percent} from "../../web/lib/format.js";
import {paint} from "../../web/lib/image.js";
import {question} from "../../web/lib/question.js";
import {redrawer} from "../../web/lib/redraw.js";
import {chance, probability} from "../scores.js";

/** @typedef {import("../types").PictureRequest} PictureRequest */

const NO_SCORE =
  "real, said this run's own D of all its pictures at this step (geometric mean); its weights do not ship";
const SPACES = /** @type {const} */ ({
  pixels: {slot: "description", digits: 3},
  fc1: {slot: "comparison", digits: 1},
});

/**
 * @param {import("../types").Tab} tab
 * @param {() => import("../types").Part} part that is shown
 */
export function pictureView(tab, part) {
  const {find, props, server, state, sample, update} = tab;
  const {classes, colors} = props.dataset;
  const redraw = redrawer();
  const listOf = (/** @type {keyof typeof SPACES} */ space) =>
    neighbours(find(`[data-near=${space}]`), find(`[data-closer=${space}]`), {classes, colors, ...SPACES[space]});
  const lists = {pixels: listOf("pixels"), fc1: listOf("fc1")};
  const request = () => part().request();
  const answered = (/** @type {"description" | "comparison"} */ slot) => state[slot]?.key === describing.key();
  const describing = question({
    call: server.describe_picture,
    request,
    prepare: async (answer) => answer,
    onAnswer: (description) => update({description}),
    onError: (problem) => update(answered("description") ? {problem} : {problem, description: null}),
  });
  const comparing = question({
    call: server.compare,
    request,
    prepare: async (answer) => answer,
    onAnswer: (comparison) => update({comparison}),
    onError: (problem) => update(answered("comparison") ? {problem} : {problem, comparison: null}),
  });
  const description = () => (answered("description") ? state.description : null);

  /** The film whose own D does not ship, if a picture of it is shown. */
  const unscored = (/** @type {PictureRequest | null} */ shown) => {
    if (shown?.kind !== "film" || state.films[shown.run].is_scored) return null;
    return state.films[shown.run].training_scores[shown.snapshot];
  };

  /** What both networks say, which a walk brings along. */
  function renderVerdict() {
    const shown = request();
    const trainingScore = unscored(shown);
    const walked = shown?.kind === "walk" ? state.walk?.logits[shown.frame] : undefined;
    const walkedProbs =
      shown?.kind === "walk" && state.walkProbs?.key === state.walk?.key
        ? state.walkProbs?.probs[shown.frame]
        : undefined;
    const logit = description()?.logit ?? walked;
    const share = trainingScore ?? (logit === undefined ? null : probability(logit));
    const verdict = find(".gan-verdict");
    verdict.toggleAttribute("data-pending", share === null);
    if (share === null && shown && state.description) return; // the last one, dimmed
    redraw("verdict", [share, description(), walkedProbs, state.scores], () => {
      const words = share === null ? "…" : chance(share);
      find(".chance").textContent = words;
      find(".judge").textContent = trainingScore === null ? "real, says D" : NO_SCORE;
      find(".gan-meter b").style.transform = `scaleX(${share ?? 0})`;
      find(".gan-meter").setAttribute("aria-label", `Probability of real: ${words}`);
      find(".predicted").innerHTML = predictionHtml(description()?.probs ?? walkedProbs);
      find(".rank").textContent = state.view === "score" && logit !== undefined ? rank(logit) : "";
    });
  }

  const rank = (/** @type {number} */ logit) => {
    if (!state.scores) return "";
    const above = (/** @type {number[]} */ group) => percent(group.filter((v) => v < logit).length / group.length);
    return `above ${above(state.scores.real)} of the real and ${above(state.scores.fake)} of the made ones`;
  };
  const predictionHtml = (/** @type {number[] | undefined} */ probs) => {
    if (!probs?.length) return "";
    const best = Math.max(...probs);
    return `the classifier predicts: <b>${escapeHtml(classes[probs.indexOf(best)])}</b>, ${percent(best)}`;
  };

  function renderNear(/** @type {keyof typeof SPACES} */ space) {
    const {slot} = SPACES[space];
    const near = state[slot]?.near;
    const isNothing = near === null; // no classifier knows such pictures
    for (const part of [`[data-near=${space}]`, `[data-closer=${space}]`, `[data-title=${space}]`])
      find(part).hidden = isNothing;
    if (isNothing) return;
    const isShown = answered(slot) && request() !== null;
    for (const place of [find(`[data-near=${space}]`), find(`[data-closer=${space}]`)]) {
      place.toggleAttribute("data-pending", !isShown && request() !== null);
      place.toggleAttribute("data-empty", !near || request() === null);
    }
    if (near) redraw(space, [near], () => lists[space].show(near, sample()));
    const isComparing = !near && request() !== null && !state.problem;
    if (isComparing) find(`[data-closer=${space}]`).removeAttribute("data-empty");
    if (isComparing)
      find(`[data-closer=${space}]`).textContent =
        `comparing with ${sample().labels.length.toLocaleString("en")} test images…`;
  }

  return {
    load() {
      if (state.isMoving) return;
      describing.load(answered("description"));
      comparing.load(answered("comparison"));
    },
    again() {
      if (!answered("description")) describing.again();
      if (!answered("comparison")) comparing.again();
    },
    render() {
      const shown = request();
      find(".what").textContent = shown ? part().title() : "…";
      find(".picture").toggleAttribute("data-empty", !shown);
      if (shown)
        redraw("picture", [JSON.stringify(shown), description()], () => {
          const exact = description();
          if (exact) paint(find(".picture"), fromBase64(exact.pixels));
          else part().paint(find(".picture"));
        });
      renderVerdict();
      renderNear("pixels");
      renderNear("fc1");
      find(".gan-look").toggleAttribute("data-ready", description() !== null);
    },
  };
}
