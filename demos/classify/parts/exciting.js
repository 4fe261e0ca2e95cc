// @ts-check
// The images of the gallery that excite a map most, each with the pixels that its strongest place sees.
import {setPending} from "../../web/lib/dom.js";
import {rovingFocus} from "../../web/lib/input/roving_focus.js";
import {messageOf} from "../../web/lib/notice.js";
import {placeFrame} from "./framed_map.js";
import {fieldBox, short} from "./map_steps.js";

const ALIKE = '<p class="loom-hint">None: it gives the same number everywhere, whatever the picture.</p>';

/** @param {number[]} values of the images that excite a map most: equal where none does */
export const isDead = (values) => values[0] === values[values.length - 1];

/**
 * @param {(i: number) => string} tile
 * @param {number[]} values
 */
const itemHtml = (tile, values) => (/** @type {number} */ i, /** @type {number} */ k) =>
  `<span class="exciting-one"><span>${tile(i)}<i></i></span><small>${short(values[k])}</small></span>`;

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {(checkpoint: string, layer: string, map: number) => Promise<import("../types").ExcitingAnswer>} options.load
 * @param {(i: number) => string} options.tile the button of an image
 * @param {(i: number, place: import("./map_steps.js").Place) => void} options.onPick
 */
export function excitingImages(root, {load, tile, onPick}) {
  root.innerHTML = `<h4>The nine images that excite this map most</h4>
    <div class="tiles" role="group" aria-label="Images that excite the map most"></div>
    <p class="loom-hint">Under each, its strongest activation; the frame holds all that this place depends on.</p>`;
  const tiles = /** @type {HTMLElement} */ (root.querySelector(".tiles"));
  const focus = rovingFocus(tiles);
  /** @type {import("../types").ExcitingAnswer | null} */
  let answer = null;
  let wanted = "";
  tiles.addEventListener("click", ({target}) => {
    const item = /** @type {Element} */ (target).closest(".exciting-one");
    const k = [...tiles.children].indexOf(/** @type {Element} */ (item));
    if (answer && k >= 0) onPick(answer.indices[k], answer.places[k]);
  });

  return {
    /** @param {import("./map_steps.js").MapSteps} steps */
    async show({checkpoint, layer, map, field}) {
      const asked = `${checkpoint} ${layer} ${map}`;
      if (wanted === asked) return;
      wanted = asked;
      answer = null;
      tiles.innerHTML = '<p class="loom-wait">looking through all images of the gallery…</p>';
      setPending(tiles, true);
      try {
        const found = await load(checkpoint, layer, map);
        if (wanted !== asked) return;
        answer = found;
        tiles.innerHTML = isDead(found.values) ? ALIKE : found.indices.map(itemHtml(tile, found.values)).join("");
        for (const [k, frame] of tiles.querySelectorAll("i").entries())
          placeFrame(frame, fieldBox(field, found.places[k]));
        focus.reset();
      } catch (error) {
        if (wanted !== asked) return;
        wanted = ""; // the next time it is asked for again
        tiles.textContent = messageOf(error);
      }
      setPending(tiles, false);
    },
  };
}
