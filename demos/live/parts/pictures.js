// @ts-check
// What a snapshot shows: rows of pictures, a map of codes, and the filters of the first layer.

import {saveMenu} from "../../web/components/saving/save_menu.js";
import {fromBase64} from "../../web/lib/base64.js";
import {escapeHtml, finder} from "../../web/lib/dom.js";
import {context2d, paint} from "../../web/lib/image.js";
import {loadSprite} from "../../web/lib/sprite.js";
import {hasMap, rowsAheadHtml} from "./ahead.js";
import {drawPoints, mapTable} from "./code_points.js";

/** @typedef {import("../types").Snapshot} Snapshot */
/** @typedef {import("../types").Opening} Opening */
/** @typedef {import("../../web/lib/sprite.js").Sprite} Sprite */
/** @typedef {{name: string, first: number, count: number, isFixed: boolean}} Row */
/** @typedef {{predicted: number[], truths: number[], colors: string[]}} Named the classes given, and the right ones */

const COLUMNS = 10;
const TILE = 56; // canvas pixels
const FRAME = 5; // canvas pixels, of the frame in a class's colour
const POINTS = 300; // on a map, where it is not drawn yet
const PRIOR = "; circles: 1 and 2 standard deviations of the prior";
/** @type {Record<string, string>} */
const ON_MAP = {classifier: "last hidden layer of", autodecoder: "codes of"};

/**
 * @param {string} content WebP in base64
 * @param {number} side pixels of a tile
 */
export const loadTiles = (content, side) => loadSprite(`data:image/webp;base64,${content}`, COLUMNS, side);

/**
 * What the map shows, in words.
 * @param {string} model
 * @param {number} count
 * @param {boolean} isOwn pictures of the visitor's
 */
export function mapWords(model, count, isOwn) {
  const kind = model === "autodecoder" ? "training" : "test";
  return `${ON_MAP[model] ?? "codes of"} ${count} ${isOwn ? "of your pictures" : `${kind} images`}`;
}

/**
 * Fixed rows and rows of the snapshot by turns.
 * @param {Pick<Opening, "fixed" | "fixed_counts">} opening
 * @param {Pick<Snapshot, "rows" | "counts">} snapshot
 * @returns {Row[]}
 */
export function interleavedRows({fixed, fixed_counts}, {rows, counts}) {
  const still = rowsOf(fixed, fixed_counts, true);
  const moving = rowsOf(rows, counts, false);
  const longest = Math.max(still.length, moving.length);
  return Array.from({length: longest}, (_, k) => [still[k], moving[k]].filter(Boolean)).flat();
}

/**
 * @param {string[]} names
 * @param {number[]} counts
 * @param {boolean} isFixed
 * @returns {Row[]}
 */
function rowsOf(names, counts, isFixed) {
  const first = (/** @type {number} */ k) => counts.slice(0, k).reduce((a, b) => a + b, 0);
  return names.map((name, k) => ({name, first: first(k), count: counts[k], isFixed}));
}

/** @param {HTMLElement} root */
export function pictureRows(root) {
  const scratch = document.createElement("canvas");

  function drawRow(
    /** @type {HTMLCanvasElement} */ canvas,
    /** @type {Row} */ {first, count},
    /** @type {Sprite} */ tiles,
    /** @type {number} */ across,
    /** @type {Named | null} */ named,
  ) {
    const context = context2d(canvas);
    canvas.width = across * TILE;
    canvas.height = Math.ceil(count / across) * TILE;
    context.imageSmoothingEnabled = false;
    for (let i = 0; i < count; i++) {
      const x = (i % across) * TILE;
      const y = Math.floor(i / across) * TILE;
      tiles.paint(first + i, scratch);
      context.drawImage(scratch, x, y, TILE, TILE);
      if (named) markPredicted(context, x, y, named.colors[named.predicted[i]], named.predicted[i] === named.truths[i]);
    }
  }

  return {
    /** @param {string} model that is not trained yet */
    clear(model) {
      root.innerHTML = rowsAheadHtml(model);
    },
    /**
     * @param {Opening} opening
     * @param {Snapshot} snapshot
     * @param {{fixed: Sprite | null, moving: Sprite | null}} tiles
     * @param {number} across tiles in a row
     * @param {string[]} colors of the classes
     */
    draw(opening, snapshot, tiles, across, colors) {
      const rows = interleavedRows(opening, snapshot);
      if (root.children.length !== rows.length || root.querySelector(".live-invite")) {
        const row = `<figure><figcaption></figcaption><canvas role="img"></canvas></figure>`;
        root.innerHTML = row.repeat(rows.length);
      }
      rows.forEach((row, r) => {
        const find = finder(root.children[r]);
        const source = row.isFixed ? tiles.fixed : tiles.moving;
        const {predicted} = snapshot;
        const named = row.isFixed && predicted ? {predicted, truths: opening.truths, colors} : null;
        const caption = rowCaption(row, named);
        find("figcaption").textContent = caption;
        find("canvas").setAttribute("aria-label", `${row.count} pictures: ${caption}`);
        if (source) drawRow(find("canvas"), row, source, across, named);
      });
    },
  };
}

/** @type {(row: Row, named: Named | null) => string} */
function rowCaption({name, count}, named) {
  if (!named) return name;
  const right = named.predicted.filter((k, i) => k === named.truths[i]).length;
  return `${name}: ${right} of ${count} called right; frames show the class called`;
}

/** @type {(context: CanvasRenderingContext2D, x: number, y: number, color: string, isRight: boolean) => void} */
function markPredicted(context, x, y, color, isRight) {
  context.strokeStyle = color;
  context.lineWidth = FRAME;
  context.strokeRect(x + 3, y + 3, TILE - 6, TILE - 6);
  if (isRight) return;
  context.fillStyle = "#fff";
  context.font = "700 15px sans-serif";
  context.fillText("✗", x + TILE - 18, y + 18);
}

/** @param {HTMLElement} root */
export function codeMap(root) {
  const find = finder(root);
  const canvas = /** @type {HTMLCanvasElement} */ (find("canvas"));
  /** @type {import("./code_points.js").DrawnMap | null} */
  let drawn = null;
  /** @type {{name: string, color: string}[]} */
  let legend = [];
  saveMenu(canvas, {
    table: () => drawn && mapTable(drawn),
    title: () => canvas.getAttribute("aria-label") ?? "",
    legend: () => legend,
  });

  return {
    /**
     * @param {number[] | undefined} labels of the points
     * @param {Snapshot | undefined} snapshot
     * @param {string} model
     * @param {boolean} isFlat whether codes are two numbers
     * @param {{classes: string[], colors: string[], isOwn: boolean}} data
     */
    draw(labels, snapshot, model, isFlat, {classes, colors, isOwn}) {
      root.hidden = snapshot ? !snapshot.points : !hasMap(model);
      const what = mapWords(model, labels?.length ?? POINTS, isOwn);
      const key = classes.map((name, k) => `<span style="--color:${colors[k]}">${escapeHtml(name)}</span>`).join("");
      if (find(".key").innerHTML !== key) find(".key").innerHTML = key;
      if (!snapshot) {
        drawn = null;
        find("figcaption").textContent = `Map: ${what}, coloured by class`;
        canvas.setAttribute("aria-label", `Map: ${what}, not drawn yet`);
        context2d(canvas).clearRect(0, 0, canvas.width, canvas.height);
      }
      if (!snapshot?.points || !snapshot.reach || !labels) return;
      find("figcaption").textContent = `${what}, ${isFlat ? "as they are" : "by PCA"}${snapshot.nats ? PRIOR : ""}`;
      canvas.setAttribute("aria-label", `Map: ${what}, coloured by class`);
      const points = new Int16Array(fromBase64(snapshot.points).buffer);
      drawn = {points, reach: snapshot.reach, names: labels.map((k) => classes[k])};
      legend = classes.map((name, k) => ({name, color: colors[k]}));
      drawPoints(canvas, points, snapshot.reach, (i) => colors[labels[i]], snapshot.nats !== undefined);
    },
  };
}

/**
 * @param {HTMLElement} root
 * @param {Snapshot | undefined} snapshot
 */
export function drawFilters(root, snapshot) {
  root.hidden = !snapshot?.filters;
  if (!snapshot?.filters || !snapshot.kernel) return;
  const list = /** @type {HTMLElement} */ (root.querySelector("div"));
  const bytes = fromBase64(snapshot.filters);
  const [height, width] = snapshot.kernel;
  const size = width * height;
  const count = bytes.length / size;
  if (list.children.length !== count) list.innerHTML = "<canvas></canvas>".repeat(count);
  for (const [i, canvas] of [...list.children].entries()) {
    const kernel = bytes.subarray(i * size, (i + 1) * size);
    if (canvas instanceof HTMLCanvasElement) paint(canvas, kernel, width, height);
  }
}
