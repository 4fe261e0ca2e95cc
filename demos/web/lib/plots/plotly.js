// @ts-check
// plotly for maps of two dimensions, loaded by the first tab that draws one, however often the network is lost.
import {untilLoaded} from "../server/connection.js";

export const PLOTLY = new URL("../../vendor/plotly-basic-3.7.0.min.js", import.meta.url).href;

/** @type {Promise<any> | null} */
let loading = null;

/** @returns {Promise<any>} plotly itself */
export function loadPlotly() {
  loading ??= load();
  return loading;
}

async function load() {
  // web/page.js may have run it already
  if (!("Plotly" in globalThis)) await untilLoaded(() => loadScript(PLOTLY));
  return /** @type {any} */ (globalThis).Plotly;
}

/**
 * @param {string} address of a classic script, which web/page.js may have begun to load
 * @returns {Promise<unknown>}
 */
export function loadScript(address) {
  return new Promise((resolve, reject) => {
    const begun = [...document.scripts].find(({src}) => src === address);
    const tag = begun ?? Object.assign(document.createElement("script"), {src: address});
    tag.onload = resolve;
    tag.onerror = () => {
      tag.remove();
      reject(new TypeError(`${address} did not load`));
    };
    if (!begun) document.head.append(tag);
  });
}
