// @ts-check
// A tab that is drawn anew for each dataset: first for the one that ships, then for those of the models that join, from
// folders or trained by this visitor. Pictures, classes and models of one dataset mean nothing in another.
import {addressOfView} from "../lib/address.js";
import {escapeHtml, setPending} from "../lib/dom.js";
import {notice} from "../lib/notice.js";
import {FASHION, loadSample} from "../lib/server/sample.js";
import {loadModels, watchSessionModels} from "../lib/server/session_models.js";

/** @typedef {import("../types").SessionModel} SessionModel */
/** @typedef {import("../lib/server/sample.js").Sample} Sample */

/**
 * What a tab is drawn for.
 * @typedef {object} DatasetSet
 * @property {import("../types").Dataset} dataset
 * @property {boolean} isShipped whether it is the dataset of the models that ship
 * @property {SessionModel[]} models of it that do not ship
 * @property {string} wanted name of the model among them that is to be opened, or ""
 * @property {() => Promise<Sample>} loadSample its images
 * @property {() => boolean} leaves whether the address is one of another dataset, which is drawn then
 */

/** @param {SessionModel} model */
const datasetOf = ({dataset}) => dataset?.name ?? FASHION;
/** @param {SessionModel} model whether everybody has it */
export const isListed = ({name, words}) => name === words;

/**
 * @param {object} mounted what mount() got
 * @param {HTMLElement} mounted.element
 * @param {{dataset: import("../types").Dataset, lists: boolean}} mounted.props
 * @param {any} mounted.server with load_sample and load_models
 * @param {object} options
 * @param {string} options.tab
 * @param {string} options.field of the link, which names a model
 * @param {(root: HTMLElement, set: DatasetSet) => {open: (model: SessionModel) => void}} options.draw fills the root,
 *   which holds the tab's HTML; open: shows a model of this visitor's beside those that ship
 */
export async function datasetTab({element, props, server}, {tab, field, draw}) {
  const html = element.innerHTML;
  /** @type {SessionModel[]} */
  const joined = [];
  let at = ""; // the dataset that is drawn
  let turn = 0;
  let isNew = false; // whether what is drawn has not read the address yet
  /** @type {ReturnType<typeof draw> | null} */
  let view = null;

  const named = () => {
    const query = new URLSearchParams(window.location.search);
    return query.get("tab") === tab ? (query.get(field) ?? "") : "";
  };
  const modelNamed = () => joined.find(({name}) => name === named());
  const datasetNamed = () => {
    const model = modelNamed();
    return model ? datasetOf(model) : FASHION;
  };
  const fail = (/** @type {unknown} */ error) =>
    notice(/** @type {HTMLElement} */ (element.querySelector(".loom-notice"))).say(
      error instanceof Error ? error.message : String(error),
    );

  /**
   * @param {string} dataset
   * @param {string} [wanted] name of a model
   */
  async function show(dataset, wanted = "") {
    const mine = ++turn;
    const isShipped = dataset === FASHION;
    const models = joined.filter((model) => datasetOf(model) === dataset);
    const load = () => loadSample(server.load_sample, isShipped ? undefined : models.at(-1));
    setPending(element, true);
    try {
      const sample = isShipped ? props.dataset : await load();
      if (mine !== turn) return;
      const root = document.createElement("div");
      root.innerHTML = html;
      element.replaceChildren(root);
      [at, isNew] = [dataset, true];
      view = draw(root, {dataset: sample, isShipped, models, wanted, loadSample: load, leaves});
      drawChoice();
    } catch (error) {
      if (mine === turn) fail(error);
    }
    setPending(element, false);
  }

  function leaves() {
    const wasNew = isNew;
    isNew = false;
    if (wasNew || datasetNamed() === at) return false;
    show(datasetNamed(), named());
    return true;
  }

  /** The list of datasets, where there are several. */
  function drawChoice() {
    const titles = new Map([[FASHION, props.dataset.title]]);
    for (const model of joined) titles.set(datasetOf(model), model.dataset?.title ?? props.dataset.title);
    element.querySelector(".loom-datasets")?.remove();
    if (titles.size < 2 || !element.firstElementChild) return;
    const label = document.createElement("label");
    label.className = "loom-check loom-datasets";
    label.innerHTML = `models of <select aria-label="Dataset whose models are shown">${[...titles]
      .map(([name, title]) => `<option value="${escapeHtml(name)}">${escapeHtml(title)}</option>`)
      .join("")}</select>`;
    const select = /** @type {HTMLSelectElement} */ (label.lastElementChild);
    select.value = at;
    select.addEventListener("change", () => choose(select.value));
    element.firstElementChild.before(label);
  }

  function choose(/** @type {string} */ dataset) {
    const first = joined.find((model) => datasetOf(model) === dataset && isListed(model));
    const address = new URLSearchParams({tab, ...(dataset !== FASHION && first && {[field]: first.name})});
    window.history.replaceState(null, "", addressOfView(address));
    show(dataset, joined.findLast((model) => datasetOf(model) === dataset)?.name);
  }

  /** @param {string} name */
  function open(name) {
    const model = joined.find((one) => one.name === name);
    if (!model) return;
    if (view && at === FASHION && datasetOf(model) === FASHION) view.open(model);
    else show(datasetOf(model), name);
  }

  const isElsewhere = props.lists && named() !== "";
  let problem = isElsewhere ? await loadModels(server, props) : "";
  const add = (/** @type {SessionModel} */ model) => {
    joined.push(model);
    if (at) drawChoice();
  };
  const isOpened = watchSessionModels(tab, {add, open});
  if (!isOpened) show(datasetNamed(), modelNamed()?.name);
  if (!isElsewhere) problem = await loadModels(server, props);
  if (problem) fail(problem);
}
