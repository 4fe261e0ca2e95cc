// @ts-check
// Features: what is shown is one state, which events change and render() draws.
import {exampleButtons} from "../web/components/example_buttons.js";
import {radioGroup} from "../web/components/radio_group.js";
import {onAddress, onPrepare} from "../web/lib/address.js";
import {finder} from "../web/lib/dom.js";
import {listenToKeys} from "../web/lib/input/keys.js";
import {notice} from "../web/lib/notice.js";
import {shareButton} from "../web/lib/share.js";
import {filmControl} from "./film.js";
import {layoutStore} from "./layouts.js";
import {featuresLink} from "./link.js";
import {mapLoader} from "./loading.js";
import {fillControls, listenToControls} from "./parts/controls.js";
import {eachDataset} from "./parts/dataset.js";
import {imageView} from "./parts/image_view.js";
import {ownPicture} from "./parts/own_picture.js";
import {panelBuilder} from "./parts/panels.js";
import {plainLayer, pointCount, startOf} from "./parts/sets.js";
import {STORIES, storyShown} from "./parts/stories.js";
import {featureTools} from "./parts/tools.js";
import {nothingYet, renderer} from "./render.js";
import {scoreBars} from "./scores.js";
import {
  activeMap,
  IMAGES,
  isTsne,
  makeOwnPresets,
  makePresets,
  presetShown,
  runOf,
  sourceOf,
  startView,
  toggled,
  withinImages,
  withinLayers,
} from "./views.js";

/**
 * @typedef {import("./types").View} View
 * @typedef {import("./types").MapSettings} MapSettings
 * @typedef {import("./render.js").State} State
 */

const FIRST_CLASS = 6; // whose first image is lit when none was pointed at

/** @param {import("./types").FeaturesMount} mounted */
export function mount(mounted) {
  eachDataset(mounted, features);
}

/**
 * The tab for a dataset.
 * @param {HTMLElement} element
 * @param {import("./parts/dataset.js").FeatureSet} options
 */
function features(element, {props, server, set, sample, plotly}) {
  const {classes, layersOf, frames} = props;
  const last = frames - 1;
  const find = finder(element);
  const alert = notice(find(".loom-notice"));
  fillControls(find, props);
  const bars = scoreBars(find);
  const layerOf = (/** @type {string} */ checkpoint) => plainLayer(props, checkpoint);
  const start = startOf(props, props.checkpoint);
  const presetsOf = (/** @type {string} */ checkpoint) =>
    set.isShipped ? makePresets(layersOf(checkpoint)) : makeOwnPresets(layerOf(checkpoint));
  const layouts = layoutStore(server, {frames, isWanted: (run) => isShown(JSON.stringify(run))});
  /** @type {State} */
  const state = {view: start, playhead: last, ...nothingYet()};
  const link = featuresLink(props);
  const countOf = (/** @type {View} */ view) => pointCount(props, view);
  const isShown = (/** @type {string} */ key) =>
    element.isConnected && state.view.maps.some((map) => isTsne(map) && JSON.stringify(runOf(state.view, map)) === key);
  const hasTsne = () => state.view.maps.some(isTsne);
  const fail = (/** @type {string} */ problem) => update({problem});

  const {play, seek, halt} = filmControl({
    last,
    state,
    update,
    framesReady: () =>
      !element.isConnected
        ? frames // another dataset is shown: there is nothing to wait for
        : Math.min(...state.view.maps.filter(isTsne).map((map) => layouts.run(runOf(state.view, map)).frames.length)),
    renderFilm: () => element.offsetParent && render(state),
  });
  const loading = mapLoader({state, update, layouts, layersOf, play});

  function update(/** @type {Partial<State>} */ changes) {
    Object.assign(state, changes);
    render(state);
  }

  // ---- other maps: the controls at once, then each map as soon as it can be drawn
  async function show(
    /** @type {View} */ wanted,
    /** @type {Partial<State> & {frame?: number | null}} */ options = {},
  ) {
    const {frame = null, ...changes} = options;
    const possible = withinLayers(wanted, layersOf(wanted.checkpoint), layerOf(wanted.checkpoint));
    const {view, problem} = withinImages(possible, countOf(wanted));
    const runs = (/** @type {View} */ one) => JSON.stringify(one.maps.filter(isTsne).map((map) => runOf(one, map)));
    const isFresh = frame !== null || runs(view) !== runs(state.view) || !state.loaded;
    const isOther = view.n !== state.view.n || view.data !== state.view.data;
    if (isFresh) halt();
    update({
      view,
      active: activeMap(view, changes.active ?? state.active),
      from: Math.min(state.from, view.maps.length - 1),
      ...(isFresh ? {playhead: frame ?? 0, isPlaying: false} : {}),
      ...(isOther ? {pinned: -1, lit: -1} : {}),
      ...(view.data === state.view.data || frame !== null ? {} : {hidden: new Set()}),
      problem: [changes.problem, problem].filter(Boolean).join(" "),
    });
    await loading.maps(view, frame === null);
    if (state.view !== view) return;
    const {lit, pinned} = state;
    const point = pinned >= 0 ? pinned : Math.min(countOf(view) - 1, FIRST_CLASS * view.n);
    update({lit: lit >= 0 ? lit : point});
    find(".features-maps").dataset.ready = "";
    loading.landings(view);
    loading.scores(view);
  }

  const edit = (/** @type {number} */ m, /** @type {Partial<MapSettings>} */ change) =>
    show({...state.view, maps: state.view.maps.map((map, n) => (n === m ? {...map, ...change} : map))}, {active: m});

  // ---- one image, found in every map
  function walk(/** @type {number} */ step) {
    const count = countOf(state.view);
    const pinned = (Math.max(state.lit, 0) + step + count) % count;
    update({pinned, lit: pinned});
  }
  const openExample = (/** @type {Partial<View>} */ example) =>
    show({...startOf(props, state.view.checkpoint), ...example});
  function takeOwn(/** @type {string | null} */ own) {
    if (own && state.view.data !== IMAGES)
      return fail("A picture lands on a map of images. Choose the test images as data.");
    update({own, problem: ""});
    loading.landings(state.view);
  }

  // ---- controls and the link
  const frameShown = () => Math.floor(state.playhead);
  /** @type {Record<string, (button: HTMLElement) => void>} */
  const buttons = {
    play: () => (state.isPlaying ? seek(state.playhead) : play()),
    back: () => seek(frameShown() - 1),
    forward: () => seek(frameShown() + 1),
    add() {
      const {maps} = state.view;
      show({...state.view, maps: [...maps, {...maps[maps.length - 1], method: "t-SNE"}]});
    },
    undo() {
      const story = storyShown(state.view, startView(state.view.checkpoint));
      if (story) openExample(STORIES[story.name].undone.view);
    },
    drop: ({dataset}) => show({...state.view, maps: state.view.maps.filter((_, m) => m !== Number(dataset.m))}),
    reset() {
      update({hidden: new Set(), pinned: -1});
      show(start);
    },
  };
  element.addEventListener("click", ({target}) => {
    const button = /** @type {Element} */ (target).closest("button");
    const {do: action = "", k} = button?.dataset ?? {};
    if (button && Object.hasOwn(buttons, action)) buttons[action](button);
    if (k !== undefined) update({hidden: toggled(state.hidden, Number(k))});
  });
  listenToControls(find, {onView: (change) => show({...state.view, ...change}), onSeek: seek});
  const keys = {
    " ": () => buttons.play(element),
    ArrowLeft: () => buttons.back(element),
    ArrowRight: () => buttons.forward(element),
    ArrowUp: () => walk(-1),
    ArrowDown: () => walk(1),
    Home: () => seek(0),
    End: () => seek(last),
  };
  shareButton(find(".share"), () => {
    const {view, hidden, pinned, playhead, own, sought} = state;
    const plane = layouts.plane(sourceOf(view, view.maps[0].layer)).data;
    const point = pinned >= 0 ? (plane?.indices[pinned] ?? null) : null;
    return link.write(view, {hidden, frame: hasTsne() && playhead < last ? frameShown() : null, point, own, sought});
  });

  const example = exampleButtons(find(".loom-examples"), Object.keys(presetsOf(start.checkpoint)), (name) =>
    openExample(presetsOf(state.view.checkpoint)[name]),
  );
  const known = exampleButtons(find(".features-stories"), Object.keys(STORIES), (name) =>
    openExample(STORIES[name].first.view),
  );
  const tools = featureTools(find, {element, props, server, sample, layouts, state, update});
  const render = renderer(find, {
    props,
    layouts,
    alert,
    bars,
    image: imageView(find, {props, sample}),
    own: ownPicture(find, {
      element,
      classes,
      sample,
      call: server.read_upload,
      onPicture: takeOwn,
      onError: fail,
    }),
    dimensionChoice: radioGroup(find("[data-dimensions]"), {"2-D": "2-D", "3-D": "3-D"}, (words) =>
      show({...state.view, dimensions: words === "3-D" ? 3 : 2}),
    ),
    tools,
    buildPanels: panelBuilder(find, {
      ...{props, plotly, sample, state, update},
      onEdit: edit,
      onTake: tools.openSheet,
      onCorrect: fail,
    }),
    markExample(view, story) {
      example(presetShown(view, presetsOf(view.checkpoint), startOf(props, view.checkpoint)));
      known(story);
    },
  });
  find("[data-way=examples]").hidden = !set.isFashion; // they show clothes
  listenToKeys(element, keys, {except: "button, input, select"});
  new ResizeObserver(() => {
    if (element.offsetParent) render(state); // a film may have gone on meanwhile
  }).observe(element);
  async function openLinked() {
    if (set.leaves()) return;
    const {view, shown, problems} = link.read();
    Object.assign(state, {hidden: shown.hidden, pinned: -1, own: shown.own, sought: shown.sought});
    const showing = show(view, {frame: shown.frame, problem: problems.join(" ")});
    if (shown.point === null) return;
    const {data} = await layouts.plane(sourceOf(view, view.maps[0].layer)).load();
    await showing;
    const pinned = data?.indices.indexOf(shown.point) ?? -1;
    if (pinned >= 0) update({pinned, lit: pinned});
  }

  onAddress("features", openLinked);
  onPrepare("features", (query) => loading.planes(link.read(query).view));
  openLinked();
}
