// @ts-check
// The address is that of the view: tabs write it and read it, and an open tab shows another view without a reload.

/** @type {Map<string, () => void>} */
const openers = new Map();
/** @type {Map<string, () => URLSearchParams>} */
const writers = new Map();
const PAGE_WIDE = ["present", "__theme", "show", "hide", "lesson"]; // of the page, which a view's address keeps
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

/** Show what the address holds; a tab that is opened for it reads the address itself when it starts. */
export function openAddress() {
  const tab = new URLSearchParams(window.location.search).get("tab") ?? "";
  window.clearTimeout(timer);
  tabButton(tab)?.click();
  openers.get(tab)?.();
}

/**
 * The button of a tab: in the row, or in the menu of those for which a narrow window has no place.
 * @param {string} tab
 * @returns {HTMLElement | undefined}
 */
function tabButton(tab) {
  const inRow = document.getElementById(`${tab}-tab-button`);
  if (inRow) return inRow;
  const {components = []} = /** @type {any} */ (window).gradio_config ?? {};
  const item = components.find((/** @type {any} */ {type, props}) => type === "tabitem" && props.id === tab);
  const menu = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#tabs .overflow-dropdown button"));
  return [...menu].find(({textContent}) => textContent?.trim() === item?.props.label);
}

/**
 * Have the address follow what is done in a tab.
 * @param {HTMLElement} widget
 * @param {() => URLSearchParams} write the view
 */
export function keepAddress(widget, write) {
  writers.set(widget.id.replace(/-widget$/, ""), write);
  const follow = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (widget.offsetParent) writeAddress(write(), "replaceState");
    }, REST);
  };
  for (const kind of ["pointerup", "keyup", "change"]) widget.addEventListener(kind, follow);
}

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
    const button = /** @type {Element} */ (target).closest?.("#tabs button[role=tab]");
    const tab = button instanceof HTMLElement ? button.dataset.tabId : undefined;
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
