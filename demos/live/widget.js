// @ts-check
// Train live: a model learns while somebody looks on. Events and the server change one state, which liveView() draws.

import {exampleButtons} from "../web/components/example_buttons.js";
import {player} from "../web/components/player.js";
import {radioGroup} from "../web/components/radio_group.js";
import {pythonButton} from "../web/components/saving/python_dialog.js";
import {onAddress} from "../web/lib/address.js";
import {fromBase64} from "../web/lib/base64.js";
import {finder, saveFile} from "../web/lib/dom.js";
import {ask} from "../web/lib/server/rpc.js";
import {addSessionModel, openSessionModel} from "../web/lib/server/session_models.js";
import {shareButton} from "../web/lib/share.js";
import {DATA, readLink, writeLink} from "./link.js";
import {CHARTS, curvesCsv} from "./parts/curves.js";
import {fieldList} from "./parts/fields.js";
import {listenToLiveKeys} from "./parts/keys.js";
import {watchLeaving} from "./parts/leaving.js";
import {returnedModel} from "./parts/returned.js";
import {PRESETS, presetShown} from "./presets.js";
import {chosenSince, liveRun, steering} from "./run.js";
import {pictureSource} from "./set/source.js";
import {learnedWords, withMore} from "./snapshots.js";
import {FRESH, isBusy, isOnServer, liveView} from "./view.js";

const FILM_RATE = 12; // snapshots a second
const KEEP_ALIVE = 10_000; // milliseconds between two signs of life, once other tabs use a model of this session

/** @param {import("./types").LiveMount} mounted */
export function mount({element, props, server}) {
  const find = finder(element);
  const {models, hyperparameters} = props;
  const linked = readLink(props);
  /** @type {import("./view.js").State} */
  const state = {
    ...FRESH,
    model: linked.model,
    data: linked.data,
    values: linked.values,
    waiting: new Set(),
    advice: "",
    helped: Object.keys(linked.values)[0],
  };
  let keepingAlive = 0;

  function update(/** @type {Partial<import("./view.js").State>} */ changes) {
    Object.assign(state, changes);
    view.render(state);
    markExample(state.data === "fashion" ? presetShown(state, models) : undefined);
  }
  const fail = (/** @type {string} */ problem) => update({problem});

  const fields = fieldList(find(".live-fields"), {
    hyperparameters,
    onChange: choose,
    onPoint: (helped) => update({helped, correction: ""}),
    onCorrect: (correction) => update({correction}),
  });
  const film = player(find(".live-film"), {
    label: "Recorded moment",
    rate: FILM_RATE,
    word: "Replay",
    paint: (k) => update({at: k, isFollowing: k === state.snapshots.length - 1}),
    name: (k) => {
      const {length} = state.snapshots;
      return length ? `moment ${k + 1} of ${length}: pass ${state.snapshots[k]?.epoch.toFixed(2)}` : "";
    },
  });
  const markExample = exampleButtons(find(".loom-examples"), Object.keys(PRESETS), async (name) => {
    const {model, values = {}, advice} = PRESETS[name];
    await begin(model, values, advice, "fashion");
    command("play");
  });
  const view = liveView(element, {props, server, fields, onSeek: (k) => film.go(k)});
  const run = liveRun(server, {
    onNews: hear,
    onEnd: (words) => update({run: "ended", words}),
    onReturn: (news) => update({news}),
    onAnswer: hear,
    onError: fail,
  });
  const data = radioGroup(find(".live-data"), DATA, chooseData);
  const own = pictureSource(find(".live-set"), {
    server,
    props,
    onChange: () =>
      (hasRun() || state.run === "starting") && update({waiting: new Set([...state.waiting, "pictures"])}),
    onProblem: fail,
  });

  /** How the run stands, and what it has shown since. */
  function hear(/** @type {import("./types").RunAnswer & Partial<import("./types").FollowAnswer>} */ answer) {
    const {state: now, words, place, line, saved, frames = [], opening} = answer;
    const known = {run: now, words, place, line, saved, opening: state.opening ?? opening ?? null};
    if (!frames.length) return update(known);
    const {snapshots, at} = withMore(state.snapshots, frames, state.at);
    const next = state.isFollowing ? snapshots.length - 1 : at;
    state.snapshots = snapshots;
    film.extend(snapshots.length, next);
    return update({...known, at: next});
  }

  const hasRun = () => isOnServer(state) || state.snapshots.length > 0;

  function choose(/** @type {string} */ name, /** @type {number} */ value, /** @type {boolean} */ isSettled) {
    const {live_editable: isLive} = hyperparameters[name];
    const waiting = hasRun() && !isLive ? new Set([...state.waiting, name]) : state.waiting;
    update({values: {...state.values, [name]: value}, waiting, helped: name, correction: ""});
    if (isLive && isSettled && isOnServer(state)) run.steer(steering(state.values, hyperparameters));
  }

  async function start(/** @type {import("./types").Command} */ command) {
    update({run: "starting"});
    const sent = state.values;
    const answer = await run.start(state.model, sent, command, own.content);
    if (answer?.error) update({run: "none", problem: answer.error});
    else if (answer) {
      const {set: learned} = answer;
      const {values, waiting, isToSteer} = chosenSince(state.values, sent, answer.values, hyperparameters);
      Object.assign(state, {
        values,
        waiting: new Set([...state.waiting, ...waiting]),
        learned,
        advice: learned ? learnedWords(learned) : state.advice,
      });
      hear(answer);
      if (isToSteer) run.steer(steering(values, hyperparameters));
    }
  }

  async function command(/** @type {import("./types").Command} */ wanted) {
    if (state.run === "starting" || state.run === "diverged") return;
    const what = wanted === "play" && isBusy(state) ? "pause" : wanted;
    update({problem: ""});
    if (state.run === "none" || (state.run === "ended" && !state.snapshots.length)) {
      await start(what);
      return;
    }
    if (!isOnServer(state)) return;
    if (state.snapshots.length) film.go(state.snapshots.length - 1);
    await run.command(what);
  }

  /** Another run, which replaces this one. */
  async function begin(
    /** @type {string} */ model,
    /** @type {Record<string, number>} */ values,
    advice = "",
    from = state.data,
  ) {
    const had = isOnServer(state) || ["starting", "diverged"].includes(state.run);
    const all = {...models[model].defaults, ...values};
    update({...FRESH, model, data: from, values: all, waiting: new Set(), advice, helped: Object.keys(all)[0]});
    film.load(0, 0);
    showData();
    await run.end(had);
  }

  function showData() {
    data.at = state.data;
    own.show(state.data);
  }

  function chooseData(/** @type {string} */ wanted) {
    const isSameSet = wanted !== "fashion" && state.data !== "fashion";
    if (isSameSet) {
      update({data: wanted});
      showData();
    } else begin(state.model, state.values, "", wanted);
  }

  async function take() {
    const answer = await ask(server.take);
    if (answer.error) fail(answer.error);
    else saveFile(answer.name, fromBase64(answer.content), "application/zip");
  }

  /** Other tabs use a model of this session from now on. */
  function keepAlive() {
    if (!keepingAlive) keepingAlive = window.setInterval(() => ask(server.keep_alive), KEEP_ALIVE);
  }
  returnedModel(find(".live-return"), {
    call: server.open_returned,
    titles: props.tab_titles,
    onTaken: keepAlive,
    onError: fail,
  });

  async function openIn(/** @type {string} */ tab) {
    const answer = await ask(server.open_in);
    if (answer.error) return fail(answer.error);
    keepAlive();
    if (!answer.opens.includes(tab)) return fail(`${props.tab_titles[tab]} shows no models of your own pictures.`);
    addSessionModel(answer);
    return openSessionModel(tab, answer.name);
  }

  /** @type {Record<string, () => void>} */
  const actions = {
    play: () => command("play"),
    step: () => command("step"),
    reset: () => begin(state.model, state.values, state.advice),
    take,
    curves: () => saveFile(`${state.model}-curves.csv`, curvesCsv(CHARTS[state.model], state.snapshots), "text/csv"),
  };
  element.addEventListener("click", async ({target}) => {
    const button = /** @type {Element} */ (target).closest("button");
    if (!button || button.closest(".live-film")) return;
    if (button.dataset.open) openIn(button.dataset.open);
    else if (button.dataset.do) actions[button.dataset.do]?.();
  });
  find("[data-model]").addEventListener("change", (/** @type {Event} */ {target}) =>
    begin(/** @type {HTMLSelectElement} */ (target).value, {}),
  );
  listenToLiveKeys(element, {state, film, command});
  pythonButton(element, {
    call: server.python_lines,
    request: () => ({model: state.model, values: state.values, is_own: state.data !== "fashion"}),
    onError: fail,
  });
  shareButton(find(".share"), () => writeLink(props, {...state, play: state.snapshots.length > 0}));

  watchLeaving(() => isBusy(state) || state.run === "paused");
  let width = 0;
  new ResizeObserver(([{contentRect}]) => {
    // also when the tab is shown again after snapshots came unseen
    if (contentRect.width && contentRect.width !== width) view.redraw(state);
    width = contentRect.width;
  }).observe(find(".live-main"));

  const option = (/** @type {string} */ name) => `<option value="${name}">${models[name].title}</option>`;
  find("[data-model]").innerHTML = Object.keys(models).map(option).join("");
  film.load(0, 0);
  update({problem: linked.problems.join(" ")});
  showData();
  onAddress("live", async () => {
    const {model, values, play, problems, data: from} = readLink(props);
    await begin(model, values, "", from);
    if (problems.length) fail(problems.join(" "));
    if (play) await command("play");
  });
  ask(server.warm).then(async () => {
    find(".live-main").dataset.ready = "";
    if (linked.play) await command("play");
  });
}
