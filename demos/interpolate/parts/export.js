// @ts-check
// What can be kept of a path: an animation, and its filmstrip as one picture.
import {saveFile} from "../../web/lib/dom.js";
import {ask} from "../../web/lib/server/rpc.js";
import {formatAlpha} from "../alphas.js";
import {isReady} from "../render.js";
import {pathRequest} from "../views.js";
import {filmstripPicture} from "./filmstrip.js";

/** @typedef {ReturnType<typeof import("../alphas.js").alphaScale>} Scale */

const SMALLEST = 112; // pixels a side of a frame that is kept

/**
 * What the buttons of these names do.
 * @param {object} options
 * @param {import("../render.js").State} options.state
 * @param {() => Scale} options.scale
 * @param {(sentence: string) => void} options.onError
 * @param {import("../types").Server["animate"]} options.call
 */
export function exportButtons({state, scale, onError, call}) {
  const fileName = (/** @type {string} */ kind) => `${state.model}-${state.method}.${kind}`;
  return {
    async gif() {
      const name = fileName("gif");
      const {error, file} = await ask(call, pathRequest(state));
      if (error) onError(error);
      else saveUri(file, name);
    },
    png() {
      if (state.strip && isReady(state)) saveStrip(state.strip, scale(), fileName("png"));
    },
  };
}

/**
 * @param {import("../types").Strip} strip
 * @param {Scale} scale
 * @param {string} name of the file
 */
async function saveStrip({sprite}, scale, name) {
  const frames = [0, ...scale.shown, scale.count - 1];
  const times = Math.max(1, Math.round(SMALLEST / sprite.tile));
  const caption = (/** @type {number} */ k) => `α = ${formatAlpha(scale.alphaOf(k))}`;
  const picture = await filmstripPicture(sprite, frames, {caption, scale: times});
  if (picture) saveFile(name, picture, "image/png");
}

/**
 * @param {string} uri a data URI
 * @param {string} name of the file
 */
function saveUri(uri, name) {
  const link = document.createElement("a");
  link.href = uri;
  link.download = name;
  link.click();
}
