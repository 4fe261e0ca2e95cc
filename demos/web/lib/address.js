// @ts-check
// The address and the tabs: an open tab shows another view without the page being loaded again.

/** @type {Map<string, () => void>} */
const openers = new Map();

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
  document.getElementById(`${tab}-tab-button`)?.click();
  openers.get(tab)?.();
}
