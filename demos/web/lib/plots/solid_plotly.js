// @ts-check
// The plotly of three dimensions for a plot that turns out to need it.
import {untilLoaded} from "../server/connection.js";

/**
 * @param {HTMLElement} root which looks as if it waits until it is there
 * @returns {Promise<any>} plotly itself
 */
export async function solidPlotly(root) {
  root.toggleAttribute("data-pending", true);
  const {loadPlotly3d} = await untilLoaded(() => import("./plotly_3d.js"));
  const plotly = await loadPlotly3d();
  root.toggleAttribute("data-pending", false);
  return plotly;
}
