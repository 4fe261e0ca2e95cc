// @ts-check
// One map: which layer, method, perplexity and seed, the plot, and what it shows in a line of words.
import {embeddingPlot} from "../../web/components/charts/embedding_plot.js";
import {radioGroup} from "../../web/components/radio_group.js";
import {escapeHtml} from "../../web/lib/dom.js";
import {readWholeNumber} from "../../web/lib/input/whole_number.js";
import {isTsne, MOST_SEED, WIDEST} from "../views.js";

/** @typedef {import("../types").MapSettings} MapSettings */

/**
 * @param {HTMLElement} root a figure
 * @param {object} options
 * @param {number} options.m number of the map, from 0
 * @param {import("../types").SetProps} options.props
 * @param {string[]} options.layers that a map can be of
 * @param {import("./data.js").Data} options.data what the points are
 * @param {any} options.plotly
 * @param {import("../../web/lib/sprite.js").Sprite} options.sprite of the images
 * @param {(change: Partial<MapSettings>) => void} options.onEdit
 * @param {(i: number) => void} options.onHover a point or -1
 * @param {(i: number) => void} options.onPick a point or -1
 * @param {(points: number[]) => void} options.onTake points inside a lasso
 * @param {(sentence: string) => void} options.onCorrect what was typed could not be taken as it was
 */
export function mapPanel(root, {m, props, layers, data, plotly, sprite, onEdit, onHover, onPick, onTake, onCorrect}) {
  const {methods, starts} = props;
  const {classes, colors, shapes, isImages} = data;
  root.className = "features-map";
  root.innerHTML = panelHtml(m, layers, starts);
  const find = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
  const method = radioGroup(find("[data-method]"), Object.fromEntries(methods.map((name) => [name, name])), (name) =>
    onEdit({method: name}),
  );
  const plot = embeddingPlot(find(".embedding"), {
    plotly,
    classes,
    colors,
    shapes,
    sprite: isImages ? sprite : null,
    onHover,
    onPick,
    onTake,
  });
  const [layer, perplexity, seed, start] = ["[data-layer]", "[data-perplexity]", "[data-seed]", "[data-start]"].map(
    find,
  );
  layer.hidden = !isImages;
  let drawn = "";
  let before = 0; // the seed
  /** @type {Float32Array | null} */
  let points = null;

  layer.addEventListener("change", () => onEdit({layer: layer.value}));
  perplexity.addEventListener("input", () => {
    perplexity.nextElementSibling.textContent = perplexity.value;
  });
  perplexity.addEventListener("change", () => onEdit({perplexity: Number(perplexity.value)}));
  start.addEventListener("change", () => onEdit({start: start.value}));
  seed.addEventListener("change", () => {
    const {number, problem} = readWholeNumber(seed.value, {name: "seed", high: MOST_SEED, before});
    onEdit({seed: number});
    if (problem) onCorrect(problem);
  });

  return {
    /**
     * @param {MapSettings} map
     * @param {{count: number, isOnly: boolean}} view images on a map, and whether there is but one map
     */
    setControls(map, {count, isOnly}) {
      const isStill = !isTsne(map);
      layer.value = map.layer;
      method.at = map.method;
      root.classList.toggle("still", isStill); // what is chosen meanwhile is what t-SNE will start with
      perplexity.max = Math.min(WIDEST, count - 1);
      perplexity.value = map.perplexity;
      perplexity.nextElementSibling.textContent = map.perplexity;
      seed.value = map.seed;
      before = map.seed;
      start.value = map.start;
      find("[data-do=drop]").hidden = isOnly;
    },
    /**
     * @param {string} words
     * @param {boolean} isPending whether the points are of something shown before
     */
    say(words, isPending) {
      find("figcaption").textContent = words;
      find(".embedding").toggleAttribute("data-pending", isPending);
    },
    /**
     * @param {string} key of all but the places of the points
     * @param {import("../../web/components/charts/embedding_plot.js").EmbeddingData} data
     * @returns {boolean} whether another map is drawn than before
     */
    draw(key, data) {
      const isOther = drawn !== key;
      drawn = key;
      points = data.points;
      if (isOther) plot.draw(data);
      else plot.move(data.points);
      return isOther;
    },
    light: plot.light,
    land: plot.land,
    mark: plot.mark,
    setLasso: plot.setLasso,
    get drawing() {
      return plot.drawing;
    },
    get key() {
      return drawn;
    },
    get points() {
      return points;
    },
  };
}

/**
 * @param {number} m
 * @param {string[]} layers
 * @param {string[]} starts
 */
function panelHtml(m, layers, starts) {
  const options = (/** @type {string[]} */ names) =>
    names.map((name) => `<option>${escapeHtml(name)}</option>`).join("");
  return `<div class="loom-tools">
      <select data-layer aria-label="Layer of map ${m + 1}">${options(layers)}</select>
      <div role="radiogroup" aria-label="Method of map ${m + 1}" data-method></div>
      <button type="button" data-do="drop" data-m="${m}" aria-label="Remove map ${m + 1}"
        title="remove this map">×</button></div>
    <div class="loom-tools how">
      <label class="loom-slider">perplexity <input type="range" data-perplexity min="2" step="1">
        <output></output></label>
      <label class="seed">seed <input type="number" data-seed min="0" max="${MOST_SEED}" step="1"></label>
      <label class="seed">start <select data-start title="where t-SNE starts">${options(starts)}</select></label></div>
    <div class="embedding" tabindex="0" role="application"
      aria-label="Map ${m + 1}: space plays, left and right step, up and down walk through the images"></div>
    <figcaption></figcaption>`;
}
