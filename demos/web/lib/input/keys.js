// @ts-check
// Keys of a whole tab.

/**
 * Listen to keys while the tab is on the page and the focus is on no control that uses keys itself.
 * @param {HTMLElement} element
 * @param {Record<string, () => void>} keys
 * @param {{except: string, but?: string}} selectors except: controls that use keys themselves; but: those among them
 *   whose keys are the tab's
 */
export function listenToKeys(element, keys, {except, but = ":not(*)"}) {
  document.addEventListener("keydown", (event) => {
    const {target} = event;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key; // with Shift or Caps Lock, too
    if (!element.offsetParent || event.ctrlKey || event.metaKey || event.altKey || !(target instanceof Element)) return;
    const isInside = element.contains(target);
    const isFree = target === document.body || (isInside && !target.closest(except));
    if (!(isFree || (isInside && target.matches(but))) || !Object.hasOwn(keys, key)) return;
    event.preventDefault();
    keys[key]();
  });
}

/**
 * Listen to the keys of a player in its view: the space key plays from its slider too, whose own keys step.
 * @param {HTMLElement} section
 * @param {Record<string, () => void>} keys of the player, and of the view beside it
 * @param {string} except controls that use keys themselves
 */
export function listenToPlayer(section, {" ": play, ...steps}, except) {
  listenToKeys(section, steps, {except});
  listenToKeys(section, {" ": play}, {except, but: "input[type=range]"});
}
