// @ts-check
// When a tab shows what a step asked it for, and what the next step will ask for.
import {prepareView} from "../lib/address.js";
import {isAsking} from "../lib/server/rpc.js";
import {appears, READY} from "./stage.js";
import {tabOf} from "./steps.js";

/** @typedef {import("./types").Lesson} Lesson */

const PAUSE = 50; // milliseconds between two looks whether a step is shown
const REST = 400; // milliseconds in which nothing changes once a step is shown
const PATIENCE = 20_000; // milliseconds until it is taken as it is
const OF_A_RUN = 8000; // the same of a training run that has something to show, for it goes on and on
const PENDING = "[data-pending], [aria-busy=true], .loom-wait:not([hidden])";

const rest = (/** @type {number} */ time) => new Promise((done) => window.setTimeout(done, time));

/**
 * Wait until a tab shows what it was asked for: nothing is asked, pending or changing any more.
 * @param {string} tab
 */
export async function settled(tab) {
  const start = performance.now();
  const patience = tab === "live" ? OF_A_RUN : PATIENCE;
  await Promise.race([appears(`#${tab}-widget :is(${READY})`), rest(PATIENCE)]);
  const widget = document.getElementById(`${tab}-widget`);
  if (!widget) return;
  let last = performance.now();
  const changes = new MutationObserver(() => {
    last = performance.now();
  });
  changes.observe(widget, {childList: true, subtree: true, attributes: true, characterData: true});
  const isPending = () =>
    isAsking() || [...widget.querySelectorAll(PENDING)].some((part) => /** @type {HTMLElement} */ (part).offsetParent);
  const isChanging = (/** @type {number} */ now) => now - last < REST && now - start < patience;
  for (let now = start; now - start < PATIENCE && (isPending() || isChanging(now)); now = performance.now())
    await rest(PAUSE);
  changes.disconnect();
}

/**
 * While a class looks at a step, its tab asks for what the next one shows, so that this one is there at once.
 * @param {Lesson} lesson
 * @param {number} step
 * @param {() => boolean} isStill whether that step is still the one shown
 */
export async function prepareNext({steps}, step, isStill) {
  if (step + 1 >= steps.length) return;
  await settled(tabOf(steps[step]));
  if (isStill()) prepareView(new URLSearchParams(steps[step + 1].link));
}
