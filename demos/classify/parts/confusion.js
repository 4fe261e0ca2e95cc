// @ts-check
// The confusion matrix of a network, the images of a cell, and where they lie among the features.
import {confusion} from "../../web/components/charts/confusion.js";
import {scatter} from "../../web/components/charts/scatter.js";
import {radioGroup} from "../../web/components/radio_group.js";
import {escapeHtml, setPending} from "../../web/lib/dom.js";
import {percent} from "../../web/lib/format.js";
import {rovingFocus} from "../../web/lib/input/roving_focus.js";
import {FASHION} from "../../web/lib/server/sample.js";
import {ALL, galleryWords} from "../facts.js";

const NONE = {
  shipped: '<p class="loom-hint">None of them is among the 100 images of each class that ship.</p>',
  others: '<p class="loom-hint">None of them is in the gallery.</p>',
};

/** @typedef {{network: import("../types").Network, cell: [number, number], scope: string}} Shown */

/**
 * @param {(selector: string) => any} find
 * @param {object} options
 * @param {import("../types").Props} options.props
 * @param {import("../../web/lib/server/sample.js").Sample} options.sample
 * @param {ReturnType<typeof import("../facts.js").networkFacts>} options.facts
 * @param {(i: number) => string} options.tile the button of an image
 * @param {(cell: [number, number]) => void} options.onCell
 * @param {(scope: string) => void} options.onScope
 * @param {(i: number) => void} options.onImage
 */
export function confusionView(find, {props, sample, facts, tile, onCell, onScope, onImage}) {
  const {classes, colors} = props.dataset;
  const matrix = confusion(find(".matrix"), {
    names: classes,
    title: () => `confusion matrix of ${drawn}`,
    onPick: (i, j) => onCell([i, j]),
  });
  const scopes = radioGroup(find(".scope"), {two: "these two", all: "all classes"}, onScope);
  const tiles = find(".classify-cell .tiles");
  const focus = rovingFocus(tiles);
  /** @type {import("../facts.js").Scatter | null} */
  let onPlane = null;
  const seen = () => /** @type {import("../facts.js").Scatter} */ (onPlane);
  const plane = scatter(find(".plane"), {
    colors,
    classes,
    paint: (n, canvas) => sample.sprite.paint(seen().indices[n], canvas),
    onPick: (n) => onImage(seen().indices[n]),
    name: (n) => {
      const {labels, predicted, indices} = seen();
      return `${classes[labels[n]]} called ${classes[predicted[n]]}, test image ${sample.index[indices[n]]}`;
    },
  });
  let wanted = "";
  let drawn = ""; // name of the network whose matrix is on the page
  tiles.addEventListener("click", (/** @type {MouseEvent} */ {target}) => {
    const button = /** @type {Element} */ (target).closest("button");
    if (button) onImage(Number(button.dataset.i));
  });

  /** @param {Shown} shown */
  async function show({network, cell: [i, j], scope}) {
    const isWide = scope === "all";
    const asked = `${network.name} ${i} ${j} ${isWide}`;
    wanted = asked;
    setPending(find(".matrix"), true);
    setPending(find(".classify-cell"), true);
    scopes.at = scope;
    find(".scope [data-key=two]").textContent = i === j ? "this class" : "these two";
    const {counts, of} = await facts.matrix(network.name);
    if (wanted !== asked) return;
    showMatrix(network, counts, of);
    matrix.mark(i, j);
    const what = i === j ? `${classes[i]}, recognised` : `${classes[i]} called ${classes[j]}`;
    const count = `${counts[i][j]} of ${of}`;
    find(".cell-title").innerHTML = `${escapeHtml(what)} <small>${count}</small>`;
    find(".plane-of").textContent = "looking at the images that ship…";
    const answer = await facts.scatter(network.name, isWide ? null : [i, j]);
    if (wanted !== asked) return;
    showCell(answer, {i, j, what});
    find(".plane-of").textContent = `in ${network.title}'s fc1`;
    if (of === ALL) {
      const marked = markedIn(answer, i, j).length;
      find(".cell-title small").textContent = `${count}; ${marked} of ${galleryWords(sample)}`;
    }
    setPending(find(".classify-cell"), false);
    find(".classify-cell").dataset.shown = asked;
  }

  /**
   * @param {import("../types").Network} network
   * @param {number[][]} counts
   * @param {string} of
   */
  function showMatrix({name, title}, counts, of) {
    const right = counts.reduce((sum, row, k) => sum + row[k], 0) / counts.flat().reduce((a, b) => a + b);
    find(".classify-accuracy b").textContent = `${title}: ${(100 * right).toFixed(2)} % of ${of} right.`;
    if (drawn !== name) matrix.draw(counts);
    drawn = name;
    setPending(find(".matrix"), false);
  }

  /**
   * @param {import("../facts.js").Scatter} answer
   * @param {{i: number, j: number, what: string}} cell
   */
  function showCell(answer, {i, j, what}) {
    const {points, labels, ratio, indices} = answer;
    const marked = markedIn(answer, i, j);
    const axis = (/** @type {number} */ c) => `PC ${c + 1}, ${percent(ratio[c])} of the variance`;
    onPlane = answer;
    tiles.innerHTML =
      marked.map((n) => tile(indices[n])).join("") || NONE[sample.name === FASHION ? "shipped" : "others"];
    focus.reset();
    plane.draw({
      points,
      labels,
      names: [axis(0), axis(1)],
      label: `${what}: ${marked.length} of ${labels.length} points on the plane of the features; arrow keys walk
        through them`,
    });
    plane.mark(marked);
  }

  return {show};
}

/**
 * Places in the lists of the images of a cell.
 * @param {import("../facts.js").Scatter} answer
 * @param {number} i
 * @param {number} j
 */
const markedIn = ({labels, predicted}, i, j) =>
  labels.flatMap((label, n) => (label === i && predicted[n] === j ? [n] : []));
