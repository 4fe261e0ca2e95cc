// @ts-check
// The Python lines that make what is shown, to copy.
import {copyText, escapeHtml} from "../../lib/dom.js";
import {openDialog} from "../pictures/dialog.js";

/**
 * @param {HTMLElement} widget
 * @param {string} lines
 */
export function openPython(widget, lines) {
  const {dialog, find} = openDialog(widget, {
    title: "The lines that make this map",
    html: `<pre class="python-lines" tabindex="0"><code>${escapeHtml(lines)}</code></pre>
      <p class="loom-hint">Run them in the folder of this program, where the package core is.</p>`,
    tools: '<button type="button" data-copy>Copy</button>',
  });
  dialog.classList.add("python-dialog");
  find("[data-copy]").addEventListener("click", () =>
    copyText(find("[data-copy]"), lines, {refused: "Select the lines and press Ctrl C"}),
  );
}
