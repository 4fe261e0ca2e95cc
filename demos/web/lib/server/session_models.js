// @ts-check
// Models that do not ship: those that this visitor trained, and those of the folders that the app was started with. The
// tabs that can show one hear of it, and are opened on it.

import {openTab} from "../address.js";
import {isAlone} from "../alone.js";
import {ask} from "./rpc.js";

/** @typedef {import("../../types").SessionModel} SessionModel */
/** @typedef {{add: (model: SessionModel) => void, open: (name: string) => void}} Watcher */

/** @type {SessionModel[]} */
const models = [];
/** @type {Record<string, Watcher>} */
const watchers = {};
/** @type {{tab: string, name: string} | null} */
let wanted = null;

/** @param {SessionModel} listed */
export function addSessionModel(listed) {
  // no classifier can still come to a page of files
  const model = isAlone() ? {...listed, classifier: listed.classifier ?? ""} : listed;
  models.push(model);
  for (const tab of model.opens) watchers[tab]?.add(model);
}

/**
 * By a tab before it reads its link: hear of the models in folders that it does not know yet.
 * @param {{load_models: import("../../types").ServerFunction<object, import("../../types").ModelsAnswer>}} server
 * @param {{lists: boolean}} props lists: whether there are folders
 * @returns {Promise<string>} a sentence if they could not be had
 */
export async function loadModels(server, {lists}) {
  if (!lists) return "";
  const {error, models: listed} = await ask(server.load_models);
  if (error) return error;
  for (const model of listed) if (!models.some(({name}) => name === model.name)) addSessionModel(model);
  return "";
}

/**
 * By a tab that has just drawn itself.
 * @param {string} tab
 * @param {Watcher} watcher
 * @returns {boolean} whether the tab was opened on one of them
 */
export function watchSessionModels(tab, watcher) {
  watchers[tab] = watcher;
  for (const model of models) if (model.opens.includes(tab)) watcher.add(model);
  if (wanted?.tab !== tab) return false;
  openWanted(tab);
  return true;
}

/**
 * Open a tab on a model, now or once the tab has drawn itself.
 * @param {string} tab
 * @param {string} name
 */
export function openSessionModel(tab, name) {
  wanted = {tab, name};
  openTab(tab);
  if (watchers[tab]) openWanted(tab);
}

/** @param {string} tab */
function openWanted(tab) {
  if (!wanted) return;
  const {name} = wanted;
  wanted = null;
  watchers[tab].open(name);
}
