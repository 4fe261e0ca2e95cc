// @ts-check
// The page of a folder without a server: a row of tabs, each mounted when it is first opened.
import {messageOf, notice} from "../lib/notice.js";
import {untilLoaded} from "../lib/server/connection.js";
import {filedServer} from "./filed_server.js";

/**
 * @typedef {import("./types").Site} Site
 * @typedef {import("./types").SiteWidget} SiteWidget
 */

const {documentElement: root, body} = document;
const base = root.dataset.loomFiles ?? ""; // of the scripts
const home = new URL("../../", base);
const site = /** @type {Site} */ (JSON.parse(document.getElementById("loom-site")?.textContent ?? ""));
const names = site.tabs.map(({name}) => name);
/** @type {Set<string>} */
const mounted = new Set(); // tabs
const state = {tab: ""};

function update(/** @type {Partial<typeof state>} */ changes) {
  Object.assign(state, changes);
  render();
}

function render() {
  for (const name of names) {
    const isShown = name === state.tab;
    const button = /** @type {HTMLElement} */ (document.getElementById(`${name}-tab-button`));
    button.setAttribute("aria-selected", String(isShown));
    button.classList.toggle("selected", isShown);
    if (isShown) button.scrollIntoView({block: "nearest", inline: "nearest"});
    /** @type {HTMLElement} */ (document.getElementById(`${name}-tab`)).hidden = !isShown;
  }
  const tab = site.tabs.find(({name}) => name === state.tab);
  if (!tab || mounted.has(tab.name)) return;
  mounted.add(tab.name);
  tab.widgets.forEach(start);
}

/** @param {SiteWidget} widget mounted now, or once its fold is opened */
function start(widget) {
  const element = /** @type {HTMLElement} */ (document.getElementById(widget.id)?.firstElementChild);
  if (!widget.isFolded) mount(element, widget);
  else element.querySelector("details")?.addEventListener("toggle", () => mount(element, widget), {once: true});
}

/**
 * @param {HTMLElement} element
 * @param {SiteWidget} widget
 */
async function mount(element, {entry, props, ...filed}) {
  try {
    const module = await untilLoaded(() => /** @type {any} */ (globalThis).loomModules.loadLater(entry));
    module.mount({element, props, server: filedServer(filed, read)});
  } catch (error) {
    element.prepend(Object.assign(document.createElement("p"), {className: "loom-notice"}));
    notice(/** @type {HTMLElement} */ (element.firstElementChild)).say(`This part did not start: ${messageOf(error)}`);
  }
}

/** @param {string} file of an answer */
const read = (file) =>
  untilLoaded(async () => {
    const response = await fetch(new URL(file, home));
    if (response.ok && response.body)
      return new Response(response.body.pipeThrough(new DecompressionStream("gzip"))).json();
    return {error: `A file of this page is not there: ${file}. Copy the whole folder again.`};
  });

/** Dark or light as the visitor's system is, unless the link or an earlier visit says which. */
function chooseTheme() {
  const asked = new URLSearchParams(window.location.search).get("__theme");
  const isKept = !asked && window.localStorage.getItem("loom-theme");
  const isDark = asked ? asked === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  if (!isKept) body.classList.toggle("dark", isDark);
}

/** Keep all files, where the browser can: not on a page that came over plain HTTP from another machine. */
async function keepOffline() {
  const {serviceWorker} = navigator;
  if (!serviceWorker) return;
  await serviceWorker.register(new URL(site.offline, home));
  await serviceWorker.ready;
  const line = /** @type {HTMLElement} */ (document.querySelector(".site-offline"));
  line.textContent = "This page now opens without a network.";
}

function open() {
  const asked = new URLSearchParams(window.location.search).get("tab") ?? "";
  if (Object.hasOwn(site.elsewhere, asked)) {
    const sentence = `${site.elsewhere[asked]} is not part of this page. Start the app to see it: python app.py`;
    notice(/** @type {HTMLElement} */ (document.querySelector(".site-notice"))).say(sentence);
  }
  update({tab: names.includes(asked) ? asked : names[0]});
}

document.getElementById("tabs")?.addEventListener("click", ({target}) => {
  const button = /** @type {Element} */ (target).closest("[role=tab]");
  if (button instanceof HTMLElement && button.dataset.tabId) update({tab: button.dataset.tabId});
});
chooseTheme();
site.always.forEach(start);
open();
window.addEventListener("load", () => keepOffline().catch((error) => console.info(`not kept for later: ${error}`)));
