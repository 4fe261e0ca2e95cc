// @ts-check
// A pad that collects: draw, Next, draw the next one.
import {drawingPad} from "../../web/components/pad.js";
import {finder} from "../../web/lib/dom.js";
import {paint, pngOf} from "../../web/lib/image.js";

const SIDE = 28; // pixels
const PAUSE = 1500; // milliseconds without a stroke until a drawing counts as finished, where the visitor wants it

export const PAD_HTML = `<div class="set-pad" data-tools="draw erase undo clear brush"></div>
  <div class="loom-tools set-collect">
    <button type="button" class="set-next" data-set="next" title="Enter">Next</button>
    <label class="loom-check"><input type="checkbox" data-auto> Next by itself after a pause</label>
  </div>
  <p class="loom-hint">Draw, press Next or Enter, and draw the next one.</p>`;

/**
 * @param {HTMLElement} root that holds PAD_HTML
 * @param {object} events
 * @param {(png: Promise<Uint8Array<ArrayBuffer>>) => void} events.onPicture
 * @param {() => void} events.onNothing Next was pressed, and nothing was drawn
 */
export function collectingPad(root, {onPicture, onNothing}) {
  const find = finder(root);
  let timer = 0;
  const pad = drawingPad(find(".set-pad"), {
    onDraw: () => window.clearTimeout(timer),
    onRelease() {
      window.clearTimeout(timer);
      if (find("[data-auto]").checked && !pad.isEmpty) timer = window.setTimeout(take, PAUSE);
    },
    size: SIDE,
  });

  function take() {
    window.clearTimeout(timer);
    if (pad.isEmpty) return onNothing();
    const pixels = pad.pixels.slice();
    pad.put(new Uint8Array(SIDE * SIDE));
    return onPicture(pngOf(painted(pixels)));
  }

  find("[data-set=next]").addEventListener("click", take);
  find(".set-pad").addEventListener(
    "keydown",
    (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" || /** @type {Element} */ (event.target).closest("button")) return;
      event.preventDefault();
      event.stopPropagation(); // on a pad elsewhere Enter paints; here the space bar does
      take();
    },
    {capture: true},
  );
}

/** @param {Uint8Array} pixels grey */
function painted(pixels) {
  const canvas = document.createElement("canvas");
  paint(canvas, pixels, SIDE, SIDE);
  return canvas;
}
