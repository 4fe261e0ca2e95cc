// @ts-check
// Diffusion: what is shown is one state, which events change and render() draws.
import {askedAbout, datasetTab} from "../web/components/datasets/dataset_tab.js";
import {exampleButtons} from "../web/components/example_buttons.js";
import {radioGroup} from "../web/components/radio_group.js";
import {pythonButton} from "../web/components/saving/python_dialog.js";
import {onDropOrPaste} from "../web/components/upload.js";
import {onAddress, onPrepare} from "../web/lib/address.js";
import {finder, showParts} from "../web/lib/dom.js";
import {messageOf, notice} from "../web/lib/notice.js";
import {redrawer} from "../web/lib/redraw.js";
import {remembering} from "../web/lib/server/remembered.js";
import {shareButton} from "../web/lib/share.js";
import {loadSprite} from "../web/lib/sprite.js";
import {viewChanges} from "../web/lib/state/views.js";
import {controls} from "./controls.js";
import {diffusionLink, linesRequest, makePresets, presetShown, startView, viewsOf} from "./link.js";
import {answeredHere} from "./parts/answered_here.js";
import {chosenPath, picturePanel} from "./parts/chosen.js";
import {holeView} from "./parts/hole.js";
import {othersView} from "./parts/others.js";
import {pathsView} from "./parts/paths.js";
import {pictureView} from "./parts/picture.js";
import {trainingView} from "./parts/training.js";
import {walkView} from "./parts/walk.js";
import {flowOf, propsOf} from "./sets.js";

const REMEMBERED = {load_paths: 8, bring_back: 4}; // answers: paths come in four parts a method
/**
 * @typedef {import("./types").State} State
 * @typedef {import("./types").ViewName} ViewName
 */

const CALLS = [
  "load_paths",
  "trace",
  "compare_end",
  "bring_back",
  "walk",
  "fill",
  "load_training",
  "python_lines",
  "read_upload",
];

/** @param {import("./types").DiffusionMount} mounted */
export function mount({element, props, server}) {
  datasetTab(
    {element, props, server},
    {tab: "diffusion", field: "checkpoint", draw: (root, set) => diffusion(root, props, server, set)},
  );
}

/**
 * The tab for a dataset.
 * @param {HTMLElement} element
 * @param {import("./types").Props} shipped
 * @param {import("./types").Server} everyone
 * @param {import("../web/components/datasets/dataset_tab.js").DatasetSet} set
 */
function diffusion(element, shipped, everyone, set) {
  const flow = flowOf(set);
  const props = propsOf(shipped, set);
  const asked = flow ? askedAbout(everyone, CALLS, {checkpoint: flow.name}) : everyone;
  const server = answeredHere(asked, props, set.loadSample);
  const [channels, size] = props.dataset.image_shape;
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
    film: null,
    trace: null,
    comparison: null,
    returned: null,
    walk: null,
    filled: null,
    others: null,
    training: null,
    problem: "",
  };
  /** @type {import("../web/lib/server/sample.js").Sample} */
  let sample;
  const {update, choose} = viewChanges({
    ...{state, render, views: () => views, beside: () => [chosen], hasStarted: () => Boolean(sample)},
  });
  const loadTiles = (
    /** @type {string | import("../web/lib/sprite.js").Tiles} */ sprite,
    /** @type {number} */ columns,
  ) => loadSprite(sprite, columns, size, channels);
  const tab = {
    find,
    props,
    server: remembering(server, REMEMBERED),
    loadTiles,
    state,
    sample: () => sample,
    update,
    choose,
  };
  const panel = picturePanel(find, props);
  const paths = pathsView(tab);
  const chosen = chosenPath(tab, panel, paths);
  /** @type {Record<ViewName, import("./types").Part>} */
  const views = {
    paths,
    picture: pictureView(tab, panel, element),
    hole: holeView(tab, panel),
    walk: walkView(tab, panel),
    others: othersView(tab, panel),
    training: trainingView(tab, panel),
  };
  const options = controls(tab);
  const link = diffusionLink({props, start, imageCount: () => sample.labels.length});
  const viewChoice = radioGroup(find("[data-choice=view]"), viewsOf(props), (view) =>
    choose({view: /** @type {ViewName} */ (view)}),
  );
  const markPreset = exampleButtons(find(".loom-examples"), Object.keys(presets), (name) => choose(presets[name]));

  function render() {
    const {view, problem} = state;
    alert.show(problem);
    viewChoice.at = view;
    markPreset(presetShown(state, presets));
    options.render();
    redraw("view", [view], () => {
      showParts(element, view, "view");
      find(".diffusion-near").hidden = view !== "paths";
      find(".diffusion-strip").hidden = view !== "training";
    });
    views[view].render();
    if (view === "paths") chosen.render();
  }

  find("[data-do=reset]").addEventListener("click", () => choose({...start, view: state.view}));
  onDropOrPaste(element, () => choose({view: "picture"}));
  shareButton(find(".share"), () => link.write(state));
  pythonButton(element, {
    call: server.python_lines,
    request: () => sample && linesRequest(state, props, state.training?.steps.length ?? 1),
    onError: (problem) => update({problem}),
  });

  async function begin() {
    try {
      sample = await set.loadSample();
    } catch (error) {
      return alert.say(messageOf(error));
    }
    onAddress("diffusion", openLinked);
    onPrepare("diffusion", (query) => {
      const {view} = link.read(query);
      views[view.view].prepare?.(view);
    });
    openLinked();
  }

  function openLinked() {
    if (set.leaves()) return;
    const {view, problems} = link.read();
    choose({...view, problem: problems.join(" ")});
  }

  find("[data-way=examples]").hidden = !set.isFashion; // they show clothes
  begin();
  return undefined;
}
