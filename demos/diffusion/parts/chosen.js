// @ts-check
// One path: its state, what the network predicts there, and how the classifier reads the guess of the end.
import {bars} from "../../web/components/charts/bars.js";
import {neighbours} from "../../web/components/neighbours.js";
import {setPending} from "../../web/lib/dom.js";
import {percent} from "../../web/lib/format.js";
import {paintDifference} from "../../web/lib/image.js";
import {question} from "../../web/lib/question.js";
import {redrawer} from "../../web/lib/redraw.js";
import {isClassified, pathsRequest, prediction, settledFrom, shownMethods} from "../paths.js";

const NO_CHANGE = 128;
const EXPLANATION = `The guess is x + (1 − t) v: where the path would end if it went straight on from here.
  In v, orange grows brighter and blue grows darker.`;
const DOUBLE = 2; // of the distance from NO_CHANGE, which is half the scale

/**
 * The three figures and what is said of them, which the view that is shown fills.
 * @param {(selector: string) => any} find
 * @param {import("../types").SetProps} props
 */
export function picturePanel(find, {classes, colors}) {
  const probabilities = bars(find(".diffusion-look .bars"), classes, colors);
  let isOfClasses = false; // whether the view has something to classify
  const figures = [...find(".diffusion-three").querySelectorAll("figure")];
  return {
    redraw: redrawer(), // one for all views: what another has drawn is drawn again
    /** @param {{title: string, captions: string[], of: string, explain: string}} words */
    say({title, captions, of, explain}) {
      find(".what").textContent = title;
      find(".of").textContent = of;
      find(".explain").textContent = explain;
      isOfClasses = of !== "";
      find(".diffusion-classes").hidden = !isOfClasses;
      figures.forEach((figure, k) => {
        figure.hidden = !captions[k];
        figure.querySelector("figcaption").textContent = captions[k] ?? "";
        figure.querySelector("canvas").setAttribute("aria-label", captions[k] ?? "");
      });
    },
    /** @param {boolean[]} pending of each figure, then of the classes */
    wait(pending) {
      figures.forEach((figure, k) => {
        setPending(figure, pending[k]);
      });
      setPending(find(".diffusion-classes"), pending[figures.length]);
    },
    canvases: figures.map((figure) => /** @type {HTMLCanvasElement} */ (figure.querySelector("canvas"))),
    /** @param {string | null} words null where there is nothing to conclude */
    conclude(words) {
      find(".verdict-line").hidden = words === null;
      find(".verdict-line").textContent = words;
    },
    /** @param {number[] | null} probs none where no classifier knows such pictures */
    classify(probs) {
      find(".diffusion-classes").hidden = !isOfClasses || probs?.length === 0;
      if (probs?.length !== 0) probabilities.show(probs);
    },
  };
}

/**
 * @param {import("../types").Tab} tab
 * @param {ReturnType<typeof picturePanel>} panel
 * @param {{film: () => import("../types").Film | null, frame: () => number}} paths
 */
export function chosenPath(tab, panel, paths) {
  const {find, props, server, loadTiles, state, sample, update} = tab;
  const {side, together, methods, classes, colors} = props;
  const near = find(".diffusion-near");
  const closest = neighbours(near.querySelector("ol"), near.querySelector(".closer"), {classes, colors, digits: 3});
  const {redraw} = panel;
  const method = () => shownMethods(state, methods)[0];
  const tracing = question({
    call: server.trace,
    request: () => (paths.film() ? {...pathsRequest(state, method()), tile: state.tile} : null),
    prepare: async ({sprite, columns, probs}) => ({columns, probs, picture: await loadTiles(sprite, columns)}),
    onAnswer: (trace) => update({trace}),
    onError: (problem) => update(trace() ? {problem} : {problem, trace: null}),
  });
  const comparing = question({
    call: server.compare_end,
    request: () => (trace() ? {...pathsRequest(state, method()), tile: state.tile} : null),
    prepare: async (answer) => answer,
    onAnswer: (comparison) => update({comparison}),
    onError: (problem) => update(comparison() ? {problem} : {problem, comparison: null}),
  });
  const comparison = () => (state.comparison && state.comparison.key === tracing.key() ? state.comparison : null);
  const trace = () => (state.trace && state.trace.key === tracing.key() ? state.trace : null);

  /** From the film, which is there first. */
  function paintState() {
    const sprite = paths.film()?.parts[method()]?.[Math.floor(state.tile / together)];
    if (sprite) sprite.paint(paths.frame() * together + (state.tile % together), panel.canvases[0]);
  }

  function paintTrace(/** @type {import("../types").Trace} */ {picture, columns}, /** @type {number} */ k) {
    const [first, second, third] = panel.canvases;
    picture.paint(k, first);
    const velocity = picture.pixels(columns + k);
    paintDifference(second, velocity, new Uint8Array(velocity.length).fill(NO_CHANGE), DOUBLE);
    picture.paint(2 * columns + k, third);
  }

  function conclude(/** @type {import("../types").Trace} */ {probs}) {
    if (!isClassified(probs)) return panel.conclude(null);
    const {label, confidence} = prediction(probs[probs.length - 1]);
    const time = (paths.film()?.times ?? [])[settledFrom(probs)];
    return panel.conclude(
      `Ends as: ${classes[label]}, ${percent(confidence)}. The guess says so from t = ${time.toFixed(2)} on.`,
    );
  }

  return {
    load() {
      if (state.view !== "paths") return;
      tracing.load(trace() !== null);
      comparing.load(comparison() !== null);
    },
    again() {
      if (!state.problem) return;
      tracing.again();
      comparing.again();
    },
    render() {
      const there = trace();
      const k = paths.frame();
      const which = shownMethods(state, methods).length > 1 ? ", by Euler" : "";
      redraw("words", [state.view, state.tile, which], () =>
        panel.say({
          title: `Path ${state.tile + 1} of ${side ** 2}${which}`,
          captions: ["state x", "velocity v", "guess of the end"],
          of: "for the guess",
          explain: EXPLANATION,
        }),
      );
      panel.wait([!paths.film(), !there, !there, !there]);
      redraw("figures", [state.view, there, k, paths.film(), state.tile], () => {
        if (there) paintTrace(there, k);
        else paintState();
      });
      setPending(near, !comparison());
      near.toggleAttribute("data-empty", !state.comparison);
      redraw("near", [state.comparison], () => state.comparison && closest.show(state.comparison.near, sample()));
      redraw("end", [state.view, there], () => (there ? conclude(there) : panel.conclude("")));
      redraw("classes", [state.view, there, k], () => panel.classify(there?.probs[k] ?? null));
    },
  };
}
