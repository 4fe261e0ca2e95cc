// @ts-check
// A page follows another one's views, until somebody touches it.
import {openAddress} from "../lib/address.js";
import {addressFor, lessonOf} from "./views.js";

const PARTS = "#tabs, #lessons"; // what follows, and what a touch takes back
const STEPS = ["PageUp", "PageDown"]; // of a lesson, wherever the focus is
const IDLE_KEYS = ["Tab", "Shift", "Control", "Alt", "Meta", "Escape"];
const SOON = 250; // milliseconds

/**
 * @param {() => boolean} isFollowing
 * @param {() => void} onTouch
 */
export function follower(isFollowing, onTouch) {
  let isHeld = false;
  let isPressed = false; // a finger or the mouse is down: nothing moves below it
  let shown = "";
  let waiting = "";
  let timer = 0;

  /** @param {string} view */
  function show(view) {
    waiting = view;
    if (isPressed || view === "" || view === shown) return;
    shown = view;
    const {search} = window.location;
    const address = addressFor(view, search);
    window.history.replaceState(null, "", address);
    // a lesson listens to the browser's Back, and shows the step that the address names
    if (lessonOf(address) !== lessonOf(search)) window.dispatchEvent(new PopStateEvent("popstate"));
    else openAddress();
    window.clearTimeout(timer);
    timer = window.setTimeout(checkTab, SOON);
  }

  /** A page that is still being built may have no such tab yet: then the view is opened again. */
  function checkTab() {
    const tab = new URLSearchParams(shown).get("tab");
    if (document.getElementById(`${tab}-tab`)?.offsetParent || !isFollowing()) return;
    shown = "";
    show(waiting);
  }

  const isOfPage = (/** @type {Event} */ {target, isTrusted}) =>
    isTrusted && target instanceof Element && target.closest(PARTS) !== null;

  document.addEventListener(
    "pointerdown",
    (event) => {
      if (!isOfPage(event)) return;
      isPressed = true;
      if (event.pointerType !== "touch") onTouch();
    },
    true,
  );
  document.addEventListener(
    "pointerup",
    (event) => {
      if (isPressed && event.pointerType === "touch") onTouch();
      isPressed = false;
    },
    true,
  );
  document.addEventListener(
    "pointercancel", // the finger only scrolled
    () => {
      isPressed = false;
      if (isFollowing()) show(waiting);
    },
    true,
  );
  document.addEventListener("input", (event) => isOfPage(event) && onTouch(), true);
  window.addEventListener(
    "keydown",
    (event) => {
      const isStep = STEPS.includes(event.key) && document.body.classList.contains("loom-has-lesson");
      if (isHeld && isStep) {
        event.preventDefault();
        event.stopImmediatePropagation();
      } else if (isStep || (isOfPage(event) && !IDLE_KEYS.includes(event.key))) onTouch();
    },
    true,
  );

  return {
    show,
    /** Forget what is shown: the next view is opened even if it is the same. */
    again() {
      shown = "";
    },
    /** @param {boolean} held whether the teacher has the controls */
    hold(held) {
      if (held === isHeld) return;
      isHeld = held;
      isPressed = false;
      for (const part of document.querySelectorAll(`${PARTS}, .loom-header [data-page=lessons]`))
        part.toggleAttribute("inert", held);
    },
  };
}
