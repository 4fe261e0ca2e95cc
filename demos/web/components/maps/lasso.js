// @ts-check
// plotly's lasso, which hands over the points inside and leaves no trace of itself.

/**
 * @param {(points: number[]) => void} onTake the customdata of the points inside
 */
export function lassoTool(onTake) {
  let isOn = false;
  return {
    get mode() {
      return isOn ? "lasso" : "zoom";
    },
    get isOn() {
      return isOn;
    },
    /**
     * @param {any} plotly
     * @param {any} plot plotly's element, drawn before
     */
    listen(plotly, plot) {
      plot.on("plotly_selected", async (/** @type {any} */ event) => {
        const taken = (event?.points ?? []).map((/** @type {any} */ {customdata}) => customdata);
        if (!event || !isOn) return;
        await plotly.update(plot, {selectedpoints: [null]}, {selections: []});
        onTake(taken);
      });
    },
    /**
     * @param {boolean} next
     * @param {any} plotly
     * @param {any} plot plotly's element
     */
    set(next, plotly, plot) {
      if (next === isOn) return;
      isOn = next;
      if (plot._fullLayout) plotly.relayout(plot, {dragmode: isOn ? "lasso" : "zoom"});
    },
  };
}
