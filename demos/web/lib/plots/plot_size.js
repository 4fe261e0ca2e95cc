// @ts-check
// A plotly plot as large as its place: laid out anew only where that has changed, since it costs as much as to draw it.

/**
 * @param {any} plotly
 * @param {any} plot its element, drawn
 * @returns {Promise<boolean>} whether it was laid out anew
 */
export async function fitToPlace(plotly, plot) {
  const {width, height} = plot._fullLayout;
  const isOther = Math.abs(plot.clientWidth - width) >= 1 || Math.abs(plot.clientHeight - height) >= 1;
  if (isOther) await plotly.Plots.resize(plot);
  return isOther;
}
