// @ts-check
// A teacher's own lesson: views that are collected while looking around, and saved as a file to write sentences into.

import {viewOf} from "./steps.js";

const STORED = "loom-lesson-draft"; // in the browser, so that a reload loses none
const MINUTES = 1; // a step

/** @typedef {{title: string, link: string}} View */

/** @returns {View[]} */
export function loadDraft() {
  try {
    const views = JSON.parse(window.localStorage.getItem(STORED) ?? "[]");
    return Array.isArray(views)
      ? views.filter(({title, link}) => typeof title === "string" && /^\?tab=/.test(link))
      : [];
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return []; // something else has written it
    throw error;
  }
}

/**
 * The view that the address holds, with the title of its tab.
 * @returns {View}
 */
export function viewHere() {
  const shown = document.querySelector("#tabs [role=tab][aria-selected=true]");
  const view = viewOf(window.location.search);
  if (!view.has("tab")) view.set("tab", /** @type {HTMLElement} */ (shown).dataset.tabId ?? "");
  return {title: shown?.textContent?.trim() ?? "", link: `?${view}`};
}

/** @param {View[]} views */
export function keepDraft(views) {
  window.localStorage.setItem(STORED, JSON.stringify(views));
}

/**
 * The lesson as a file that `--lessons` takes.
 * @param {View[]} views
 */
export function lessonText(views) {
  const head = `---\ntitle: My lesson\nminutes: ${MINUTES * views.length}\nlevel: beginner\n---\n`;
  const steps = views.map(({title, link}) => `\n## ${title}\n\nWrite one to three sentences here.\n\n${link}\n`);
  return head + steps.join("");
}
