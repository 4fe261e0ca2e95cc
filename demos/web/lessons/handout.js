// @ts-check
// A lesson on paper: every step is opened, its picture taken, and the sheet printed.
import {openAddress} from "../lib/address.js";
import {isAlone} from "../lib/alone.js";
import {escapeHtml} from "../lib/dom.js";
import {untilLoaded} from "../lib/server/connection.js";
import {ask} from "../lib/server/rpc.js";
import {settled} from "./settled.js";
import {sheetHtml} from "./sheet.js";
import {snapshot} from "./snapshot.js";
import {addressOf, tabOf} from "./steps.js";

/**
 * @typedef {import("./types").Lesson} Lesson
 * @typedef {import("./types").Step} Step
 */

const DRAWN = "canvas, svg, img, .loom-bar, table"; // what a picture needs
const SMALLEST = 60; // pixels
const [WIDEST, TALLEST] = [340, 230]; // pixels on paper

/** Whether steps pass by only to be pictured, which is nobody else's view. */
export const isMakingHandout = () => document.body.dataset.loomHandout === "making";

/**
 * @param {HTMLDialogElement} dialog that says how far it is, and stops it when it is closed
 * @param {import("./types").Server} server
 */
export function handout(dialog, server) {
  /** @type {HTMLElement | null} */
  let sheet = null;
  let isMaking = false;

  function discard() {
    if (!isMaking) sheet?.remove();
  }

  /** The picture of every step, or null if it was stopped. */
  async function pictures(/** @type {Lesson} */ lesson) {
    const taken = [];
    for (const [k, step] of lesson.steps.entries()) {
      dialog.innerHTML = `<p role="status">Making the hand-out: step ${k + 1} of ${lesson.steps.length}…</p>
        <button type="button" data-handout="stop">Stop</button>`;
      showStep(lesson, k);
      await settled(tabOf(step));
      if (!dialog.open) return null;
      const part = pictured(step);
      taken.push(part && snapshot(part, `handout${k}-`));
    }
    return taken;
  }

  async function make(/** @type {Lesson} */ lesson) {
    const {address, error} = await addressForOthers(server);
    if (error) {
      dialog.innerHTML = `<p class="loom-notice" role="alert">${escapeHtml(error)}</p>
        <button type="button" data-handout="stop">Close</button>`;
      return null;
    }
    const drawing = untilLoaded(() => import("../components/pictures/qr_picture.js"));
    const taken = await pictures(lesson);
    if (!taken) return null;
    const {qrPicture} = await drawing;
    const codes = lesson.steps.map((_, k) => qrPicture(`${address}?lesson=${lesson.name}&step=${k + 1}`));
    const paper = document.createElement("section");
    paper.className = "loom-handout";
    paper.innerHTML = sheetHtml(lesson, codes, address);
    for (const [k, place] of paper.querySelectorAll(".handout-picture").entries()) putPicture(place, taken[k]);
    return paper;
  }

  dialog.addEventListener("click", ({target}) => {
    if (/** @type {Element} */ (target).closest("[data-handout=stop]")) dialog.close();
  });
  inLightColours(() => sheet?.isConnected === true);

  return {
    discard,
    /**
     * @param {Lesson} lesson
     * @param {number} step that is open, and is open again afterwards
     */
    async print(lesson, step) {
      if (isMaking) return;
      discard();
      const before = window.location.search;
      const wasDark = document.body.classList.contains("dark");
      isMaking = true;
      document.body.dataset.loomHandout = "making"; // a room shows none of it
      document.body.classList.remove("dark");
      dialog.showModal();
      sheet = await make(lesson);
      document.body.classList.toggle("dark", wasDark);
      showStep(lesson, step, before);
      delete document.body.dataset.loomHandout;
      isMaking = false;
      if (!sheet) return;
      dialog.close();
      document.body.append(sheet);
      window.print();
    },
  };
}

/** @param {import("./types").Server} server */
function addressForOthers(server) {
  const address = window.location.origin + window.location.pathname;
  return isAlone() ? {address, error: ""} : ask(server.find_address, {address});
}

/**
 * @param {Lesson} lesson
 * @param {number} step
 * @param {string} [search] another address, such as that of a view that somebody changed
 */
function showStep(lesson, step, search = addressOf(window.location.search, {lesson, step})) {
  window.history.replaceState(null, "", search);
  openAddress();
}

/**
 * The part that a step points at; one that gives away nothing.
 * @param {Step} step
 * @returns {HTMLElement | null}
 */
function pictured(step) {
  const widget = document.getElementById(`${tabOf(step)}-widget`);
  const parts = /** @type {HTMLElement[]} */ ([...(widget?.querySelectorAll("[data-part]") ?? [])]);
  const covers = parts.filter(({dataset}) => step.question?.covers.includes(dataset.part ?? ""));
  const fits = (/** @type {HTMLElement} */ part) => {
    const {width, height} = part.getBoundingClientRect();
    const isOpen = !covers.some((cover) => cover.contains(part) || part.contains(cover));
    return isOpen && width > SMALLEST && height > SMALLEST && part.querySelector(DRAWN) !== null;
  };
  const ringed = step.parts.flatMap((name) => parts.filter(({dataset}) => dataset.part === name));
  return [...ringed, ...parts].find(fits) ?? null;
}

/**
 * @param {Element} place
 * @param {ReturnType<typeof snapshot> | null} picture
 */
function putPicture(place, picture) {
  if (!picture) return place.remove();
  const {copy, width, height} = picture;
  copy.style.setProperty("zoom", String(Math.min(1, WIDEST / width, TALLEST / height)));
  return place.append(copy);
}

/**
 * Paper is white, whatever the page is.
 * @param {() => boolean} isPrinted whether the sheet is what is printed
 */
function inLightColours(isPrinted) {
  let wasDark = false;
  window.addEventListener("beforeprint", () => {
    wasDark = isPrinted() && document.body.classList.contains("dark");
    if (wasDark) document.body.classList.remove("dark");
  });
  window.addEventListener("afterprint", () => {
    if (wasDark) document.body.classList.add("dark");
  });
}
