// @ts-check
// The scoreboard: everything comes at once; sorting and opening never ask the server again.

import {confusion} from "../web/components/charts/confusion.js";
import {lineChart} from "../web/components/charts/line_chart.js";
import {exampleButtons, exampleShown} from "../web/components/example_buttons.js";
import {radioGroup} from "../web/components/radio_group.js";
import {pythonButton} from "../web/components/saving/python_dialog.js";
import {onAddress} from "../web/lib/address.js";
import {copyText, escapeHtml, finder, saveFile, showParts} from "../web/lib/dom.js";
import {notice} from "../web/lib/notice.js";
import {ask} from "../web/lib/server/rpc.js";
import {shareButton} from "../web/lib/share.js";
import {oneOf, urlState} from "../web/lib/url_state.js";
import {curveData, curveNames, firstCurve, matrices, measuresHtml, recipeHtml} from "./card.js";
import {title} from "./figures.js";
import {PUPIL_COLUMNS, pupilRowHtml} from "./pupil.js";
import {COLUMNS, csv, headHtml, PRESETS, rowHtml, sorted} from "./table.js";

/**
 * @typedef {object} State
 * @property {import("./types").Row[]} rows
 * @property {string} view at first sight, or all figures
 * @property {string | null} model whose card is open
 * @property {string} sort a column
 * @property {boolean} falling
 * @property {string | null} measure whose curve is drawn
 * @property {string} problem
 */

const VIEWS = {pupil: "At a glance", all: "All figures"};
const FIRST_MODEL = "classifier-resnet";
const NEAR_BOTTOM = 80; // pixels: a card that begins there must be scrolled to

/** @param {import("./types").ScoreboardMount} mounted */
export function mount({element, server}) {
  const find = finder(element);
  const alert = notice(find(".loom-notice"));
  const caption = (/** @type {number} */ k) => (k < 0 ? "at the end" : `epoch ${k + 1}`);
  const files = {title: () => `${state.model} ${title(state.measure ?? "")}`};
  const chart = lineChart(find(".curve"), {height: 190, key: true, readable: true, caption, ...files});
  const measures = radioGroup(find(".board-curve .loom-radio-group"), {}, (measure) => update({measure}));
  const views = radioGroup(find("[data-choice=view]"), VIEWS, (view) => update({view}));
  const markOrder = exampleButtons(find(".loom-examples"), Object.keys(PRESETS), (name) => update(PRESETS[name]));
  /** @type {State} */
  const state = {rows: [], view: "pupil", model: null, sort: "name", falling: false, measure: null, problem: ""};
  /** @type {Partial<State>} */
  let drawn = {}; // the state that is on the page
  const link = urlState({
    tab: "scoreboard",
    fields: {
      view: oneOf(Object.keys(VIEWS)),
      model: oneOf(() => [null, ...state.rows.map(({name}) => name)], null),
      sort: oneOf(Object.keys(COLUMNS)),
      order: oneOf([null, "falling"], null),
    },
  });

  function update(/** @type {Partial<State>} */ changes) {
    Object.assign(state, changes);
    render();
  }

  function render() {
    const {rows, view, model, measure, problem} = state;
    const isNew = (/** @type {(keyof State)[]} */ ...keys) => keys.some((key) => state[key] !== drawn[key]);
    const row = rows.find(({name}) => name === model);
    alert.show(problem);
    views.at = view;
    if (isNew("view")) showParts(element, view);
    if (isNew("rows", "view", "sort", "falling")) renderTable();
    if (isNew("model")) markRow();
    if (row && isNew("model")) renderCard(row);
    if (row && measure && isNew("model", "measure")) chart.draw(curveData(row, measure));
    drawn = {...state};
  }

  function renderTable() {
    const {rows, view, model, sort, falling} = state;
    const isPupils = view === "pupil";
    const longest = Math.max(...rows.map(({minutes}) => minutes ?? 0));
    find("table").dataset.view = view;
    find("thead tr").innerHTML = headHtml(sort, falling, isPupils ? PUPIL_COLUMNS : COLUMNS);
    find("tbody").innerHTML = sorted(rows, sort, falling)
      .map((row) => (isPupils ? pupilRowHtml(row, row.name === model, longest) : rowHtml(row, row.name === model)))
      .join("");
    markOrder(exampleShown(state, PRESETS));
  }

  function markRow() {
    for (const line of element.querySelectorAll("tbody tr")) {
      if (!(line instanceof HTMLElement)) continue;
      const isChosen = line.dataset.model === state.model;
      line.setAttribute("aria-selected", String(isChosen));
      line.tabIndex = isChosen ? 0 : -1;
    }
  }

  function renderCard(/** @type {import("./types").Row} */ row) {
    const curves = curveNames(row);
    find(".what").innerHTML = `${escapeHtml(row.name)} <small>${escapeHtml(row.model ?? "")}</small>`;
    find(".board-about").innerHTML = measuresHtml(row);
    const shown = matrices(row, state.rows);
    find(".board-rest").innerHTML = recipeHtml(row, shown);
    find(".board-contrast").textContent = row.contrast ?? "";
    find(".board-curve").hidden = !curves.length;
    measures.show(Object.fromEntries(curves.map((name) => [name, title(name)])), state.measure ?? "");
    shown.forEach(({caption, row: {class_names: names, confusion: counts}}, k) => {
      const place = /** @type {HTMLElement} */ (element.querySelectorAll(".board-matrices .matrix")[k]);
      confusion(place, {names, shares: shown.length > 1, title: () => `${row.name} confusion matrix ${caption}`}).draw(
        counts,
      );
    });
    find(".board-card").scrollTop = 0;
  }

  function open(/** @type {string | undefined} */ model) {
    const row = state.rows.find(({name}) => name === model);
    if (row) update({model: row.name, measure: firstCurve(row) ?? null, problem: ""});
  }

  function openAndFocus(/** @type {string | undefined} */ model) {
    open(model);
    find("tbody tr[aria-selected=true]").focus();
  }

  function save(/** @type {string} */ kind) {
    const rows = sorted(state.rows, state.sort, state.falling);
    const name = `latent-loom-scoreboard.${kind}`;
    if (kind === "csv") saveFile(name, csv(rows), "text/csv");
    else saveFile(name, JSON.stringify(rows, null, 1), "application/json");
  }

  element.addEventListener("click", ({target}) => {
    const pressed = /** @type {Element} */ (target).closest("button, tbody tr[data-model]");
    if (!(pressed instanceof HTMLElement)) return;
    const {sort, model, save: kind, copy} = pressed.dataset;
    if (sort) {
      update({sort, falling: sort === state.sort && !state.falling});
      find(`[data-sort=${sort}]`).focus();
    } else if (model) {
      openAndFocus(model);
      const card = find(".board-card");
      if (card.getBoundingClientRect().top > window.innerHeight - NEAR_BOTTOM) card.scrollIntoView({block: "start"});
    } else if (kind) save(kind);
    else if (copy !== undefined)
      copyText(pressed, find(".board-command code").textContent, {refused: "Select it by hand"});
  });
  element.addEventListener("keydown", (event) => {
    const line = /** @type {Element} */ (event.target).closest("tbody tr[data-model]");
    if (!line) return;
    /** @type {Record<string, Element | null | undefined>} */
    const steps = {
      ArrowDown: line.nextElementSibling,
      ArrowUp: line.previousElementSibling,
      Home: line.parentElement?.firstElementChild,
      End: line.parentElement?.lastElementChild,
    };
    if (event.key in steps) {
      const next = steps[event.key];
      if (next instanceof HTMLElement) openAndFocus(next.dataset.model);
    } else if (event.key === "Enter" || event.key === " ") find(".board-card").focus();
    else return;
    event.preventDefault();
  });
  pythonButton(element, {
    call: server.python_lines,
    request: () => ({model: state.model}),
    onError: (problem) => update({problem}),
  });
  shareButton(find(".share"), () =>
    link.write({view: state.view, model: state.model, sort: state.sort, order: state.falling ? "falling" : null}),
  );

  async function start() {
    const answer = await ask(server.load_cards);
    if (answer.error) {
      find("tbody").innerHTML = "";
      return update({problem: answer.error});
    }
    state.rows = answer.rows;
    onAddress("scoreboard", openLinked);
    openLinked();
    find(".board-list").dataset.ready = "";
  }

  function openLinked() {
    const {state: linked, problems, given} = link.read();
    // links without a view are older than the view at a glance, but for one of the tab alone
    const view = given.includes("view") || !given.length ? linked.view : "all";
    update({view, sort: linked.sort, falling: linked.order === "falling"});
    const names = state.rows.map(({name}) => name);
    open(linked.model ?? (names.includes(FIRST_MODEL) ? FIRST_MODEL : names[0]));
    if (problems.length) update({problem: problems.join(" ")});
  }

  start();
}
