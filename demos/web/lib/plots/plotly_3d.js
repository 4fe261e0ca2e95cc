// @ts-check
// The plotly that also draws in three dimensions, three times as long to start: loaded by the first map that does.
import {untilLoaded} from "../server/connection.js";
import {loadPlotly, loadScript} from "./plotly.js";

export const PLOTLY_3D = new URL("../../vendor/plotly-gl3d-3.7.0.min.js", import.meta.url).href;

/** @type {Promise<any> | null} */
let loading = null;

/** @returns {Promise<any>} plotly itself */
export function loadPlotly3d() {
  loading ??= load();
  return loading;
}

async function load() {
  await loadPlotly(); // which has the same name, and is found under it
  await untilLoaded(() => loadScript(PLOTLY_3D));
  return /** @type {any} */ (globalThis).Plotly;
}
