// @ts-check
// A button that copies the address of exactly this view, which the address bar shows as well.
import {addressOfView, keepAddress} from "./address.js";
import {copyText} from "./dom.js";

/**
 * @param {HTMLElement} button
 * @param {() => URLSearchParams} write the view, as the tab's urlState writes it
 */
export function shareButton(button, write) {
  const widget = button.closest("[id$=-widget]");
  if (widget instanceof HTMLElement) keepAddress(widget, write);
  button.addEventListener("click", async () => {
    const link = addressOfView(write());
    window.history.replaceState(null, "", link); // the address bar shows it even where copying is forbidden
    button.dataset.link = link.href;
    await copyText(button, link.href, {done: "Link copied", refused: "Link is in the address bar"});
  });
}
