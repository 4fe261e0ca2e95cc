// @ts-check
// GAN: what is shown is one state, which events change and render() draws.

import {askedAbout, datasetTab, isListed} from "../web/components/datasets/dataset_tab.js";
import {exampleButtons, exampleShown} from "../web/components/example_buttons.js";
import {radioGroup} from "../web/components/radio_group.js";
import {pythonButton} from "../web/components/saving/python_dialog.js";
import {onDropOrPaste} from "../web/components/upload.js";
import {onAddress, onPrepare} from "../web/lib/address.js";
import {finder, showParts} from "../web/lib/dom.js";
import {messageOf, notice} from "../web/lib/notice.js";
import {redrawer} from "../web/lib/redraw.js";
import {shareButton} from "../web/lib/share.js";
import {viewChanges} from "../web/lib/state/views.js";
import {ganLink, makePresets, startView, viewsOf} from "./link.js";
import {answeredHere} from "./parts/answered_here.js";
import {pictureView} from "./parts/picture.js";
import {scoreView} from "./parts/score.js";
import {trainingView} from "./parts/training.js";
import {walkView} from "./parts/walk.js";
import {ganOf, propsOf} from "./sets.js";

/**
 * @typedef {import("../web/components/datasets/dataset_tab.js").DatasetSet} DatasetSet
 * @typedef {import("./types").State} State
 * @typedef {import("./types").ViewName} ViewName
 */

const CALLS = [
  "python_lines",
  "load_film",
  "walk",
  "classify_walk",
  "load_scores",
  "describe_picture",
  "compare",
  "load_features",
  "read_upload",
];

/** @param {import("./types").GanMount} mounted */
export function mount({element, props, server}) {
  datasetTab({element, props, server}, {tab: "gan", field: "run", draw: (root, set) => gan(root, props, server, set)});
}

/**
 * The tab for a dataset.
 * @param {HTMLElement} element
 * @param {import("./types").Props} shipped
 * @param {import("./types").Server} everyone
 * @param {DatasetSet} set
 */
function gan(element, shipped, everyone, set) {
  const model = ganOf(set);
  const props = propsOf(shipped, set);
  const asked = model ? askedAbout(everyone, CALLS, {checkpoint: model.name}) : everyone;
  const server = answeredHere(asked, props, set.loadSample);
  const {runs, seeds} = props;
  const find = finder(element);
  const alert = notice(find(".loom-notice"));
  const redraw = redrawer();
  const start = startView(props);
  const presets = makePresets(props);
  /** @type {State} */
  const state = {
    ...start,
    isMoving: false,
    isToPlay: false,
    films: {},
    walk: null,
    walkProbs: null,
    scores: null,
    description: null,
    comparison: null,
    problem: "",
  };
  /** @type {import("../web/lib/server/sample.js").Sample} */
  let sample;
  const {update, choose: change} = viewChanges({
    ...{state, render, views: () => views, beside: () => [picture], hasStarted: () => Boolean(sample)},
  });
  const choose = (/** @type {Partial<State>} */ changes) => change({example: undefined, ...changes});
  const tab = {find, props, server, state, sample: () => sample, update, choose};
  const score = scoreView(tab, element);
  /** @type {Record<ViewName, import("./types").Part>} */
  const views = {training: trainingView(tab), walk: walkView(tab), score};
  const picture = pictureView(tab, () => views[state.view]);
  const link = ganLink({
    props,
    start,
    isNamed: model !== undefined && isListed(model),
    imageCount: () => sample.labels.length,
  });
  const viewChoice = radioGroup(find("[data-choice=view]"), viewsOf(props), (view) =>
    choose({view: /** @type {ViewName} */ (view)}),
  );
  const runChoice = radioGroup(find("[data-choice=run]"), runs, (run) => choose({run, snapshot: -1}));
  const markExample = exampleButtons(find(".loom-examples"), Object.keys(presets), (name) =>
    choose({...presets[name], example: name}),
  );

  function render() {
    const {view, problem} = state;
    alert.show(problem);
    viewChoice.at = view;
    markExample(state.example);
    runChoice.at = state.run;
    redraw("view", [view], () => {
      showParts(element, view, "view");
      find("[data-choice=run]").hidden = view !== "training" || Object.keys(runs).length < 2;
      find(".gan-path").hidden = view !== "walk";
      find(".about").hidden = view !== "score";
    });
    views[view].render();
    picture.render();
  }

  find("[data-do=reset]").addEventListener("click", () => choose({...start, view: state.view}));
  find("[data-do=anew]").addEventListener("click", () =>
    choose({seed: Math.floor(Math.random() * seeds), frame: 0, isToPlay: true}),
  );
  onDropOrPaste(element, () => choose({view: "score"}));
  pythonButton(element, {
    call: server.python_lines,
    request: () => views[state.view].request(),
    onError: (problem) => update({problem}),
  });
  shareButton(find(".share"), () => link.write(state, views[state.view].request()));

  async function begin() {
    try {
      sample = await set.loadSample();
    } catch (error) {
      return alert.say(messageOf(error));
    }
    onAddress("gan", openLinked);
    onPrepare("gan", (query) => {
      const {view} = link.read(query);
      views[view.view].prepare(view);
    });
    openLinked();
  }

  function openLinked() {
    if (set.leaves()) return;
    const {view, problems} = link.read();
    choose({
      ...view,
      problem: problems.join(" "),
      example: exampleShown(/** @type {Partial<State>} */ ({...view, isToPlay: true}), presets, ["frame"]),
    });
  }

  for (const part of [".gan-contrast", ".gan-look > .loom-hint"]) find(part).hidden = !set.isShipped;
  find("[data-way=examples]").hidden = !set.isFashion; // they show clothes
  begin();
  return undefined;
}
