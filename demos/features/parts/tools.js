// @ts-check
// Find points in all maps, take some with a lasso, and keep the map pointed at as a file.
import {openContactSheet} from "../../web/components/maps/contact_sheet.js";
import {mapTools} from "../../web/components/maps/map_tools.js";
import {showPython} from "../../web/components/saving/python_dialog.js";
import {findPoints, searchHint} from "../../web/lib/plots/find_points.js";
import {savePage, savePicture, saveTable} from "../../web/lib/plots/map_files.js";
import {ask} from "../../web/lib/server/rpc.js";
import {isTsne, runOf, sourceOf} from "../views.js";
import {dataOf} from "./data.js";

/**
 * @typedef {import("../render.js").State} State
 * @typedef {import("../render.js").Panel} Panel
 * @typedef {import("../layouts.js").PlaneData} PlaneData
 */

/**
 * @param {(selector: string) => any} find
 * @param {object} options
 * @param {HTMLElement} options.element
 * @param {import("../types").SetProps} options.props
 * @param {import("../types").Server} options.server
 * @param {import("../../web/lib/server/sample.js").Sample} options.sample
 * @param {import("../render.js").Layouts} options.layouts
 * @param {State} options.state
 * @param {(changes: Partial<State>) => void} options.update
 */
export function featureTools(find, {element, props, server, sample, layouts, state, update}) {
  /** @type {Panel[]} */
  let panels = [];
  const onError = (/** @type {string} */ problem) => update({problem});
  const mapAt = () => state.view.maps[state.from] ?? state.view.maps[0];
  const planeOf = () => layouts.plane(sourceOf(state.view, mapAt().layer)).data;
  const idsOf = (/** @type {PlaneData} */ {indices}) =>
    dataOf(props, state.view).isImages ? indices.map((i) => sample.index[i]) : indices.map((i) => i + 1);
  const found = () => {
    const plane = planeOf();
    if (!plane) return {found: [], words: "", hint: ""};
    const {classes} = dataOf(props, state.view);
    const points = {classes, labels: plane.labels, ids: idsOf(plane)};
    return {...findPoints(state.sought, points), hint: searchHint(points)};
  };
  const openSheet = (/** @type {number[]} */ points) => {
    const plane = planeOf();
    if (!plane || !points.length) return;
    const {classes, colors, isImages} = dataOf(props, state.view);
    openContactSheet(element, {
      points,
      labels: plane.labels,
      classes,
      colors,
      places: plane.indices,
      sample: isImages ? sample : null,
      onPick: (i) => update({pinned: i, lit: i}),
    });
  };
  const tools = mapTools(find(".features-tools"), {
    onFind: (sought) => update({sought}),
    onSheet: () => openSheet(found().found),
    onLasso: (isLasso) => update({isLasso}),
    onSave: save,
    onPython: () => showPython(element, {call: server.python_lines, request: requestOf, onError}),
  });
  function requestOf() {
    const map = mapAt();
    return {...runOf(state.view, map), method: map.method, frame: Math.floor(state.playhead)};
  }

  /** @param {import("../../web/components/maps/map_tools.js").FileKind} kind */
  async function save(kind) {
    const plane = planeOf();
    if (!plane) return;
    const {view} = state;
    const map = mapAt();
    const m = view.maps.indexOf(map);
    const name = `${view.data} ${map.layer} ${map.method}${isTsne(map) ? ` ${map.perplexity}` : ""}`;
    if (kind === "csv") return saveTable({...tableOf(plane), title: name});
    if (kind !== "page") return savePicture(panels[m].drawing, name, kind);
    const {error, page} = await ask(server.make_page, requestOf());
    if (error) onError(error);
    else await savePage(name, page, state.view.dimensions);
  }

  /** @param {PlaneData} plane */
  function tableOf(plane) {
    const {dimensions} = state.view;
    const map = mapAt();
    const shared = {dimensions, classes: dataOf(props, state.view).classes, labels: plane.labels, ids: idsOf(plane)};
    if (!isTsne(map)) return {...shared, points: plane.points.filter((_, k) => k % 3 < dimensions)};
    const {frames} = layouts.run(runOf(state.view, map));
    const {points, unit, middle} = frames[Math.min(Math.floor(state.playhead), frames.length - 1)];
    return {...shared, points: points.map((v, k) => v * unit + middle[k % dimensions])};
  }

  return {
    openSheet,
    /** @param {Panel[]} shown */
    show(shown) {
      panels = shown;
      const {sought, isLasso, view, from} = state;
      const {found: points, ...said} = found();
      const isFlat = view.dimensions === 2;
      const map = view.maps.length > 1 ? `map ${Math.min(from, view.maps.length - 1) + 1}` : "";
      tools.show({text: sought, ...said, count: points.length, isLasso, isFlat, map});
      for (const panel of panels) {
        panel.mark(points);
        panel.setLasso(isLasso && isFlat);
      }
    },
  };
}
