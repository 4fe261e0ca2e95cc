// @ts-check
// Interpolate: what is shown is one state, which events change and render() draws.

import {exampleButtons} from "../web/components/example_buttons.js";
import {showPython} from "../web/components/saving/python_dialog.js";
import {pickFiles} from "../web/components/upload.js";
import {onAddress, onPrepare} from "../web/lib/address.js";
import {finder} from "../web/lib/dom.js";
import {messageOf, notice} from "../web/lib/notice.js";
import {loadSample} from "../web/lib/server/sample.js";
import {loadModels, watchSessionModels} from "../web/lib/server/session_models.js";
import {shareButton} from "../web/lib/share.js";
import {alphaScale} from "./alphas.js";
import {listen} from "./events.js";
import {incomingPictures} from "./incoming.js";
import {interpolateLink} from "./link.js";
import {answeredHere} from "./parts/answered_here.js";
import {attributeSliders} from "./parts/attributes.js";
import {decoderComparison} from "./parts/decoder_comparison.js";
import {decoderList} from "./parts/decoder_list.js";
import {exportButtons} from "./parts/export.js";
import {facePhoto} from "./parts/face_photo.js";
import {pathView} from "./parts/path.js";
import {picker} from "./parts/picker.js";
import {playhead} from "./parts/playhead.js";
import {sweepLoader} from "./parts/sweeps.js";
import {isReady, makeChoices, NOTHING_YET, renderer} from "./render.js";
import {pathFollower, pathPreparer, rowLoader, rowsKey, stripLoader} from "./strips.js";
import {makePresets, pathRequest, pictureRequest, withAttributes, withModel} from "./views.js";

/**
 * @typedef {import("./types").End} End
 * @typedef {import("./types").View} View
 * @typedef {import("./render.js").State} State
 */

const NO_DECODER = "No decoder is here: get the weights back with `git checkout -- weights`.";

/** @param {import("./types").InterpolateMount} mounted */
export function mount({element, props, server: remote}) {
  const server = answeredHere(remote, props, () => ({known, shown: state.model}));
  const {decoders} = props;
  const find = finder(element);
  const alert = notice(find(".loom-notice"));
  const presets = makePresets(decoders, props.methods[0]);
  const start = Object.values(presets)[0];
  if (!start) return alert.say(NO_DECODER);
  const {known, joined, alike, add} = decoderList(find("[data-model]"), props, server);
  /** @type {State} */
  const state = {...withAttributes(start, known), ...NOTHING_YET};
  const dataset = () => state.sample ?? props.dataset;
  const link = interpolateLink({props, known, presets, dataset, imageCount: () => state.sample?.labels.length ?? 0});
  const render = renderer(
    find,
    {props, known, presets, alike},
    {
      alert,
      path: pathView(find, {dataset, photo: props.photo, onPick: (alpha) => goTo(alpha)}),
      comparison: decoderComparison(find(".rows"), {dataset, onPick: setModel}),
      pictures: picker(find, {
        onPick: choose,
        onEmpty: () => update({problem: "The pad is empty: draw something, or take a test image."}),
      }),
      photo: facePhoto(find(".interp-photo"), {side: props.photo, onChoose: (choice) => incoming.chooseFace(choice)}),
      sliders: attributeSliders(find(".axes"), {
        range: props.attribute_range,
        onDrag: (k, amount) => {
          pause();
          update({dragged: {k, amount}});
        },
        onRelease: (k, amount) => {
          const attributes = state.attributes.map((before, n) => (n === k ? amount : before));
          show({attributes}, {dragged: {k, amount}});
        },
      }),
      markExample: exampleButtons(find(".loom-examples"), Object.keys(presets), (name) =>
        show(presets[name], {source: "gallery", incoming: null}),
      ),
      choices: makeChoices(find, props.methods, (changes) => ("method" in changes ? show(changes) : update(changes))),
    },
  );
  const scaleOf = (/** @type {boolean} */ beyond) => alphaScale(props, beyond);
  const scale = () => scaleOf(state.beyond);
  const fail = (/** @type {string} */ problem) => update({problem});
  const {seek, play, pause, goTo, stop} = playhead({state, update, scale, onRest: rest});

  function update(/** @type {Partial<State>} */ changes) {
    Object.assign(state, changes);
    render(state);
  }

  // ---- another path: other ends, another model, another method
  function show(/** @type {Partial<View>} */ next, /** @type {Partial<State>} */ changes = {}) {
    stop();
    turn++;
    const {model, a, b, alpha, method, beyond, attributes} = {...state, ...next};
    const view = withAttributes({model, a, b, alpha, method, beyond, attributes}, known);
    if (!changes.sample && !joined.areAlike(model, state.model)) return void showElsewhere(view, changes);
    const isOther =
      view.beyond !== state.beyond || "sample" in changes || known[model].kind !== known[state.model].kind;
    update({
      ...view,
      alpha: alphaScale(props, beyond).nearest(alpha),
      pathKey: JSON.stringify(pathRequest(view)),
      strip: isOther ? null : state.strip, // of other frames
      failed: false,
      rows: rowsKey(view) === rowsKey(state) ? state.rows : {},
      dragged: null,
      isPlaying: false,
      problem: "",
      ...changes,
    });
    follow(pathRequest(view));
    if (known[model].kind === "faces") incoming.loadFaces(model);
  }

  let turn = 0; // counts what was shown: a dataset that comes too late is not
  /**
   * The same once the images of another dataset are here.
   * @param {Partial<View> & {model: string}} next without the ends: pictures of one dataset are none of another
   * @param {Partial<State>} changes
   */
  async function showElsewhere(next, changes) {
    const mine = ++turn;
    try {
      const sample = await joined.sampleOf(next.model);
      if (mine !== turn) return;
      const others = joined.has(next.model) ? sample.labels.length : 0;
      const view = withModel({...state, a: start.a, b: start.b}, next.model, known, presets, others);
      show({...view, ...next}, {...changes, sample});
    } catch (error) {
      if (mine === turn) fail(messageOf(error));
    }
  }

  const incoming = incomingPictures({state, update, choose, known, joined, server});
  const loadStrip = stripLoader(server.path, (name) => known[name], scaleOf);
  const loadRows = rowLoader({state, update, loadStrip, known, namesOf: (model) => alike(model).map(({name}) => name)});
  const onWhole = () => {
    rest();
    loadRows(state);
  };
  const follow = pathFollower({state, update, loadStrip, scaleOf, sizes: props, onWhole});

  /**
   * @param {End} end
   * @param {import("./types").EndName} [target]
   * @param {import("./types").FacePhoto | null} [photo] that it is a face of
   */
  function choose(end, target = state.target, photo = null) {
    show({[target]: end}, {incoming: null, photos: {...state.photos, [target]: photo}});
  }

  function setModel(/** @type {string} */ name) {
    if (!joined.areAlike(name, state.model)) return showElsewhere({model: name}, {incoming: null});
    show(withModel(state, name, known, presets), {incoming: null});
    return incoming.cutAgain();
  }

  // ---- the hand rests
  const sweep = sweepLoader({state, update, call: server.sweep, known});
  function rest() {
    sweep();
  }

  // ---- controls
  const step = (/** @type {number} */ frames) => goTo(state.alpha + frames / props.frames);
  const swap = () => {
    const {isPlaying, a, b, alpha} = state;
    show({a: b, b: a, alpha: 1 - alpha});
    if (isPlaying) play();
  };

  const listenToAll = () =>
    listen(element, find, {
      buttons: {
        ...exportButtons({state, scale, onError: fail, call: server.animate}),
        play,
        swap,
        reset: () => show(start, {target: "a", source: "gallery", incoming: null}),
        still: () => show({attributes: state.attributes.map(() => 0)}),
        portrait: incoming.portrait,
        random: incoming.random,
        cancel: incoming.cancel,
        python: () =>
          showPython(element, {call: server.python_lines, request: () => pictureRequest(state), onError: fail}),
      },
      onEnd: (target) => update({target}),
      onModel: setModel,
      onBeyond: (beyond) => show({beyond}),
      onDrag(alpha) {
        pause();
        seek(alpha);
      },
      onRest: rest,
      keys: {
        " ": play,
        s: swap,
        ArrowLeft: () => step(-1),
        ArrowRight: () => step(1),
        Home: () => goTo(0),
        End: () => goTo(1),
      },
    });

  async function begin() {
    let unlisted = "";
    try {
      [state.sample, unlisted] = await Promise.all([loadSample(server.load_sample), loadModels(server, props)]);
    } catch (error) {
      return fail(messageOf(error));
    }
    onAddress("interpolate", openLinked);
    onPrepare("interpolate", prepareLinked);
    listenToAll();
    const isOpened = watchSessionModels("interpolate", {add, open: setModel});
    if (isOpened) fail(unlisted);
    else openLinked(unlisted);
  }

  const prepare = pathPreparer({loadStrip, sizes: props, scaleOf});
  function prepareLinked(/** @type {URLSearchParams} */ query) {
    const view = withAttributes(link.read(query).view, known);
    if (!joined.areAlike(view.model, state.model)) return;
    prepare(view);
    if (known[view.model].kind === "faces") incoming.loadFaces(view.model);
  }

  async function openLinked(unlisted = "") {
    const mine = ++turn;
    try {
      const sample = await joined.sampleOf(link.readModel());
      if (mine !== turn) return;
      const before = state.sample;
      state.sample = sample; // whose images the link may name
      const {view, picking, problems} = link.read();
      const problem = problems.join(" ") || unlisted;
      show(view, {...picking, incoming: null, problem, ...(before !== sample && {sample})});
    } catch (error) {
      if (mine === turn) fail(messageOf(error));
    }
  }

  pickFiles(element, incoming.readFile);
  shareButton(find(".share"), () => link.write(state, state, isReady(state) ? state.strip?.codes : undefined));
  begin();
}
