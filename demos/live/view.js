// @ts-check
// The state of Train live, drawn: one function from it to the page.
import {lineChart} from "../web/components/charts/line_chart.js";
import {lossBars} from "../web/components/charts/loss_bars.js";
import {finder, setPending} from "../web/lib/dom.js";
import {notice} from "../web/lib/notice.js";
import {CHARTS, chartData, keyHtml, natsOf} from "./parts/curves.js";
import {helpHtml} from "./parts/fields.js";
import {liveMachine} from "./parts/machine.js";
import {codeMap, drawFilters, loadTiles, pictureRows} from "./parts/pictures.js";
import {adviceWords, progressWords, statusWords} from "./snapshots.js";

/**
 * @typedef {object} State
 * @property {string} model
 * @property {string} data "fashion", or a visitor's own pictures: "draw" or "files"
 * @property {import("./types").LearnedSet | null} learned the visitor's set that the run learns from
 * @property {import("./types").Values} values
 * @property {Set<string>} waiting names of values that need a reset
 * @property {import("./types").RunState | "none" | "starting"} run
 * @property {string} words of the server: why the run rests or has ended
 * @property {number} place in line
 * @property {number} line how many wait
 * @property {number} saved batches of the last model that was saved, -1 without one
 * @property {import("./types").Snapshot[]} snapshots
 * @property {import("./types").Opening | null} opening
 * @property {number} at the snapshot shown
 * @property {boolean} isFollowing the newest snapshot
 * @property {string} advice what to look at
 * @property {string} news of an outage that is over
 * @property {string} helped name of the hyperparameter that is explained
 * @property {string} correction of a number that was typed
 * @property {string} problem
 */

/** A run that has not begun. */
export const FRESH = {
  run: /** @type {"none"} */ ("none"),
  words: "",
  news: "",
  place: 0,
  line: 0,
  saved: -1,
  snapshots: [],
  opening: null,
  learned: null,
  at: -1,
  isFollowing: true,
  problem: "",
  correction: "",
};

/** @param {State} state */
export const isBusy = ({run}) => ["training", "waiting", "starting"].includes(run);
/** @param {State} state whether the server has the run and would go on with it */
export const isOnServer = ({run}) => ["new", "training", "waiting", "paused", "finished"].includes(run);
/** @param {State} state */
const canTake = ({run, snapshots, saved}) =>
  snapshots.length > 0 && (saved >= 0 || !["ended", "diverged"].includes(run));

/**
 * @param {HTMLElement} element
 * @param {object} options
 * @param {import("./types").Props} options.props
 * @param {import("./types").Server} options.server
 * @param {{show: (values: import("./types").Values, waiting: Set<string>) => void}} options.fields
 * @param {(k: number) => void} options.onSeek
 */
export function liveView(element, {props, server, fields, onSeek}) {
  const find = finder(element);
  const alert = notice(find(".loom-notice"));
  const pictures = pictureRows(find(".live-pictures"));
  const map = codeMap(find(".live-map"));
  const loss = lossBars(find(".live-loss"), props.collapsed);
  const machine = liveMachine(find(".live-machine"), props.models, server.load_summary);
  const figures = [...element.querySelectorAll(".live-curves figure")].map(finder);
  const charts = figures.map((figure) => lineChart(figure(".curve"), {label: "Curve", onSeek}));
  /** @type {Partial<State>} */
  let drawn = {}; // the state that is on the page
  /** @type {{opening: import("./types").Opening | null, sprite: import("../web/lib/sprite.js").Sprite | null}} */
  let fixed = {opening: null, sprite: null}; // the opening's own pictures, decoded once

  const isOwn = (/** @type {State} */ {data}) => data !== "fashion";
  const classesOf = (/** @type {State} */ state) => ({...(state.learned ?? props), isOwn: state.learned !== null});

  function renderChoices(/** @type {State} */ state) {
    const {model, values, waiting, helped, correction} = state;
    const {images, ...others} = values; // of the shipped ones: of a visitor's pictures all are used
    find("[data-model]").value = model;
    find(".live-views").dataset.shows = model;
    fields.show(isOwn(state) ? others : values, waiting);
    machine.show(state);
    find(".live-help").innerHTML = correction || helpHtml(props.hyperparameters[helped]);
    find("[data-do=reset]").classList.toggle("waits", waiting.size > 0);
    find("[data-do=reset]").textContent = waiting.size ? "Reset to apply" : "Reset";
  }

  function renderOpens(/** @type {State} */ state) {
    const {opens, opens_own: more} = props.models[state.model];
    const buttons = [...opens, ...(isOwn(state) ? more : [])].map(
      (tab) => `<button type="button" data-open="${tab}" disabled>${props.tab_titles[tab]}</button>`,
    );
    find(".live-opens").innerHTML = buttons.length ? `<small>open it in</small>${buttons.join("")}` : "";
  }

  function renderStatus(/** @type {State} */ state) {
    const {run, words, snapshots, values, problem} = state;
    const last = snapshots.at(-1);
    const isOver = run === "ended" || run === "diverged";
    find(".live-play").textContent = isBusy(state) ? "Pause" : "Play";
    find(".live-play").setAttribute("aria-pressed", String(isBusy(state)));
    find(".live-play").disabled = isOver;
    find("[data-do=step]").disabled = isBusy(state) || isOver;
    find(".live-status").textContent = statusWords(
      {...state, state: run},
      last ? progressWords(last, values.epochs) : "",
    );
    const share = last ? Math.min(1, last.epoch / values.epochs) : 0;
    find(".live-bar b").style.transform = `scaleX(${share})`;
    find(".live-bar").setAttribute("aria-valuenow", String(Math.round(100 * share)));
    const sentence = problem || (isOver ? words : "");
    if (sentence) alert.say(sentence);
    else alert.clear();
    const ill = snapshots[state.at]?.problem ?? "";
    find(".live-problem").textContent = ill;
    find(".live-problem").hidden = !ill;
    find(".live-advice").textContent = adviceWords(state, isOver);
    find("[data-do=take]").disabled = !canTake(state);
    find("[data-do=curves]").disabled = !last;
    for (const button of element.querySelectorAll(".live-opens button")) {
      button.toggleAttribute("disabled", !canTake(state));
    }
    find(".live-film").classList.toggle("empty", snapshots.length < 2);
    element.dataset.state = run;
    setPending(find(".live-pictures"), isBusy(state) && !last);
  }

  function renderCurves(/** @type {State} */ state) {
    const {model, snapshots, values} = state;
    CHARTS[model].forEach((chart, c) => {
      figures[c]("figcaption").parentElement.hidden = Boolean(chart.needsClassifier && isOwn(state));
      const data = chartData(chart, snapshots, values.epochs);
      const figure = figures[c];
      figure("figcaption").textContent = `${chart.title}, over passes`;
      figure(".curve").toggleAttribute("data-empty", !data);
      figure(".key").style.visibility = data ? "" : "hidden";
      if (data) charts[c].draw(data);
    });
  }

  function renderAt(/** @type {State} */ {model, snapshots, at}) {
    CHARTS[model].forEach((chart, c) => {
      charts[c].at = at;
      figures[c](".key").innerHTML = keyHtml(chart, snapshots, at);
    });
  }

  async function renderSnapshot(/** @type {State} */ state) {
    const {model, values, opening, snapshots, at} = state;
    const snapshot = snapshots[at];
    const shown = classesOf(state);
    map.draw(opening?.labels, snapshot, model, values.latent_dim === 2 && model !== "classifier", shown);
    drawFilters(find(".live-filters"), snapshot);
    loss.show(natsOf(snapshot), null);
    if (!snapshot || !opening) {
      if (!snapshot) pictures.clear(model);
      return;
    }
    const {side} = opening;
    if (fixed.opening !== opening) {
      fixed = {opening, sprite: opening.sprite ? await loadTiles(opening.sprite, side) : null};
    }
    // anew each time: hundreds are large
    const moving = snapshot.sprite ? await loadTiles(snapshot.sprite, side) : null;
    if (state.snapshots[state.at] !== snapshot || state.opening !== opening) return;
    pictures.draw(opening, snapshot, {fixed: fixed.sprite, moving}, model === "gan" ? 20 : 10, shown.colors);
  }

  return {
    /** @param {State} state */
    render(state) {
      const isNew = (/** @type {(keyof State)[]} */ ...keys) => keys.some((key) => state[key] !== drawn[key]);
      const isShown = element.offsetParent !== null;
      if (isNew("model", "data")) renderOpens(state);
      if (isNew("model", "data", "values", "waiting", "helped", "correction")) renderChoices(state);
      renderStatus(state);
      if (isShown) {
        if (isNew("model", "data", "snapshots", "values")) renderCurves(state);
        if (isNew("model", "snapshots", "at", "values")) renderAt(state);
        if (isNew("model", "snapshots", "at", "opening", "learned")) renderSnapshot(state);
      }
      drawn = isShown ? {...state} : {...state, snapshots: undefined}; // what was not seen is drawn later
    },
    redraw(/** @type {State} */ state) {
      drawn = {};
      this.render(state);
    },
  };
}
