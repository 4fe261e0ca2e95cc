// @ts-check
// PSNR of the noisy picture and of each denoiser along the slider moved last; a click or a drag goes there.
import {lineChart} from "../../web/components/charts/line_chart.js";
import {formatLevel, NOISY, title} from "../state.js";
import {ROOF, shadeOf} from "./denoiser_list.js";

const HEIGHT = 136; // pixels

/**
 * @param {HTMLElement} root
 * @param {readonly string[]} denoisers
 * @param {(column: number, isHeld: boolean) => void} onSeek
 */
export function levelCurve(root, denoisers, onSeek) {
  const chart = lineChart(root, {height: HEIGHT, onSeek: (column, _, isHeld) => onSeek(column, isHeld)});
  return {
    /**
     * @param {import("../strip.js").StripView} view
     * @param {import("../types").NoiseParameter} parameter
     * @param {string} model whose line is thick
     */
    draw(view, parameter, model) {
      const names = [NOISY, ...view.names].reverse();
      chart.draw({
        label: `PSNR against ${parameter.name}, for the noisy picture and each denoiser`,
        x: [...parameter.values.keys()],
        xColumn: parameter.name,
        range: [0, ROOF],
        format: (v, isShort) => (isShort ? String(v) : `${v} dB`),
        formatX: (column) => formatLevel(parameter, parameter.values[column]),
        series: names.map((name) => ({
          name: title(name),
          values: view.curve(name).map((v) => Math.min(v ?? ROOF, ROOF)),
          color: shadeOf(denoisers, name),
          strong: name === model,
        })),
      });
    },
    /** @param {number} column */
    mark: (column) => chart.markAt(column),
  };
}
