// @ts-check
// Diffusion: what is shown is one state, which events change and render() draws.
import {exampleButtons} from "../web/components/example_buttons.js";
import {radioGroup} from "../web/components/radio_group.js";
import {onAddress, onPrepare} from "../web/lib/address.js";
import {finder} from "../web/lib/dom.js";
import {notice} from "../web/lib/notice.js";
import {redrawer} from "../web/lib/redraw.js";
import {remembering} from "../web/lib/server/remembered.js";
import {loadSample} from "../web/lib/server/sample.js";
import {shareButton} from "../web/lib/share.js";
import {controls} from "./controls.js";
import {diffusionLink, makePresets, presetShown, startView, VIEWS} from "./link.js";
import {chosenPath, lookPanel} from "./parts/chosen.js";
import {holeView} from "./parts/hole.js";
import {othersView} from "./parts/others.js";
import {pathsView} from "./parts/paths.js";
import {pictureView} from "./parts/picture.js";
import {trainingView} from "./parts/training.js";
import {walkView} from "./parts/walk.js";

const KEPT = {load_paths: 8, bring_back: 4}; // answers: paths come in four parts a method
/**
 * @typedef {import("./types").State} State
 * @typedef {import("./types").ViewName} ViewName
 */

/** @param {import("./types").DiffusionMount} mounted */
export function mount({element, props, server}) {
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
  const tab = {find, props, server: remembering(server, KEPT), state, sample: () => sample, update, choose};
  const panel = lookPanel(find, props);
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
  const viewChoice = radioGroup(find("[data-choice=view]"), VIEWS, (view) =>
    choose({view: /** @type {ViewName} */ (view)}),
  );
  const markPreset = exampleButtons(find(".loom-examples"), Object.keys(presets), (name) => choose(presets[name]));

  /** @param {Partial<State>} changes */
  function update(changes) {
    Object.assign(state, changes);
    if (!sample) return;
    render();
    const view = views[state.view];
    view.load();
    if (state.view === "paths") chosen.load();
    if (!state.isToPlay || !view.isReady()) return;
    state.isToPlay = false;
    view.play?.();
  }

  /** @param {Partial<State>} changes what a person chose, so the last problem is over, and so is a slow upload */
  function choose(changes) {
    if ("picture" in changes) views.picture.cancel?.();
    for (const part of Object.values(views)) part.stop?.();
    views[changes.view ?? state.view].again();
    chosen.again();
    update({problem: "", isMoving: false, isToPlay: false, ...changes});
  }

  function render() {
    const {view, problem} = state;
    if (problem) alert.say(problem);
    else alert.clear();
    viewChoice.at = view;
    markPreset(presetShown(state, presets));
    options.render();
    redraw("view", [view], () => {
      for (const part of /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll(".diffusion-view")))
        part.hidden = part.dataset.view !== view;
      find(".diffusion-near").hidden = view !== "paths";
      find(".diffusion-strip").hidden = view !== "training";
    });
    views[view].render();
    if (view === "paths") chosen.render();
  }

  find("[data-do=reset]").addEventListener("click", () => choose({...start, view: state.view}));
  const showUpload = (/** @type {DataTransfer | null} */ data) => {
    if (data?.files.length && element.offsetParent) choose({view: "picture"});
  };
  element.addEventListener("drop", ({dataTransfer}) => showUpload(dataTransfer));
  document.addEventListener("paste", ({clipboardData}) => showUpload(clipboardData));
  shareButton(find(".share"), () => link.write(state));

  async function begin() {
    try {
      sample = await loadSample(server.load_sample);
    } catch (error) {
      return alert.say(error instanceof Error ? error.message : String(error));
    }
    onAddress("diffusion", openLinked);
    onPrepare("diffusion", (query) => {
      const {view} = link.read(query);
      views[view.view].prepare?.(view);
    });
    openLinked();
  }

  function openLinked() {
    const {view, problems} = link.read();
    choose({...view, problem: problems.join(" ")});
  }

  begin();
}
