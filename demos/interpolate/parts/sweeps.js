// @ts-check
// What the attribute sliders would show where the hand rests: fetched before they are touched.
import {pump} from "../../web/lib/server/rpc.js";
import {loadSprite} from "../../web/lib/sprite.js";
import {pictureRequest, sweepKey} from "../views.js";

/** @typedef {import("../render.js").State} State */

const HAND_RESTS = 150; // milliseconds until they are fetched

/**
 * @param {object} tab
 * @param {State} tab.state
 * @param {(changes: Partial<State>) => void} tab.update
 * @param {import("../types").Server["sweep"]} tab.call
 * @param {Record<string, import("../types").Decoder>} tab.known
 * @returns {() => void} to be called when the hand rests
 */
export function sweepLoader({state, update, call, known}) {
  let timer = 0;
  const sweep = pump(
    call,
    async ({sprite, columns}, request) => {
      const {checkpoint, attributes} = request;
      const ahead = {key: sweepKey(request), attributes, columns};
      update({ahead: {...ahead, sprite: await loadSprite(sprite, columns, known[checkpoint].side)}});
    },
    (problem) => update({problem}),
  );
  return () => {
    clearTimeout(timer);
    if (state.attributes.length) timer = setTimeout(() => sweep(pictureRequest(state)), HAND_RESTS);
  };
}
