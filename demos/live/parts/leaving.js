// @ts-check
// A page that is left ends its run: the browser asks first, and the server hears of it.
import {sayGoodbye} from "../../web/lib/server/connection.js";

/** @param {() => boolean} hasRun whether there is one that would be lost */
export function watchLeaving(hasRun) {
  window.addEventListener("pagehide", ({persisted}) => {
    if (!persisted) sayGoodbye("end_session", "warm");
  });
  window.addEventListener("beforeunload", (event) => {
    if (hasRun()) event.preventDefault();
  });
}
