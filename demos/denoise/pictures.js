// @ts-check
// The picture before and after: two under a divider, and all four beside it.
import {context2d, paint, paintPixels, squareOf} from "../web/lib/image.js";
import {compareSlider} from "./parts/compare_slider.js";
import {CLEAN, decibels, NOISY, title} from "./state.js";

const STRONGER = 3; // times, of the residual
const BRIGHT = [255, 176, 0];
const DARK = [90, 140, 255];

/** @typedef {{left: string, model: string, wipe: number, pixels: Uint8Array, clean: string, setting: string}} Shown */

/**
 * @param {HTMLElement} element
 * @param {{onMove: (percent: number) => void}} events
 */
export function pictures(element, {onMove}) {
  const root = /** @type {HTMLElement} */ (element.querySelector(".compare"));
  const label = "Divider between the two pictures: left and right move it, up and down turn the level";
  const slider = compareSlider(root, {label, onMove});
  const four = /** @type {NodeListOf<HTMLCanvasElement>} */ (element.querySelectorAll("[data-picture]"));
  const ofName = (/** @type {string} */ picture) => [...four].filter(({dataset}) => dataset.picture === picture)[0];

  return {
    /** @param {Uint8Array} pixels */
    showClean(pixels) {
      paint(ofName(CLEAN), pixels);
    },
    /** Nothing is known of the picture. */
    clear() {
      for (const canvas of [slider.left, slider.right, ...four]) {
        if (canvas.dataset.picture === CLEAN) continue;
        context2d(canvas).clearRect(0, 0, canvas.width, canvas.height);
        canvas.removeAttribute("title");
        if (canvas.dataset.picture) canvas.setAttribute("aria-label", `no ${canvas.dataset.picture} picture`);
      }
      slider.show(50, ["nothing", "nothing"]);
    },
    /**
     * @param {import("./strip.js").StripView} view
     * @param {Shown} shown
     */
    show(view, {left, model, wipe, pixels, clean, setting}) {
      const put = (/** @type {HTMLCanvasElement} */ canvas, /** @type {string} */ name) =>
        name === CLEAN ? paint(canvas, pixels) : view.paint(name, canvas);
      const named = (/** @type {string} */ name) =>
        name === CLEAN ? CLEAN : `${name} ${decibels(view.psnr(name))} dB`;
      const measured = (/** @type {string} */ name) =>
        `, PSNR ${decibels(view.psnr(name))} dB, SSIM ${view.ssim(name).toFixed(2)}`;
      put(slider.left, left);
      put(slider.right, model);
      slider.show(wipe, [named(left), named(model)]);
      /** @type {Record<string, string>} */
      const words = {
        clean: `clean: ${clean}`,
        noisy: `with noise: ${setting}${measured(NOISY)}`,
        denoised: `denoised by ${title(model)}${measured(model)}`,
        residual: `residual: what ${title(model)} still gets wrong${measured(model)}`,
      };
      put(ofName(CLEAN), CLEAN);
      put(ofName(NOISY), NOISY);
      put(ofName("denoised"), model);
      paintResidual(ofName("residual"), view.pixels(model), pixels);
      for (const canvas of four) {
        canvas.title = words[canvas.dataset.picture ?? ""];
        canvas.setAttribute("aria-label", canvas.title);
      }
    },
  };
}

/**
 * Orange where a picture is too bright, blue where too dark.
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} bytes
 * @param {Uint8Array} clean
 */
function paintResidual(canvas, bytes, clean) {
  const {side, channels} = squareOf(clean);
  paintPixels(canvas, side, side, (i) => {
    let off = 0; // the mean over the colours
    for (let c = channels * i; c < channels * (i + 1); c++) off += (bytes[c] - clean[c]) / channels;
    const error = Math.min(1, (Math.abs(off) * STRONGER) / 255);
    return (off > 0 ? BRIGHT : DARK).map((c) => c * error);
  });
}
