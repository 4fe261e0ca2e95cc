// @ts-check
// A button that copies the address of exactly this view.
import {copyText} from "./dom.js";

const PAGE_WIDE = ["present", "__theme", "lesson"]; // settings of the page, which a link keeps

/**
 * @param {HTMLElement} button
 * @param {() => URLSearchParams} write the view, as the tab's urlState writes it
 */
export function shareButton(button, write) {
  button.addEventListener("click", async () => {
    const link = new URL(window.location.origin + window.location.pathname);
    const query = write();
    const current = new URLSearchParams(window.location.search);
    for (const key of PAGE_WIDE) if (current.has(key)) query.set(key, current.get(key) ?? "");
    link.search = query.toString();
    window.history.replaceState(null, "", link); // the address bar shows it even where copying is forbidden
    button.dataset.link = link.href;
    await copyText(button, link.href, {done: "Link copied", refused: "Link is in the address bar"});
  });
}
