// @ts-check
// plotly, loaded by the first tab that draws with it, however often the network is lost meanwhile.
import {untilLoaded} from "../server/connection.js";

export const PLOTLY = new URL("../../vendor/plotly-gl3d-3.7.0.min.js", import.meta.url).href;

/** @type {Promise<any> | null} */
let loading = null;

/** @returns {Promise<any>} plotly itself */
export function loadPlotly() {
  loading ??= untilLoaded(() => loadScript(PLOTLY)).then(() => /** @type {any} */ (globalThis).Plotly);
  return loading;
}

/** @param {string} address of a classic script */
function loadScript(address) {
  return new Promise((resolve, reject) => {
    const tag = document.createElement("script");
    tag.src = address;
    tag.onload = resolve;
    tag.onerror = () => {
      tag.remove();
      reject(new TypeError(`${address} did not load`));
    };
    document.head.append(tag);
  });
}
