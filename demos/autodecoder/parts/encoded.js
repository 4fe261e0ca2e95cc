// @ts-check
// The picture through an encoder, beside the code that descent finds: one look at it instead of many steps.
import {fromBase64, toBase64} from "../../web/lib/base64.js";
import {paint} from "../../web/lib/image.js";
import {question} from "../../web/lib/question.js";
import {redrawer} from "../../web/lib/redraw.js";

/** @typedef {import("../types").EncodedAnswer & {key: string}} Encoded */

/**
 * @param {import("../types").Tab} tab
 * @param {() => Uint8Array | null} target the picture; null where there is none
 */
export function encodedView({find, server, update}, target) {
  const redraw = redrawer();
  /** @type {Encoded | null} */
  let encoded = null;
  const asking = question({
    call: server.encode_picture,
    request() {
      const pixels = target();
      return pixels && {pixels: toBase64(pixels)};
    },
    prepare: async (answer) => answer,
    onAnswer(answer) {
      encoded = answer;
      update({});
    },
    onError: (problem) => update({problem}),
  });
  const isReady = () => encoded !== null && encoded.key === asking.key();
  return {
    load: () => asking.load(isReady()),
    again() {
      if (!isReady()) asking.again();
    },
    render() {
      for (const part of [find("[data-fit=encoded]"), find(".encoded")]) part.toggleAttribute("data-empty", !isReady());
      if (!encoded || !isReady()) return;
      const {pixels, mse, checkpoint, size} = encoded;
      find("[data-fit=encoded]").parentElement.hidden = pixels === null;
      if (pixels === null) return;
      redraw("encoded", [encoded], () => {
        paint(find("[data-fit=encoded]"), fromBase64(pixels));
        find(".encoded").innerHTML = `by the encoder of ${checkpoint}, ${size} numbers: error <b>${mse.toFixed(4)}</b>`;
      });
    },
  };
}
