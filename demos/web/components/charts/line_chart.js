// @ts-check
// Lines over epochs, steps or any axis, as SVG, with a mark at the place shown.
import {escapeHtml, placeIn} from "../../lib/dom.js";
import {plain} from "../../lib/format.js";
import {headingOf, saveMenu} from "../saving/save_menu.js";
import {LETTER, lineGeometry, linePath, lineTable, namePlaces, nearestIndex, xValues} from "./line_geometry.js";

/** @typedef {import("./line_geometry.js").LineData} LineData */

const AWAY = -9; // pixels, where nothing is seen

/**
 * @param {HTMLElement} root
 * @param {object} [options]
 * @param {string} [options.label] for screen readers
 * @param {number} [options.height] in pixels; the root's own, without it
 * @param {() => string} [options.title] of its files; else the chart's own label, or the heading over it
 * @param {boolean} [options.key] whether the lines' names and values stand below
 * @param {boolean} [options.readable] whether the pointer and the arrow keys read values
 * @param {(k: number) => string} [options.caption] of what is read; -1 is the end
 * @param {((k: number, x: number, held: boolean) => void) | null} [options.onSeek] by a click or a drag
 */
export function lineChart(root, options = {}) {
  const {label = "Lines", height, key = false, readable = false, caption = () => "", onSeek = null} = options;
  root.classList.add("loom-chart");
  const edge = {left: 46, right: 10, top: 10, bottom: 24};
  /** @type {LineData | null} */
  let data = null;
  /** @type {ReturnType<typeof lineGeometry> | null} */
  let place = null;
  /** @type {number | null} */
  let markX = null;
  let width = 0;

  const format = (/** @type {number | null | undefined} */ v, short = false) =>
    data?.format?.(v, short) ?? (v === null || v === undefined ? "–" : plain(v));

  const draw = () => {
    if (!data || !root.clientWidth) return;
    width = root.clientWidth;
    const tall = height ?? root.clientHeight;
    edge.bottom = data.xName === undefined ? 24 : 34;
    place = lineGeometry(data, {width, height: tall, edge});
    root.innerHTML = chartSvg(data, place, {width, height: tall, edge, label: data.label ?? label, format});
    if (key) root.insertAdjacentHTML("beforeend", keyHtml(data));
    mark();
  };

  const mark = () => {
    if (!data || !place) return;
    const px = markX === null ? AWAY : place.x(markX);
    const line = root.querySelector(".here");
    line?.setAttribute("x1", String(px));
    line?.setAttribute("x2", String(px));
    const dots = root.querySelectorAll("circle");
    const values = root.querySelectorAll(".key b");
    data.series.forEach((series, s) => {
      const x = series.x ?? xValues(/** @type {LineData} */ (data));
      const k = markX === null ? series.values.length - 1 : nearestIndex(x, markX);
      const value = series.values[k] ?? null;
      const isShown = markX !== null && value !== null && !series.dashed && series.name && place;
      dots[s]?.setAttribute("cx", String(isShown ? place?.x(x[k]) : AWAY));
      dots[s]?.setAttribute("cy", String(isShown ? place?.y(/** @type {number} */ (value)) : AWAY));
      if (values[s]) values[s].textContent = format(value);
    });
    const words = root.querySelector(".key small");
    if (words) words.textContent = caption(index()) + (place.log ? ", logarithmic scale" : "");
  };

  const index = () => (markX === null || !data ? -1 : nearestIndex(xValues(data), markX));
  const count = () => (data ? xValues(data).length : 0);
  const setIndex = (/** @type {number} */ k) => {
    markX = data && k >= 0 && k < count() ? xValues(data)[k] : null;
    mark();
  };
  const under = (/** @type {PointerEvent} */ event) => place?.back(placeIn(root, event).x) ?? 0;

  if (readable) {
    root.tabIndex = 0;
    root.addEventListener("pointermove", (event) => {
      if (data && place) setIndex(nearestIndex(xValues(data), under(event)));
    });
    root.addEventListener("pointerleave", () => setIndex(-1));
    root.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      event.preventDefault();
      const k = index();
      const next = event.key === "ArrowRight" ? k + 1 : (k < 0 ? count() : k) - 1;
      setIndex(Math.max(0, Math.min(count() - 1, next)));
    });
  }
  if (onSeek)
    listenToSeek(root, (event, held) => {
      if (!data || !place) return;
      const x = under(event);
      onSeek(nearestIndex(xValues(data), x), x, held);
    });
  saveMenu(root, {
    table: () => data && lineTable(data),
    title: options.title ?? (() => data?.label ?? (headingOf(root) || label)),
    legend: () => (key || !data ? [] : legendOf(data)),
  });
  new ResizeObserver(() => {
    if (root.offsetParent && root.clientWidth !== width) draw();
    else if (height === undefined && root.offsetParent) draw();
  }).observe(root);

  return {
    /** @param {LineData} next */
    draw(next) {
      data = next;
      if (readable) markX = null;
      draw();
    },
    get at() {
      return index();
    },
    set at(k) {
      setIndex(k);
    },
    /** @param {number | null} x a place of the axis, between values as well */
    markAt(x) {
      markX = x;
      mark();
    },
  };
}

/**
 * @param {HTMLElement} root
 * @param {(event: PointerEvent, held: boolean) => void} seek
 */
function listenToSeek(root, seek) {
  root.classList.add("seeks");
  root.addEventListener("pointerdown", (event) => {
    if (!(/** @type {Element} */ (event.target).closest("svg"))) return;
    root.setPointerCapture(event.pointerId);
    seek(event, true);
  });
  root.addEventListener("pointermove", (event) => {
    if (root.hasPointerCapture(event.pointerId)) seek(event, true);
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
    root.addEventListener(end, (event) => {
      if (root.hasPointerCapture(event.pointerId)) seek(event, false);
    });
  }
}

/**
 * @param {LineData} data
 * @param {ReturnType<typeof lineGeometry>} place
 * @param {{width: number, height: number, edge: import("./line_geometry.js").Edge, label: string,
 *   format: (v: number | null | undefined, short?: boolean) => string}} box
 */
function chartSvg(data, place, {width, height, edge, label, format}) {
  const right = width - edge.right;
  const bottom = height - edge.bottom;
  const named = data.series.filter(({name}) => name);
  const said = named.map(({name, values}) => `${name} from ${format(values[0])} to ${format(values.at(-1))}`);
  const level = (/** @type {string} */ kind, /** @type {number} */ v, style = "") =>
    `<line class="${kind}" x1="${edge.left}" x2="${right}" y1="${place.y(v)}" y2="${place.y(v)}" style="${style}"/>`;
  const rules = place.yTicks.map(
    (v) =>
      `${level("rule", v)}<text x="${edge.left - 5}" y="${place.y(v) + 4}" text-anchor="end">${format(v, true)}</text>`,
  );
  const numbers = place.xTicks.map((v) => {
    const words = (data.formatX ?? plain)(v);
    const isCut = place.x(v) + (LETTER / 2) * words.length > width;
    const [x, anchor] = isCut ? [width, "end"] : [place.x(v), "middle"];
    return `<text x="${x}" y="${bottom + 15}" text-anchor="${anchor}">${words}</text>`;
  });
  const targets = (data.targets ?? []).map(({value, color}) => level("target", value, color ? `stroke:${color}` : ""));
  const names = namePlaces(data, place, {width, height, edge}).map(
    ({name, x, y}) => `<text x="${x}" y="${y}" text-anchor="end">${escapeHtml(name)}</text>`,
  );
  const lines = data.series.map(({values, x, color, dashed, strong}) => {
    const points = linePath(values, x ?? xValues(data), place);
    const dashes = dashed ? ' stroke-dasharray="5 4"' : "";
    return `<polyline points="${points}" class="${strong ? "strong" : ""}" style="stroke:${color}"${dashes}/>`;
  });
  const middle = (edge.left + right) / 2;
  const name = data.xName
    ? `<text x="${middle}" y="${height - 4}" text-anchor="middle">${escapeHtml(data.xName)}</text>`
    : "";
  const dots = data.series.map(({color}) => `<circle r="3.5" style="fill:${color}"/>`);
  return `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img"
      aria-label="${escapeHtml(`${label}: ${said.join(", ")}`)}">
    ${rules.join("")}${numbers.join("")}${name}${targets.join("")}${lines.join("")}${names.join("")}
    <line class="here" y1="${edge.top}" y2="${bottom}"/>${dots.join("")}</svg>`;
}

/** @param {LineData} data */
const legendOf = ({series, targets = []}) => [
  ...series.filter(({name}) => name),
  ...targets.flatMap(({name, color}) => (name && color ? [{name, color}] : [])),
];

/** @param {LineData} data */
function keyHtml({series, targets = []}) {
  const item = (/** @type {string} */ color, /** @type {string} */ words, kind = "") =>
    `<span class="${kind}" style="--color:${color}">${words}</span>`;
  const named = series.filter(({name}) => name);
  const lines = named.map(({name, color}) => item(color, `${escapeHtml(name)} <b></b>`));
  const levels = targets.flatMap(({name, color}) => (name && color ? [item(color, escapeHtml(name), "dashed")] : []));
  return `<p class="key" aria-live="polite">${lines.join("")}${levels.join("")}<small></small></p>`;
}

/**
 * A little line without axes, as a string.
 * @param {(number | null)[]} values
 */
export function sparkline(values, width = 72, height = 24) {
  const known = values.filter((v) => v !== null);
  if (known.length < 2) return "";
  const low = Math.min(...known);
  const high = Math.max(...known);
  const place = {
    x: (/** @type {number} */ k) => 2 + (k / (values.length - 1)) * (width - 6),
    y: (/** @type {number} */ v) => height - 3 - ((v - low) / (high - low || 1)) * (height - 6),
  };
  const points = linePath(values, [...values.keys()], place);
  const [x, y] = points.slice(points.lastIndexOf(" ") + 1).split(",");
  return `<svg class="loom-spark" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" 
    aria-hidden="true">
    <polyline points="${points}"/><circle cx="${x}" cy="${y}" r="2.4"/></svg>`;
}
