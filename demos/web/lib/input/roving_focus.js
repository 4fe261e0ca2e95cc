// @ts-check
// Many buttons as one tab stop, between which the arrow keys walk.

/**
 * Where a key leads to in rows of items; undefined where it leads nowhere.
 * @param {number} at index of the item with the focus
 * @param {string} key its name
 * @param {{count: number, columns: number}} layout
 */
export function nextItem(at, key, {count, columns}) {
  /** @type {Record<string, number>} */
  const targets = {
    ArrowRight: at + 1,
    ArrowLeft: at - 1,
    ArrowDown: at + columns,
    ArrowUp: at - columns,
    Home: 0,
    End: count - 1,
  };
  const next = targets[key];
  return next >= 0 && next < count ? next : undefined;
}

/**
 * The root's buttons, which may change: call reset() after that.
 * @param {HTMLElement} root
 */
export function rovingFocus(root) {
  const items = () => [...root.querySelectorAll("button")];
  const stopAt = (/** @type {Element | null} */ chosen) => {
    for (const item of items()) item.tabIndex = item === chosen ? 0 : -1;
  };
  root.addEventListener("focusin", ({target}) => {
    if (target instanceof HTMLButtonElement) stopAt(target);
  });
  root.addEventListener("keydown", (event) => {
    const all = items();
    const at = all.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    if (at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const columns = all.filter(({offsetTop}) => offsetTop === all[0].offsetTop).length;
    const next = nextItem(at, event.key, {count: all.length, columns});
    if (next === undefined) return;
    event.preventDefault();
    all[next].focus();
  });
  return {
    /** The tab stop is the pressed button, or else the first. */
    reset() {
      stopAt(root.querySelector("button[aria-pressed=true]") ?? root.querySelector("button"));
    },
  };
}
