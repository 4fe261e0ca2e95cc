// @ts-check
// A tab that is drawn anew for each dataset: first for the one that ships, then for those of the models that join, from
// folders or trained by this visitor. Pictures, classes and models of one dataset mean nothing in another.
import {addressOfView} from "../../lib/address.js";
import {escapeHtml, setPending} from "../../lib/dom.js";
import {messageOf, notice} from "../../lib/notice.js";
import {FASHION, loadSample} from "../../lib/server/sample.js";
import {loadModels, watchSessionModels} from "../../lib/server/session_models.js";
import {withCalls} from "../../lib/server/with_calls.js";

/** @typedef {import("../../types").SessionModel} SessionModel */
/** @typedef {import("../../lib/server/sample.js").Sample} Sample */

/**
 * What a tab is drawn for.
 * @typedef {object} DatasetSet
 * @property {import("../../types").Dataset} dataset
 * @property {boolean} isFashion whether its pictures are those of the models that ship
 * @property {boolean} isShipped whether it is those models themselves that are shown
 * @property {SessionModel[]} models of it that do not ship
 * @property {string} wanted name of the model among them that is to be opened, or ""
 * @property {number} imageCount of its images; 0 while only the classes of those that ship are known
 * @property {() => Promise<Sample>} loadSample its images
 * @property {() => boolean} leaves whether the address is one of another dataset, which is drawn then
 */

const OWN = `${FASHION} of folders`; // models on the dataset of those that ship: a set of their own

/** @param {SessionModel} model whether everybody has it, from a folder */
export const isListed = ({name, words}) => name === words;

/**
 * The server whose functions are asked about a model, or several.
 * @template {object} Server
 * @param {Server} server
 * @param {readonly string[]} names of those functions
 * @param {{checkpoint?: string, models?: string[]}} about what their requests name
 * @returns {Server}
 */
export function askedAbout(server, names, about) {
  const functions = /** @type {Record<string, (request: any) => Promise<any>>} */ (server);
  const calls = names.map((name) => {
    const call = (/** @type {any} */ request) => functions[name]({...request, ...about});
    return [name, call];
  });
  return withCalls(server, Object.fromEntries(calls));
}

/**
 * Name of the set that a model belongs to.
 * @param {SessionModel} model
 * @param {boolean} joins as for datasetTab()
 */
export function setOf(model, joins) {
  const dataset = model.dataset?.name ?? FASHION;
  return dataset === FASHION && !(joins && !isListed(model)) ? OWN : dataset;
}

/**
 * @param {object} mounted what mount() got
 * @param {HTMLElement} mounted.element
 * @param {{dataset: import("../../types").Dataset, lists: boolean}} mounted.props
 * @param {any} mounted.server with load_sample and load_models
 * @param {object} options
 * @param {string} options.tab
 * @param {string} options.field of the link, which names a model
 * @param {boolean} [options.joins] whether this visitor's models stand beside those that ship, if they are of one
 *   dataset
 * @param {(root: HTMLElement, set: DatasetSet) => {open: (model: SessionModel) => void} | undefined} options.draw fills
 *   the root, which holds the tab's HTML; open: shows a model of this visitor's that joins
 */
export async function datasetTab({element, props, server}, {tab, field, joins = false, draw}) {
  const html = element.innerHTML;
  /** @type {SessionModel[]} */
  const joined = [];
  let at = ""; // the set that is drawn
  let turn = 0;
  let isNew = false; // whether what is drawn has not read the address yet
  /** @type {ReturnType<typeof draw>} */
  let view;
  const setAt = (/** @type {SessionModel} */ model) => setOf(model, joins);

  const named = () => {
    const query = new URLSearchParams(window.location.search);
    return query.get("tab") === tab ? (query.get(field) ?? "").split(",")[0] : ""; // the first of two models
  };
  const modelNamed = () => joined.find(({name}) => name === named());
  const setNamed = () => {
    const model = modelNamed();
    return model ? setAt(model) : FASHION;
  };
  const fail = (/** @type {unknown} */ error) =>
    notice(/** @type {HTMLElement} */ (element.querySelector(".loom-notice"))).say(messageOf(error));

  /**
   * @param {string} set
   * @param {string} [wanted] name of a model
   * @param {boolean} [isFresh] whether nothing of the address holds, which is of another set
   */
  async function show(set, wanted = "", isFresh = false) {
    const mine = ++turn;
    const isShipped = set === FASHION;
    const isFashion = isShipped || set === OWN;
    const models = joined.filter((model) => setAt(model) === set);
    const load = () => loadSample(server.load_sample, isFashion ? undefined : models.at(-1));
    setPending(element, true);
    try {
      const sample = isFashion ? props.dataset : await load();
      if (mine !== turn) return;
      const root = document.createElement("div");
      root.innerHTML = html;
      element.replaceChildren(root);
      [at, isNew] = [set, true];
      if (isFresh) forgetAddress(models.find(({name}) => name === wanted)); // now: until here the old view wrote it
      const imageCount = isFashion ? 0 : /** @type {Sample} */ (sample).labels.length;
      view = draw(root, {dataset: sample, isFashion, isShipped, models, wanted, imageCount, loadSample: load, leaves});
      drawChoice();
    } catch (error) {
      if (mine !== turn) return;
      drawChoice(); // which stays where it was
      fail(error);
    }
    setPending(element, false);
  }

  function leaves() {
    const wasNew = isNew;
    isNew = false;
    if (wasNew || setNamed() === at) return false;
    show(setNamed(), named());
    return true;
  }

  /** The list of datasets, where there are several. */
  function drawChoice() {
    const titles = new Map([[FASHION, props.dataset.title]]);
    for (const model of joined) {
      const title = model.dataset?.title ?? props.dataset.title;
      titles.set(setAt(model), setAt(model) === OWN ? `${title}, your models` : title);
    }
    element.querySelector(".loom-datasets")?.remove();
    if (titles.size < 2 || !element.firstElementChild) return;
    const label = document.createElement("div");
    label.className = "loom-tools loom-datasets";
    label.innerHTML = `<label class="loom-check">models of <select aria-label="Dataset whose models are shown">${[
      ...titles,
    ]
      .map(([name, title]) => `<option value="${escapeHtml(name)}">${escapeHtml(title)}</option>`)
      .join("")}</select></label>`;
    const select = /** @type {HTMLSelectElement} */ (label.querySelector("select"));
    select.value = at;
    select.addEventListener("change", () => choose(select.value));
    element.firstElementChild.before(label);
  }

  /** @param {SessionModel | undefined} model the address of nothing but that model, where it is this tab's */
  function forgetAddress(model) {
    if (new URLSearchParams(window.location.search).get("tab") !== tab) return;
    const address = new URLSearchParams({tab, ...(model && isListed(model) && {[field]: model.name})});
    window.history.replaceState(null, "", addressOfView(address));
  }

  function choose(/** @type {string} */ set) {
    const members = joined.filter((model) => setAt(model) === set);
    show(set, (members.find(isListed) ?? members.at(-1))?.name, true);
  }

  /** @param {string} name */
  function open(name) {
    const model = joined.find((one) => one.name === name);
    if (!model) return;
    if (view && at === FASHION && setAt(model) === FASHION) view.open(model);
    else show(setAt(model), name, true);
  }

  const isElsewhere = props.lists && named() !== "";
  let problem = isElsewhere ? await loadModels(server, props) : "";
  const add = (/** @type {SessionModel} */ model) => {
    joined.push(model);
    if (at) drawChoice();
  };
  const isOpened = watchSessionModels(tab, {add, open});
  if (!isOpened) show(setNamed(), modelNamed()?.name);
  if (!isElsewhere) problem = await loadModels(server, props);
  if (problem) fail(problem);
}
