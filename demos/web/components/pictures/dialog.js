// @ts-check
// A dialog over a widget, closed by its button, by Escape, or by whoever opened it; nothing of it stays on the page.
import {finder} from "../../lib/dom.js";

/**
 * @param {HTMLElement} root of the widget
 * @param {object} options
 * @param {string} options.title
 * @param {string} options.html between the title and the tools
 * @param {string} [options.tools] buttons before the one that closes it
 * @param {() => void} [options.onClose]
 */
export function openDialog(root, {title, html, tools = "", onClose = () => {}}) {
  const dialog = document.createElement("dialog");
  dialog.className = "loom-dialog loom-panel";
  dialog.setAttribute("aria-label", title);
  dialog.innerHTML = `<h3>${title}</h3>${html}<p class="loom-notice" role="alert" hidden></p>
    <div class="loom-tools">${tools}<button type="button" data-close>Close</button></div>`;
  root.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    onClose();
  });
  dialog.addEventListener("keydown", (event) => event.stopPropagation()); // not the widget's own keys
  const find = finder(dialog);
  find("[data-close]").addEventListener("click", () => dialog.close());
  dialog.showModal();
  return {
    dialog,
    find,
    /** @param {string} sentence */
    say(sentence) {
      find(".loom-notice").textContent = sentence;
      find(".loom-notice").hidden = false;
    },
  };
}
