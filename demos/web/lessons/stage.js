// @ts-check
// What a step does to the tabs: a ring around the part to look at, a cover over what would give an answer away.

const MARK = 60; // pixels that a question mark on a cover needs
export const READY = "[data-ready], .loom-bar.best"; // what a tab shows once it has something to show

/**
 * @typedef {object} Pointed
 * @property {string} tab
 * @property {string[]} parts that are ringed; the first is scrolled to
 * @property {string[]} covers parts that are covered
 */

export function stage() {
  let pointings = 0; // only the last step may still point
  /** @type {Element | null} */
  let held = null; // the part that stays in view while the page still grows, until the visitor moves
  const growth = new ResizeObserver(() => {
    reveal(held);
    markLow();
  });
  const release = () => hold(null);
  for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"])
    document.addEventListener(kind, release, {capture: true, passive: true});

  /** @param {Element | null} part */
  function hold(part) {
    held = part;
    growth.disconnect();
    for (const grown of [part, part?.closest(".loom-widget"), document.querySelector(".lesson-strip")])
      if (part && grown) growth.observe(grown);
    reveal(part);
  }

  function clear() {
    for (const part of document.querySelectorAll("[data-ringed]")) part.removeAttribute("data-ringed");
    uncover();
  }

  function uncover() {
    for (const part of document.querySelectorAll("[data-covered]")) {
      part.removeAttribute("data-covered");
      part.removeAttribute("inert");
    }
  }

  /** @param {Pointed} pointed */
  function mark({tab, parts, covers}) {
    clear();
    for (const part of parts) find(tab, part)?.setAttribute("data-ringed", "");
    for (const part of covers) {
      find(tab, part)?.setAttribute("data-covered", "");
      find(tab, part)?.setAttribute("inert", "");
    }
    markLow();
  }

  return {
    uncover,
    /** Scroll to the first ringed part. */
    reveal: () => reveal(document.querySelector("[data-ringed]")),
    clear() {
      pointings++;
      release();
      clear();
    },
    /**
     * Mark the parts as soon as their tab is on the page, and keep the first in view while the tab draws itself.
     * @param {Pointed} pointed
     */
    async point(pointed) {
      const turn = ++pointings;
      const {tab, parts} = pointed;
      mark(pointed);
      const seen = () => (parts.length ? find(tab, parts[0]) : null);
      hold(seen());
      if (!seen()) {
        await appears(`#${tab}-widget [data-part]`);
        if (turn !== pointings) return;
        mark(pointed);
      }
      await appears(`#${tab}-widget :is(${READY})`);
      if (turn === pointings) hold(seen());
    },
  };
}

/** Covers that are too low for a question mark have none. */
function markLow() {
  for (const part of document.querySelectorAll("[data-covered]"))
    part.setAttribute("data-covered", part.clientHeight < MARK ? "low" : "");
}

/**
 * @param {string} tab
 * @param {string} part
 */
const find = (tab, part) => document.querySelector(`#${tab}-widget [data-part="${CSS.escape(part)}"]`);

/** @param {Element | null} part is scrolled to, from its top where it is larger than the page */
function reveal(part) {
  if (!part) return;
  const isLarge = part.getBoundingClientRect().height > window.innerHeight * 0.6;
  part.scrollIntoView({block: isLarge ? "start" : "nearest"});
}

/**
 * Wait until an element is on the page.
 * @param {string} selector
 * @returns {Promise<void>}
 */
export function appears(selector) {
  if (document.querySelector(selector)) return Promise.resolve();
  return new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (!document.querySelector(selector)) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(document.body, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ["data-ready"],
    });
  });
}
