// @ts-check
// The Python lines that make what is shown, to copy.
import {copyText, escapeHtml} from "../../lib/dom.js";
import {ask} from "../../lib/server/rpc.js";
import {openDialog} from "../pictures/dialog.js";

/**
 * A button beside Share, which shows the lines that make what the tab shows.
 * @template {object} Request
 * @param {HTMLElement} widget
 * @param {Parameters<typeof showPython<Request>>[1]} options
 */
export function pythonButton(widget, options) {
  const button = document.createElement("button");
  Object.assign(button, {type: "button", textContent: "Python", title: "the lines that make what is shown"});
  button.dataset.python = "";
  button.addEventListener("click", () => showPython(widget, options));
  widget.querySelector(".share")?.before(button);
}

/**
 * Ask for the lines, and show them unless the tab has been left, or shows something else, when they come.
 * @template {object} Request
 * @param {HTMLElement} widget
 * @param {object} options
 * @param {(request: Request) => Promise<{error?: string, lines: string}>} options.call
 * @param {() => Request | null} options.request for what is shown now; null where nothing is
 * @param {(problem: string) => void} options.onError
 */
export async function showPython(widget, {call, request, onError}) {
  const asked = request();
  if (!asked) return;
  const {error, lines} = await ask(call, asked);
  const key = (/** @type {Request | null} */ one) => JSON.stringify({...one, frame: 0}); // a film may have gone on
  if (!widget.offsetParent || key(request()) !== key(asked)) return;
  if (error) onError(error);
  else openPython(widget, lines);
}

/**
 * @param {HTMLElement} widget
 * @param {string} lines
 */
function openPython(widget, lines) {
  const {dialog, find} = openDialog(widget, {
    title: "The lines that make this",
    html: `<pre class="python-lines" tabindex="0"><code>${escapeHtml(lines)}</code></pre>
      <p class="loom-hint">Run them in the folder of this program, where the package core is.</p>`,
    tools: '<button type="button" data-copy>Copy</button>',
  });
  dialog.classList.add("python-dialog");
  find("[data-copy]").addEventListener("click", () =>
    copyText(find("[data-copy]"), lines, {refused: "Select the lines and press Ctrl C"}),
  );
}
