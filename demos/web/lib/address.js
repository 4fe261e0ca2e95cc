// @ts-check
// The address is that of the view: tabs write it and read it, and an open tab shows another view without a reload.

/** @type {Map<string, () => void>} */
const openers = new Map();
/** @type {Map<string, () => URLSearchParams>} */
const writers = new Map();
/** @type {Map<string, (view: URLSearchParams) => unknown>} */
const preparers = new Map();
const PAGE_WIDE = ["present", "__theme", "show", "hide", "local", "lesson"]; // which a view's address keeps
const OTHER_TABS = "#tabs .overflow-dropdown button"; // in a menu, without the names that the others have
const REST = 400; // milliseconds from the last touch until the address follows
let timer = 0;

/**
 * By a tab, before it reads the address for the first time.
 * @param {string} tab
 * @param {() => void} open shows what the address holds
 */
export function onAddress(tab, open) {
  openers.set(tab, open);
}

/**
 * By a tab: ask the server for what a view shows, before anybody opens it.
 * @param {string} tab
 * @param {(view: URLSearchParams) => unknown} prepare
 */
export function onPrepare(tab, prepare) {
  preparers.set(tab, prepare);
}

/** @param {URLSearchParams} view of a tab that is open, or nothing happens */
export const prepareView = (view) => preparers.get(view.get("tab") ?? "")?.(view);

/** Show what the address holds; a tab that is opened for it reads the address itself when it starts. */
export function openAddress() {
  const tab = new URLSearchParams(window.location.search).get("tab") ?? "";
  window.clearTimeout(timer);
  openTab(tab);
  openers.get(tab)?.();
}

/**
 * Open a tab as a person would: by its button, or where that has no room in the row, by the menu of the others.
 * @param {string} tab
 */
export function openTab(tab) {
  const named = document.getElementById(`${tab}-tab-button`);
  const others = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(OTHER_TABS));
  (named ?? [...others].find((button) => button.textContent?.trim() === titles().get(tab)))?.click();
}

/** Titles of the tabs by their names, as Gradio's configuration of the page has them. */
function titles() {
  const {components = []} = /** @type {any} */ (window).gradio_config ?? {};
  const items = components.filter((/** @type {any} */ {type}) => type === "tabitem");
  return new Map(items.map((/** @type {any} */ {props}) => [props.id, props.label]));
}

/**
 * Have the address follow what is done in a tab.
 * @param {HTMLElement} widget
 * @param {() => URLSearchParams} write the view
 */
export function keepAddress(widget, write) {
  const tab = widget.id.replace(/-widget$/, "");
  const isFollowed = writers.has(tab); // by a view of another dataset, which this one replaces
  writers.set(tab, write);
  if (isFollowed) return;
  const follow = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (widget.offsetParent) writeAddress(/** @type {() => URLSearchParams} */ (writers.get(tab))(), "replaceState");
    }, REST);
  };
  for (const kind of ["pointerup", "keyup", "change"]) widget.addEventListener(kind, follow);
}

/**
 * What a tab shows now, as its link holds it; null where it has not started.
 * @param {string} tab
 */
export const viewOf = (tab) => writers.get(tab)?.() ?? null;

/**
 * The view of the tab that is seen; null while it is not complete.
 * @returns {URLSearchParams | null}
 */
export function shownView() {
  const seen = [...writers].find(([tab]) => document.getElementById(`${tab}-widget`)?.offsetParent);
  const view = seen?.[1]() ?? null;
  return view && isComplete(view) ? view : null;
}

/** Write the address of a tab that a person opens, as an entry of its own in the browser's history. */
export function followTabs() {
  document.addEventListener("click", ({target, isTrusted}) => {
    const button = /** @type {Element} */ (target).closest?.(`#tabs button[role=tab], ${OTHER_TABS}`);
    if (!(button instanceof HTMLElement)) return;
    const named = [...titles()].find(([, title]) => title === button.textContent?.trim());
    const tab = button.dataset.tabId ?? named?.[0];
    if (!isTrusted || !tab || tab === new URLSearchParams(window.location.search).get("tab")) return;
    window.clearTimeout(timer);
    writeAddress(writers.get(tab)?.() ?? new URLSearchParams({tab}), "pushState");
  });
}

/**
 * The page's address with another view.
 * @param {URLSearchParams} view
 */
export function addressOfView(view) {
  const address = new URL(window.location.origin + window.location.pathname);
  const query = new URLSearchParams(view);
  const current = new URLSearchParams(window.location.search);
  for (const key of PAGE_WIDE) if (current.has(key)) query.set(key, current.get(key) ?? "");
  address.search = query.toString();
  return address;
}

/** @param {URLSearchParams} view one with an empty value is not complete yet */
const isComplete = (view) => [...view.values()].every(Boolean);

/**
 * @param {URLSearchParams} view
 * @param {"pushState" | "replaceState"} how
 */
function writeAddress(view, how) {
  if (isComplete(view)) window.history[how](null, "", addressOfView(view));
}
