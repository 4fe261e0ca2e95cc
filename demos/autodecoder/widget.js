// @ts-check
// Auto-decoder: what is shown is one state, which events change and render() draws.

import {datasetTab} from "../web/components/datasets/dataset_tab.js";
import {exampleRow} from "../web/components/example_buttons.js";
import {gallery} from "../web/components/gallery.js";
import {drawingPad} from "../web/components/pad.js";
import {radioGroup} from "../web/components/radio_group.js";
import {pythonButton} from "../web/components/saving/python_dialog.js";
import {ABOUT_PHOTOS, onDropOrPaste, upload} from "../web/components/upload.js";
import {onAddress} from "../web/lib/address.js";
import {finder, showParts} from "../web/lib/dom.js";
import {listenToKeys} from "../web/lib/input/keys.js";
import {readWholeNumber, showWholeNumber} from "../web/lib/input/whole_number.js";
import {messageOf, notice} from "../web/lib/notice.js";
import {redrawer} from "../web/lib/redraw.js";
import {shareButton} from "../web/lib/share.js";
import {autodecoderLink, linesRequest} from "./link.js";
import {answeredHere} from "./parts/answered_here.js";
import {drawsView} from "./parts/draws.js";
import {fitView} from "./parts/fit.js";
import {fourView} from "./parts/four.js";
import {learnedView} from "./parts/learned.js";
import {magnitudeView} from "./parts/magnitude.js";
import {mapView} from "./parts/map.js";
import {pathView} from "./parts/path.js";
import {face, makePresets, presetShown, startView, VIEWS} from "./presets.js";
import {propsOf, serverOf} from "./sets.js";

/**
 * @typedef {import("./types").State} State
 * @typedef {import("./types").ViewName} ViewName
 */

const BUSY = "button, input, select, .pad"; // use keys themselves
const TAKES_DRAWINGS = ["fit", "four"]; // views
const EMPTY_PAD = "The pad is empty: draw something, or take a test image.";

/** @param {import("./types").AutodecoderMount} mounted */
export function mount({element, props, server}) {
  datasetTab(
    {element, props, server},
    {tab: "autodecoder", field: "model", draw: (root, set) => autodecoder(root, props, server, set)},
  );
}

/**
 * The tab for a dataset.
 * @param {HTMLElement} element
 * @param {import("./types").Props} shipped
 * @param {import("./types").Server} everyone
 * @param {import("../web/components/datasets/dataset_tab.js").DatasetSet} set
 */
function autodecoder(element, shipped, everyone, set) {
  const props = propsOf(shipped, set);
  const server = answeredHere(serverOf(everyone, props, set), props, set.loadSample);
  const {seeds, dataset} = props;
  const {colors} = dataset;
  const find = finder(element);
  const alert = notice(find(".loom-notice"));
  const redraw = redrawer();
  const first = startView(props, set.isFashion ? 0 : set.imageCount);
  const start = set.isShipped ? first : {...first, view: /** @type {ViewName} */ ("magnitude")};
  /** @type {Partial<ReturnType<typeof makePresets>>} */
  const presets = set.isShipped ? makePresets(props) : {}; // they are about clothes
  /** @type {State} */
  const state = {
    ...start,
    sweep: null,
    draws: null,
    portraits: null,
    learned: null,
    path: null,
    trainingImages: null,
    layouts: {},
    problem: "",
  };
  /** @type {import("../web/lib/server/sample.js").Sample} */
  let sample;
  const tab = {find, props, server, state, sample: () => sample, update, choose};
  const views = {
    magnitude: magnitudeView(tab),
    try: drawsView(tab),
    four: fourView(tab),
    learned: learnedView(tab),
    fit: fitView(tab),
    map: mapView(tab),
    path: pathView(tab),
  };
  const link = autodecoderLink({props, start, isNamed: !set.isShipped, imageCount: () => sample.labels.length});
  const viewChoice = radioGroup(find("[data-view]"), props.views ?? VIEWS, (view) =>
    choose({view: /** @type {ViewName} */ (view)}),
  );
  const sourceChoice = radioGroup(find("[data-source]"), {gallery: "Test images", pad: "Draw"}, (source) => {
    if (source === "gallery") choose({drawing: null, step: null});
    else takeDrawing(pad.isEmpty ? sample.sprite.pixels(state.image) : pad.pixels);
  });
  const pad = drawingPad(find(".auto-pad"), {
    onRelease(pixels) {
      choose({drawing: Uint8Array.from(pixels), step: null, problem: pad.isEmpty ? EMPTY_PAD : ""});
    },
  });
  const examples = exampleRow(find(".loom-examples"), openPreset);
  const uploading = upload(element, {
    call: server.read_upload,
    onPixels: takeDrawing,
    onError: (problem) => update({problem}),
  });
  pad.resize(dataset.image_shape);
  /** @type {ReturnType<typeof gallery> | null} */
  let pictures = null;

  /** @param {Partial<State>} changes */
  function update(changes) {
    Object.assign(state, changes);
    if (!sample) return;
    views[state.view].load();
    render();
  }

  /** @param {Partial<State>} changes what a person chose, so the last problem is over, and so is a slow upload */
  function choose(changes) {
    if ("image" in changes || "drawing" in changes) uploading.cancel();
    views[changes.view ?? state.view].again?.();
    update({problem: "", ...changes});
  }

  function render() {
    const {view, drawing, problem} = state;
    const isPad = TAKES_DRAWINGS.includes(view) && drawing !== null;
    alert.show(problem);
    redraw("view", [view], renderView);
    viewChoice.at = view;
    examples.mark(presetShown(state, presets[view] ?? {}));
    sourceChoice.at = isPad ? "pad" : "gallery";
    find(".auto-pad").hidden = !isPad;
    find(".gallery").hidden = isPad;
    pictures?.mark(isPad ? -1 : state.image);
    if (view === "try" || view === "four") showWholeNumber(find("[data-seed]"), state.seed);
    views[view].render();
    if (views[view].isReady()) find(".auto-main").dataset.ready = view;
    else delete find(".auto-main").dataset.ready;
  }

  function renderView() {
    const {view} = state;
    for (const part of Object.values(views)) part.stop?.();
    showParts(element, view);
    examples.show(Object.keys(presets[view] ?? {}));
    find(".auto-actions").innerHTML = actionsHtml(view, seeds);
  }

  function takeDrawing(/** @type {Uint8Array} */ pixels) {
    pad.put(pixels);
    choose({drawing: Uint8Array.from(pixels), step: null, view: state.view === "four" ? "four" : "fit"});
  }

  function openPreset(/** @type {string} */ name) {
    if (!sample) return;
    const {isFace, isEvery, ...changes} = presets[state.view]?.[name] ?? {};
    if (isFace) return takeDrawing(face());
    choose(changes);
    if (isEvery) views.fit.fitAll();
  }

  const newSeed = () => Math.floor(Math.random() * seeds);
  /** @type {Record<string, () => void>} */
  const actions = {
    reset: () => choose({...start, view: state.view}),
    draws: () => choose({seed: newSeed()}),
    redraw: () => choose({drawSeed: newSeed()}),
    farthest: () => views.learned.jump(0),
    nearest: () => views.learned.jump(-1),
    fitall: views.fit.fitAll,
  };
  element.addEventListener("click", ({target}) => {
    const button = /** @type {Element} */ (target).closest("button");
    if (!button || !sample) return;
    actions[button.dataset.do ?? ""]?.();
  });
  element.addEventListener("change", ({target}) => {
    const input = /** @type {HTMLInputElement} */ (target);
    if (!input.matches("[data-seed]")) return;
    const {number, problem} = readWholeNumber(input.value, {name: "seed", high: seeds - 1, before: state.seed});
    input.value = String(number);
    choose({seed: number, problem});
  });
  onDropOrPaste(element, () => {
    if (state.view !== "four") choose({view: "fit"});
  });
  for (const name of /** @type {const} */ (["magnitude", "fit", "path"])) {
    listenToKeys(find(`.auto-main > [data-only=${name}]`), views[name].player.keys, {except: BUSY});
  }
  shareButton(find(".share"), () => link.write(state));
  pythonButton(element, {
    call: server.python_lines,
    request: () => sample && linesRequest(state, props.models),
    onError: (problem) => update({problem}),
  });

  async function begin() {
    try {
      sample = await set.loadSample();
    } catch (error) {
      return alert.say(messageOf(error));
    }
    pictures = gallery(find(".gallery"), {
      sample,
      colors,
      onPick: (image) => choose({image, drawing: null, step: null}),
    });
    onAddress("autodecoder", openLinked);
    openLinked();
  }

  function openLinked() {
    if (set.leaves()) return;
    const {view, problems} = link.read();
    if (view.drawing) pad.put(view.drawing);
    const isLost = view.drawing !== null && !TAKES_DRAWINGS.includes(view.view);
    choose({...view, view: isLost ? "fit" : view.view, problem: problems.join(" ")});
  }

  if (!set.isShipped) find("[data-only=path] h4 b").textContent = "the classifier";
  for (const part of [".auto-contrast", ".auto-fidelity", "[data-do=fitall]"]) find(part).hidden = !set.isShipped;
  find("[data-way=examples]").hidden = !set.isFashion; // they show clothes
  find(".auto-photos").textContent = ABOUT_PHOTOS[set.isFashion ? "clothes" : "others"];
  begin();
  return undefined;
}

/**
 * What a view offers beside its examples.
 * @param {ViewName} view
 * @param {number} seeds
 */
function actionsHtml(view, seeds) {
  const button = (/** @type {string} */ action, /** @type {string} */ label) =>
    `<button type="button" data-do="${action}">${label}</button>`;
  if (view === "try" || view === "four")
    return `<label class="seed">seed <input type="number" data-seed min="0" max="${seeds - 1}" step="1"></label>
      ${button("draws", "New draws")}`;
  if (view !== "learned") return "";
  return (
    button("farthest", "The number farthest from its prior") +
    button("nearest", "The number nearest") +
    button("redraw", "New draws")
  );
}
