// @ts-check
// Find images on the map, take some with a lasso, and keep the map as a file.
import {openContactSheet} from "../../web/components/maps/contact_sheet.js";
import {mapTools} from "../../web/components/maps/map_tools.js";
import {showPython} from "../../web/components/saving/python_dialog.js";
import {findPoints, searchHint} from "../../web/lib/plots/find_points.js";
import {savePage, savePicture, saveTable} from "../../web/lib/plots/map_files.js";
import {ask} from "../../web/lib/server/rpc.js";

/** @typedef {import("../render.js").State} State */

/**
 * @param {(selector: string) => any} find
 * @param {object} options
 * @param {HTMLElement} options.element
 * @param {import("../types").Server} options.server
 * @param {ReturnType<typeof import("../latent_plot.js").latentPlot>} options.plot
 * @param {State} options.state
 * @param {(changes: Partial<State>) => void} options.update
 * @param {(i: number) => void} options.onPick an image
 */
export function latentTools(find, {element, server, plot, state, update, onPick}) {
  const onError = (/** @type {string} */ problem) => update({problem});
  const found = () => {
    if (!state.sample) return {found: [], words: "", hint: ""};
    const {classes, labels, index: ids} = state.sample;
    const points = {classes, labels, ids};
    return {...findPoints(state.sought, points), hint: searchHint(points)};
  };
  const openSheet = (/** @type {number[]} */ points) => {
    const {sample} = state;
    if (!sample || !points.length) return;
    const {labels, classes, colors} = sample;
    openContactSheet(element, {points, labels, classes, colors, places: labels.map((_, i) => i), sample, onPick});
  };
  const tools = mapTools(find(".latent-tools"), {
    onFind: (sought) => update({sought}),
    onSheet: () => openSheet(found().found),
    onLasso: (isLasso) => update({isLasso}),
    onSave: save,
    onPython: () => showPython(element, {call: server.python_lines, request: requestOf, onError}),
  });

  /** What is shown, for Python's lines; null while nothing is. */
  function requestOf() {
    const {shown} = state;
    if (!shown) return null;
    const {checkpoint, map, call, x = 0, y = 0, i = -1} = shown.request; // not of a model that has yet to come
    const chosen = {code: shown.answer.code, i: call === "image" ? i : -1, x, y, is_place: call === "place"};
    return {checkpoint, map, ...chosen};
  }

  /** @param {import("../../web/components/maps/map_tools.js").FileKind} kind */
  async function save(kind) {
    const {space, sample, model, map, plotly} = state;
    if (!space || !sample) return;
    const title = `${model} ${map}`;
    const points = space.x.flatMap((x, i) => [x, space.y[i]]);
    const {labels, classes, index: ids} = sample;
    if (kind === "csv") return saveTable({title, dimensions: 2, points, classes, labels, ids});
    if (kind !== "page") return savePicture({plotly, plot: find(".plot")}, title, kind);
    const {error, page} = await ask(server.make_page, {checkpoint: model, map});
    if (error) onError(error);
    else await savePage(title, page);
  }

  return {
    openSheet,
    show() {
      const {sought: text, isLasso} = state;
      const {found: points, ...said} = found();
      tools.show({text, ...said, count: points.length, isLasso, isFlat: true});
      plot.find(points);
      plot.setLasso(isLasso);
    },
  };
}
