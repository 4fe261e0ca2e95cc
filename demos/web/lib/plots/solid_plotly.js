// @ts-check
// The plotly of three dimensions, for what must not have plotly run as the page starts.
import {untilLoaded} from "../server/connection.js";

/** @returns {Promise<any>} plotly itself */
export async function solidPlotly() {
  const {loadPlotly3d} = await untilLoaded(() => import("./plotly_3d.js"));
  return loadPlotly3d();
}
