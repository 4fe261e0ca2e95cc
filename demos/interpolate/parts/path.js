// @ts-check
// A path: its ends, the picture between them, the slider, what the classifier predicts along it, and a filmstrip.
import {fromBase64} from "../../web/lib/base64.js";
import {escapeHtml} from "../../web/lib/dom.js";
import {context2d, paint, paintPixels} from "../../web/lib/image.js";
import {classRuns, formatAlpha} from "../alphas.js";
import {END_NAMES, ENDS, endTitle} from "../views.js";
import {filmstrip} from "./filmstrip.js";

/**
 * @typedef {import("../types").End} End
 * @typedef {import("../types").EndName} EndName
 * @typedef {import("../types").Strip} Strip
 * @typedef {import("../types").View} View
 * @typedef {ReturnType<typeof import("../alphas.js").alphaScale>} Scale
 * @typedef {import("../../web/lib/sprite.js").Sprite} Sprite
 */

const SHORTEST = 3; // frames of a class that are named in words

/**
 * @param {(selector: string) => any} find
 * @param {object} options
 * @param {() => import("../../web/types").Dataset} options.dataset that is shown
 * @param {number} options.photo pixels a side of a visitor's photo
 * @param {(alpha: number) => void} options.onPick
 */
export function pathView(find, {dataset, photo, onPick}) {
  /** @type {Scale} */
  let scale;
  const film = filmstrip(find(".strip"), {
    what: "alpha",
    caption: (k) => scale.caption(k),
    onPick: (k) => onPick(scale.alphaOf(k)),
  });

  const drawBand = (/** @type {number[] | undefined} */ predicted) => {
    const band = find(".band");
    band.hidden = !predicted;
    find(".interp-runs").hidden = !predicted;
    find(".interp-runs").innerHTML = "";
    if (!predicted) return;
    const {classes, colors} = dataset();
    band.width = predicted.length;
    const context = context2d(band);
    const runs = classRuns(predicted);
    for (const [k, from, to] of runs) {
      context.fillStyle = colors[k];
      context.fillRect(from, 0, to - from + 1, 1);
    }
    const words = runs
      .filter(([, from, to]) => to - from + 1 >= SHORTEST)
      .map(([k, from, to]) => {
        const reach = `${formatAlpha(scale.alphaOf(from))} – ${formatAlpha(scale.alphaOf(to))}`;
        return `<span style="--color:${colors[k]}">${escapeHtml(classes[k])} <small>${reach}</small></span>`;
      });
    find(".interp-runs").innerHTML = `called ${words.join(" ")}`;
  };

  return {
    /**
     * Another range of the slider.
     * @param {Scale} next
     * @param {boolean} beyond
     */
    setScale(next, beyond) {
      scale = next;
      const slider = find("[data-alpha]");
      slider.min = scale.low;
      slider.max = scale.high;
      for (const place of [".strip", ".interp-slide"]) find(place).classList.toggle("beyond", beyond);
      const names = beyond ? [scale.low, scale.high].map((alpha) => formatAlpha(alpha, 1)) : Object.values(ENDS);
      [...find(".interp-slide").querySelectorAll(":scope > b")].forEach((label, n) => {
        label.textContent = names[n];
      });
    },
    /** @param {Strip | null} strip which has come, or is gone */
    setStrip(strip) {
      drawBand(strip?.predicted);
      if (strip) film.show(strip.sprite, scale.shown);
    },
    /**
     * @param {number} alpha
     * @param {Strip | null} strip
     * @param {string | null} words instead of what the strip says
     */
    seek(alpha, strip, words) {
      const k = scale.frameOf(alpha);
      find("[data-alpha]").value = alpha;
      find(".interp-alpha output").textContent = formatAlpha(alpha);
      if (strip) {
        strip.sprite.paint(k, find(".now"));
        film.mark(k);
      }
      find(".said").textContent = words ?? (strip ? describe(strip, k, alpha) : "…");
    },
    /**
     * What a screen reader says once the slider rests.
     * @param {View} view
     * @param {[string, string]} titles of the ends
     * @param {Strip} strip
     */
    label({alpha, model}, [a, b], {predicted}) {
      const between = `Between A, ${a}, and B, ${b}, at alpha ${formatAlpha(alpha)}, painted by ${model}`;
      const said = predicted ? `; the classifier calls it ${dataset().classes[predicted[scale.frameOf(alpha)]]}` : "";
      find(".now").setAttribute("aria-label", between + said);
    },
    /**
     * @param {View} view
     * @param {object} shown
     * @param {import("../types").Kind} shown.kind
     * @param {EndName} shown.target
     * @param {import("../../web/lib/server/sample.js").Sample} shown.sample
     * @param {Sprite | undefined} shown.faces
     * @param {Strip | null} shown.strip of this path
     */
    drawEnds(view, {kind, target, sample, faces, strip}) {
      const images = kind === "clothes" ? sample.sprite : faces;
      for (const key of END_NAMES) {
        const button = find(`[data-end=${key}]`);
        const canvas = button.querySelector("canvas");
        const {i, pixels} = view[key];
        button.setAttribute("aria-pressed", String(key === target));
        button.querySelector("span").textContent = endTitle(view[key], kind, sample);
        canvas.classList.toggle("photo", kind === "faces");
        if (i !== undefined && images) images.paint(i, canvas);
        else if (pixels && kind === "clothes") paint(canvas, fromBase64(pixels));
        else if (pixels) paintPhoto(canvas, fromBase64(pixels), photo);
        else if (strip) strip.sprite.paint(scale.frameOf(key === "a" ? 0 : 1), canvas);
        else context2d(canvas).clearRect(0, 0, canvas.width, canvas.height); // until it is decoded
      }
    },
  };

  /**
   * @param {Strip} strip
   * @param {number} k
   * @param {number} alpha
   */
  function describe({predicted, confidence}, k, alpha) {
    if (predicted && confidence) return `${dataset().classes[predicted[k]]}, ${confidence[k]} %`;
    const share = Math.round(100 * alpha);
    return `${100 - share} % A, ${share} % B`;
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} bytes three a pixel
 * @param {number} side
 */
const paintPhoto = (canvas, bytes, side) => paintPixels(canvas, side, side, (i) => bytes.subarray(3 * i, 3 * i + 3));
