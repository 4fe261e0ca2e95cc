// @ts-check
// Classify: a picture is one state; what is not yet known of it is asked for, and painted only if it is still shown.
import {bars} from "../web/components/charts/bars.js";
import {datasetTab} from "../web/components/datasets/dataset_tab.js";
import {exampleButtons} from "../web/components/example_buttons.js";
import {gallery as imageGallery} from "../web/components/gallery.js";
import {drawingPad} from "../web/components/pad.js";
import {radioGroup} from "../web/components/radio_group.js";
import {pythonButton} from "../web/components/saving/python_dialog.js";
import {onAddress, onPrepare} from "../web/lib/address.js";
import {toBase64} from "../web/lib/base64.js";
import {finder, showParts} from "../web/lib/dom.js";
import {messageOf, notice} from "../web/lib/notice.js";
import {remembering} from "../web/lib/server/remembered.js";
import {ask} from "../web/lib/server/rpc.js";
import {pictureBytes} from "../web/lib/server/sample.js";
import {shareButton} from "../web/lib/share.js";
import {answers, isPending, NOTHING} from "./answers.js";
import {networkFacts} from "./facts.js";
import {layersView} from "./maps.js";
import {asNetwork, networksOf} from "./networks.js";
import {answeredHere} from "./parts/answered_here.js";
import {attribution} from "./parts/attribution.js";
import {confusionView} from "./parts/confusion.js";
import {trainingCurves} from "./parts/training_curves.js";
import {verdictView} from "./parts/verdict.js";
import {pictureReader} from "./photo.js";
import {classifyLink, firstOf, GREY, linesRequest, linked, linkedView, PRESETS, presetShown, VIEWS} from "./state.js";

/** @typedef {import("./state.js").State} State */
const EXPLANATIONS = 4; // kept: attributions take a second
const EMPTY = "The pad is empty: draw something, or take a test image.";

/** @param {import("./types").ClassifyMount} mounted */
export function mount({element, props, server}) {
  datasetTab(
    {element, props, server},
    {tab: "classify", field: "network", joins: true, draw: (root, set) => classify(root, props, server, set)},
  );
}

/**
 * The tab for a dataset.
 * @param {HTMLElement} element
 * @param {import("./types").Props} shipped
 * @param {import("./types").Server} server
 * @param {import("../web/components/datasets/dataset_tab.js").DatasetSet} set
 */
function classify(element, shipped, server, set) {
  const props = {...shipped, dataset: set.dataset, networks: networksOf(shipped.networks, set)};
  const {methods, dataset} = props;
  const {classes, colors} = dataset;
  const first = firstOf(set);
  const find = finder(element);
  const alert = notice(find(".loom-notice"));
  const titles = props.networks.map(({title}) => title); // beside those that ship, a session model's is the last
  /** @type {State} */
  const state = {
    ...{...first, image: null, picture: {}, pixels: new Uint8Array(pictureBytes(dataset)), key: "", isDrawing: false},
    ...{networks: props.networks, method: methods[0], photo: null, isPhoto: false, problem: "", linkProblems: ""},
    ...NOTHING,
  };
  /** @type {Partial<State>} */
  let drawn = {}; // the state that is on the page
  let wasStale = false; // the attribution on the page
  const patient = remembering(answeredHere(server, props), {explain: EXPLANATIONS});
  const asking = answers(state, patient, update);
  /** @type {ReturnType<typeof imageGallery> | null} */
  let gallery = null;
  /** @type {ReturnType<typeof confusionView> | null} */
  let confusion = null;
  /** @type {ReturnType<typeof networkFacts> | null} */
  let facts = null;

  function update(/** @type {Partial<State>} */ changes) {
    Object.assign(state, changes);
    render();
    asking.askForMissing();
  }

  // ---- from the state to the page
  function render() {
    const isNew = (/** @type {(keyof State)[]} */ ...keys) => keys.some((key) => state[key] !== drawn[key]);
    const {view, lead, networks, problem, linkProblems, photo} = state;
    alert.show(problem || linkProblems);
    if (isNew("networks", "lead")) renderLead();
    if (isNew("probs")) probabilities.show(titles.length > 1 ? state.probs : (state.probs?.[0] ?? null));
    if (isNew("photo")) photos.show(photo);
    if (isNew("view")) renderView();
    markExample(presetShown(state));
    words.show(state, state.image === null ? null : sample.labels[state.image]);
    maps.render();
    const isStale = isPending(state, "explanation");
    if (view === "evidence" && (isNew("view", "networks", "method", "about", "explanation") || isStale !== wasStale))
      explained.show({...state, isPending: isStale});
    wasStale = isStale;
    if (confusion && view === "confusion" && isNew("view", "networks", "lead", "cell", "scope"))
      confusion.show({network: networks[lead], cell: state.cell, scope: state.scope}).catch(fail);
    if (facts && view === "training" && isNew("view", "networks", "lead"))
      curves.show(networks[lead], facts.card).catch(fail);
    drawn = {...state};
  }

  function renderLead() {
    const {networks, lead} = state;
    networks.forEach(({title}, n) => {
      titles[n] = title;
    });
    if (networks !== drawn.networks) leads.show(Object.fromEntries(titles.entries()), String(lead));
    leads.at = String(lead);
    probabilities.lead = lead;
    find(".whose").textContent = titles[lead];
    if (drawn.networks) gallery?.refresh(mistakes);
  }

  function renderView() {
    views.at = state.view;
    showParts(element, state.view);
  }

  const fail = (/** @type {unknown} */ error) => update({problem: messageOf(error)});

  // ---- another picture: nothing of the old one is taken for it
  function show(/** @type {Uint8Array} */ pixels, /** @type {Partial<State>} */ changes = {}) {
    photos.cancel();
    asking.reset();
    const key = pixels.some((value) => value > 0) ? toBase64(pixels) : "";
    const unanswered = key ? {answered: NOTHING.answered, problem: ""} : {...NOTHING, problem: EMPTY};
    const shown = {picture: {}, pixels, key, isPhoto: Boolean(changes.photo)};
    update({image: null, isDrawing: false, linkProblems: "", ...changes, ...unanswered, ...shown});
  }

  function put(/** @type {Uint8Array} */ pixels, /** @type {Partial<State>} */ changes = {}) {
    pad.put(pixels);
    if ((changes.image ?? null) === null) gallery?.unselect();
    show(pixels, changes);
  }

  const pad = drawingPad(find(".drawing"), {
    hint: set.isFashion ? "draw a shirt here" : "draw here",
    onDraw(pixels) {
      gallery?.unselect();
      const key = toBase64(pixels);
      if (!state.key || pixels.every((value) => value === 0)) show(pixels.slice(), {isDrawing: true});
      else update({image: null, pixels: pixels.slice(), key, isDrawing: true, problem: "", linkProblems: ""});
    },
    onRelease: () => update({isDrawing: false}),
  });
  pad.resize(dataset.image_shape);
  const photos = pictureReader(element, set, {
    ...{props, server, current: () => state.photo, onError: (problem) => update({problem})},
    onChange: (photo) => update({photo}),
    onPixels: (pixels, photo) => put(pixels, {photo, view: "images"}),
  });

  // ---- controls
  const probabilities = bars(find(".bars"), classes, colors, {
    sets: titles,
    onPick: (k) => {
      if (state.view === "evidence") update({about: k});
    },
  });
  const words = verdictView(find, classes);
  const maps = layersView(find, state, update, server.load_summary);
  const explained = attribution(find(".attribution"), props, {
    onMethod: (method) => update({method}),
    onAbout: (about) => update({about}),
  });
  const curves = trainingCurves(element);
  const views = radioGroup(find(".classify-views"), VIEWS, (view) => update({view}));
  const leads = radioGroup(find(".classify-networks"), {}, (n) => update({lead: Number(n), opened: null}));
  const presets = set.isShipped ? PRESETS : {}; // they are about clothes
  const markExample = exampleButtons(find(".loom-examples"), Object.keys(presets), (name) =>
    open({...first, photo: null, lead: state.lead, ...presets[name]}),
  );
  element.addEventListener("click", ({target}) => {
    const {do: action} = /** @type {HTMLElement} */ (target).dataset ?? {};
    if (action === "reset") open({...first, photo: null});
    else if (action === "cut") photos.setSteps({cut_out: true});
  });

  /** @param {Partial<State> & {isGrey?: boolean, lesson?: import("./state.js").Lesson}} view all of a preset or link */
  function open({image = null, isGrey = false, lesson, pixels, ...changes}) {
    update({method: methods[0], ...changes});
    if (lesson) photos.open(props.example, {steps: {cut_out: false}, lesson});
    else if (isGrey) put(new Uint8Array(pictureBytes(dataset)).fill(GREY));
    else if (pixels) put(pixels);
    else if (image !== null) gallery?.select(image);
  }

  // ---- what must be there first
  /** @type {import("../web/lib/server/sample.js").Sample} */
  let sample;
  const mistakes = async () => {
    try {
      return (await facts?.mistakes(state.networks[state.lead].name)) ?? [];
    } catch (error) {
      fail(error);
      return [];
    }
  };

  async function start() {
    try {
      sample = await set.loadSample();
    } catch (error) {
      return fail(error);
    }
    facts = networkFacts(server, sample);
    gallery = imageGallery(find(".gallery"), {
      ...{sample, colors},
      onPick: (image) => put(sample.sprite.pixels(image), {image}),
      groups: {"its mistakes": mistakes},
    });
    confusion = confusionView(find, {
      ...{props, sample, facts, tile: gallery.tile},
      onCell: (cell) => update({cell}),
      onScope: (scope) => update({scope}),
      onImage: (image) => gallery?.select(image),
    });
    maps.start(facts, gallery);
    const link = classifyLink(props, sample.labels.length);
    shareButton(find(".share"), () => link.write(linked(state)));
    pythonButton(element, {call: server.python_lines, request: () => linesRequest(state), onError: fail});
    const openLinked = () => {
      if (set.leaves()) return;
      const {state: asLinked, problems} = link.read();
      open(linkedView(asLinked, state, {networks: props.networks, cell: first.cell}));
      update({linkProblems: problems.join(" ")});
    };
    onAddress("classify", openLinked);
    onPrepare("classify", (query) => {
      const {view, method, image, pixels} = link.read(query).state;
      const shown = pixels ?? (image !== null && sample.sprite.pixels(image));
      const networks = state.networks.map(({name}) => name);
      if (view === "evidence" && shown) ask(patient.explain, {pixels: toBase64(shown), networks, method});
    });
    openLinked();
    for (const own of set.models) if (set.isShipped && own.name === set.wanted) openModel(own);
  }

  /** A model of this visitor's takes the last place beside those that ship. */
  function openModel(/** @type {import("../web/types").SessionModel} */ model) {
    const networks = [...props.networks.slice(0, -1), asNetwork(model)];
    update({networks, lead: networks.length - 1, opened: null});
  }

  start();
  return {open: openModel};
}
