// @ts-check
// What Denoise asks for pictures: now, or before a view that is likely to come.
import {toBase64} from "../web/lib/base64.js";
import {remembering} from "../web/lib/server/remembered.js";
import {ask} from "../web/lib/server/rpc.js";
import * as D from "./state.js";
import {namesFor} from "./strip.js";

/**
 * @param {object} options
 * @param {import("./types").Props} options.props
 * @param {import("./types").Server} options.server
 * @param {boolean} options.isShipped whether the denoisers are those that ship
 */
export function pictureRequests({props, server, isShipped}) {
  const {kinds, denoisers} = props;
  const calls = remembering(server, {load_strip: 2, load_one_noise: 2}); // one asked for ahead, beside one on its way

  const strip = (/** @type {import("./strip.js").StripOf} */ {pixels, noise, at, seed, names}) => {
    const levels = D.levelsAt(kinds[noise].parameters, at);
    const asked = isShipped && names.length === denoisers.length ? {} : {denoisers: names};
    return calls.load_strip({pixels: toBase64(pixels), noise, levels, seed, ...asked});
  };
  const crossing = (/** @type {import("./parts/one_noise.js").CrossingOf} */ {pixels, seed}) =>
    calls.load_one_noise({pixels: toBase64(pixels), seed});

  /**
   * Ask for the pictures of a link.
   * @param {ReturnType<ReturnType<typeof D.denoiseLink>["read"]>["state"]} linked
   * @param {import("../web/lib/server/sample.js").Sample} sample
   */
  function prepare({view, noise, level, seed, model, left, image, pixels: drawn}, {sprite}) {
    const pixels = drawn ?? (image === null ? null : sprite.pixels(image));
    if (!pixels) return;
    const at = D.indicesOf(kinds[noise].parameters, level ?? []);
    if (view === D.ONE_NOISE) ask(crossing, {pixels, seed});
    else ask(strip, {pixels, noise, at, seed, names: namesFor(props, {model, left})});
  }
  return {strip, crossing, prepare};
}
