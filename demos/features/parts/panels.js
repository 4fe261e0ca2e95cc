// @ts-check
// The maps side by side, built anew when there are more or fewer, or of other data.

import {dataOf} from "./data.js";
import {mapPanel} from "./map_panel.js";

/** @typedef {import("../render.js").State} State */

/**
 * @param {(selector: string) => any} find
 * @param {object} options
 * @param {import("../types").SetProps} options.props
 * @param {any} options.plotly
 * @param {import("../../web/lib/server/sample.js").Sample} options.sample
 * @param {State} options.state
 * @param {(changes: Partial<State>) => void} options.update
 * @param {(m: number, change: Partial<import("../types").MapSettings>) => void} options.onEdit
 * @param {(points: number[]) => void} options.onTake
 * @param {(sentence: string) => void} options.onCorrect
 * @returns {(view: import("../types").View) => ReturnType<typeof mapPanel>[]}
 */
export function panelBuilder(find, {props, plotly, sample, state, update, onEdit, onTake, onCorrect}) {
  return (view) => {
    const figures = view.maps.map(() => document.createElement("figure"));
    find(".features-grid").replaceChildren(...figures);
    return figures.map((root, m) =>
      mapPanel(root, {
        m,
        props,
        layers: props.layersOf(view.checkpoint),
        data: dataOf(props, view),
        plotly,
        sprite: sample.sprite,
        onEdit: (change) => onEdit(m, change),
        onHover: (i) => update({from: m, isHovering: i >= 0, lit: i >= 0 ? i : state.pinned}),
        onPick: (i) => update({from: m, pinned: i === state.pinned ? -1 : i, lit: i}),
        onTake(points) {
          update({from: m});
          onTake(points);
        },
        onCorrect,
      }),
    );
  };
}
