// @ts-check
// The noisy picture and what each denoiser makes of it, with their figures; one denoiser is chosen.
import {radios} from "../../web/components/radio_group.js";
import {saveMenu} from "../../web/components/saving/save_menu.js";
import {decibels, NOISY, title} from "../state.js";

/** @type {Record<string, string>} */
const NOTES = {
  noisy: "what goes in",
  "denoiser-unet": "skip paths, met noise",
  "denoiser-cae": "27 numbers, met noise",
  "denoiser-cae-salt-and-pepper": "met salt and pepper only",
  "denoiser-cae-gaussian": "met Gaussian noise only",
  "denoiser-cae-both": "met both at once only",
  "cae-27": "27 numbers, met none",
  median: "learned nothing",
};
/** @type {Record<string, string>} */
const SHADES = {
  noisy: "var(--loom-own)",
  "denoiser-unet": "var(--loom-tsne)",
  "denoiser-cae": "#4477cc",
  "denoiser-cae-salt-and-pepper": "#cc8844",
  "denoiser-cae-gaussian": "#44aa99",
  "denoiser-cae-both": "#aa4499",
  "cae-27": "#cc6677",
  median: "#b8a33a",
};
const OTHERS = ["var(--loom-tsne)", "#4477cc", "#cc6677", "#aa4499"]; // of denoisers that do not ship

/**
 * @param {readonly string[]} denoisers
 * @param {string} name of one of them, or of the noisy picture
 */
export const shadeOf = (denoisers, name) => SHADES[name] ?? OTHERS[denoisers.indexOf(name) % OTHERS.length];
const SHORT = 12; // characters of a name that stay on one line
export const ROOF = 40; // dB, which what is better does not exceed on a page

/**
 * @param {HTMLElement} root
 * @param {{denoisers: readonly string[], one_noise: object, notes: Record<string, string>}} shown one_noise: those that
 *   have a row only while they are shown
 * @param {(model: string) => void} onPick
 */
export function denoiserList(root, {denoisers, one_noise, notes}, onPick) {
  const rowOf = (/** @type {string} */ name, /** @type {string} */ tag) =>
    rowHtml(name, tag, {color: shadeOf(denoisers, name), note: notes[name] ?? NOTES[name] ?? ""});
  root.innerHTML = [
    '<p aria-hidden="true"><span>PSNR, dB</span><span>SSIM</span></p>',
    rowOf(NOISY, 'div role="group"'),
    ...[...denoisers, ...Object.keys(one_noise)].map((name) =>
      rowOf(name, `button type="button" role="radio" data-key="${name}"`),
    ),
  ].join("");
  const choice = radios(root, onPick);
  const rows = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-row]"));
  const part = (/** @type {HTMLElement} */ row, /** @type {string} */ selector) =>
    /** @type {HTMLElement} */ (row.querySelector(selector));
  const share = (/** @type {number | null} */ psnr) => (100 * Math.min(ROOF, psnr ?? ROOF)) / ROOF;
  /** @type {import("../strip.js").StripView | null} */
  let shown = null;
  saveMenu(root, {table: () => shown && qualityTable(shown, [NOISY, ...shown.names]), title: () => "Each denoiser"});
  return {
    /** @param {string} model */
    choose(model) {
      choice.at = model;
    },
    /** @param {import("../strip.js").StripView | null} view null empties the rows */
    show(view) {
      shown = view;
      const best = view && Math.max(...view.names.map((name) => view.psnr(name) ?? Infinity));
      for (const row of rows) {
        const name = row.dataset.row ?? "";
        row.hidden = name in one_noise && !view?.names.includes(name);
        if (row.hidden) continue;
        const canvas = /** @type {HTMLCanvasElement} */ (row.querySelector("canvas"));
        const psnr = view ? view.psnr(name) : 0;
        if (view) view.paint(name, canvas);
        else canvas.width = canvas.width * 1; // which empties it
        part(row, ".psnr").textContent = view ? decibels(psnr) : "";
        part(row, ".ssim").textContent = view ? view.ssim(name).toFixed(2) : "";
        part(row, ".bullet b").style.width = `${share(psnr)}%`;
        part(row, ".bullet i").style.left = `${Math.min(97, share(view ? view.psnr(NOISY) : 0))}%`;
        row.classList.toggle("best", view !== null && name !== NOISY && (psnr ?? Infinity) === best);
        const words = view ? `: PSNR ${decibels(psnr)} dB, SSIM ${view.ssim(name).toFixed(2)}` : "";
        row.setAttribute("aria-label", title(name) + words);
      }
    },
  };
}

/**
 * @param {import("../strip.js").StripView} view
 * @param {string[]} names
 * @returns {import("../../web/lib/plots/table.js").Table}
 */
const qualityTable = (view, names) => ({
  columns: ["denoiser", "PSNR in dB", "SSIM"],
  rows: names.map((name) => [title(name), view.psnr(name), view.ssim(name)]),
});

/**
 * @param {string} name
 * @param {string} tag with its attributes
 * @param {{color: string, note: string}} shown
 */
function rowHtml(name, tag, {color, note}) {
  return `<${tag} data-row="${name}" style="--color:${color}">
    <canvas width="28" height="28" aria-hidden="true"></canvas>
    <span class="name${name.length > SHORT ? " long" : ""}">${title(name)}<small>${note}</small></span>
    <span class="bullet"><b></b><i></i></span><span class="psnr"></span>
    <span class="ssim"></span></${tag.split(" ")[0]}>`;
}
