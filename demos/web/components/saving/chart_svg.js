// @ts-check
// A chart as it stands on the page, as an SVG picture that needs neither the page nor its style.
import {escapeHtml, themeValue} from "../../lib/dom.js";
import {drawingOf} from "./vector.js";

/** @typedef {{name: string, color: string}} LegendItem */
/** @typedef {{x: number, y: number, width: number, height: number}} Box in pixels of the picture */
/** @typedef {(rect: DOMRect) => Box} Place */

const EDGE = 10; // pixels around a chart
const TITLE = 26; // pixels of the line of its title
const LINE = 20; // pixels of a line of its legend
const LETTER = 7.6; // pixels of a letter of the title, at most
const SKIPPED = ".chart-save, .thumb, [hidden], script, style";
const STYLES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "stroke-linejoin",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
];

/**
 * @param {HTMLElement} root
 * @param {string} title above it
 * @param {LegendItem[]} legend below it
 * @returns {{svg: string, width: number, height: number}} size in pixels
 */
export function chartSvg(root, title, legend) {
  const frame = root.getBoundingClientRect();
  const scale = frame.width / root.offsetWidth || 1; // a projector draws all larger
  const [wide, tall] = [Math.max(root.scrollWidth, root.offsetWidth), Math.max(root.scrollHeight, root.offsetHeight)];
  const place = (/** @type {DOMRect} */ {left, top, width, height}) => ({
    x: EDGE + root.scrollLeft + (left - frame.left) / scale,
    y: TITLE + root.scrollTop + (top - frame.top) / scale,
    width: width / scale,
    height: height / scale,
  });
  const lines = legendLines(legend, wide);
  const width = Math.ceil(Math.max(wide, LETTER * title.length) + 2 * EDGE);
  const height = Math.ceil(tall + TITLE + EDGE + LINE * lines.length);
  const ink = themeValue("--body-text-color");
  const words = `font-family="${escapeHtml(getComputedStyle(root).fontFamily)}" fill="${ink}"`;
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}>
    <rect width="${width}" height="${height}" fill="${themeValue("--background-fill-primary")}"/>
    <text x="${EDGE}" y="${TITLE - 9}" ${words} font-size="13" font-weight="600">${escapeHtml(title)}</text>
    ${nodeSvg(root, place)}
    <g ${words} font-size="12" transform="translate(${EDGE} ${TITLE + tall + LINE - 6})">${lines.join("")}</g></svg>`;
  return {svg, width, height};
}

/**
 * @param {LegendItem[]} legend
 * @param {number} width
 * @returns {string[]} a line each
 */
function legendLines(legend, width) {
  const each = 7 * Math.max(...legend.map(({name}) => name.length), 0) + 30; // pixels
  const across = Math.max(1, Math.floor(width / each));
  const count = Math.ceil(legend.length / across);
  return Array.from({length: count}, (_, line) =>
    legend
      .slice(line * across, (line + 1) * across)
      .map(
        ({name, color}, k) => `<g transform="translate(${k * each} ${line * LINE})">
          <rect y="-9" width="9" height="9" rx="2" fill="${resolved(color)}"/>
          <text x="14">${escapeHtml(name)}</text></g>`,
      )
      .join(""),
  );
}

/** @param {string} color which may be a variable of the page */
function resolved(color) {
  const name = color.match(/^var\((--[\w-]+)\)$/)?.[1];
  if (!name) return color;
  const widget = document.querySelector(".loom-widget") ?? document.body;
  return getComputedStyle(widget).getPropertyValue(name).trim();
}

/**
 * @param {Node} node
 * @param {Place} place
 * @returns {string}
 */
function nodeSvg(node, place) {
  if (node instanceof Text) return textSvg(node, place);
  if (!(node instanceof Element) || node.matches(SKIPPED)) return "";
  const style = getComputedStyle(node);
  const isSeen = style.display !== "none" && style.visibility !== "hidden" && Number(style.opacity) > 0;
  if (!isSeen) return "";
  const inner = innerSvg(node, style, place);
  return Number(style.opacity) < 1 ? `<g opacity="${style.opacity}">${inner}</g>` : inner;
}

/**
 * @param {Element} node
 * @param {CSSStyleDeclaration} style
 * @param {Place} place
 */
function innerSvg(node, style, place) {
  const box = place(node.getBoundingClientRect());
  if (node instanceof SVGSVGElement) return drawingSvg(node, box);
  if (node instanceof HTMLCanvasElement) return canvasSvg(node, box, style);
  const mark = getComputedStyle(node, "::before");
  const side = Number.parseFloat(mark.width);
  const swatch = /^["']/.test(mark.content) && side > 0 ? {...box, y: box.y + box.height / 2 - side / 2} : null;
  return [
    boxSvg(box, style),
    swatch ? boxSvg({...swatch, width: side, height: side}, mark) : "",
    ...[...node.childNodes].map((child) => nodeSvg(child, place)),
  ].join("");
}

/** @param {Box} box */
const sizes = ({x, y, width, height}) =>
  `x="${x.toFixed(2)}" y="${y.toFixed(2)}" width="${width.toFixed(2)}" height="${height.toFixed(2)}"`;

/**
 * @param {string} color as the browser computes it
 * @returns {{fill: string, alpha: number}}
 */
export function opaque(color) {
  const numbers = color.match(/^rgba?\(([^)]+)\)$/)?.[1].split(/[\s,/]+/);
  if (!numbers) return {fill: color, alpha: 1};
  return {fill: `rgb(${numbers.slice(0, 3).join(",")})`, alpha: Number(numbers[3] ?? 1)};
}

/**
 * @param {Box} box
 * @param {CSSStyleDeclaration} style
 */
function boxSvg(box, {backgroundColor, borderTopLeftRadius}) {
  const {fill, alpha} = opaque(backgroundColor);
  if (!alpha || !box.width || !box.height) return "";
  const round = Math.min(Number.parseFloat(borderTopLeftRadius) || 0, box.height / 2);
  return `<rect ${sizes(box)} rx="${round}" fill="${fill}" fill-opacity="${alpha}"/>`;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Box} box
 * @param {CSSStyleDeclaration} style
 */
function canvasSvg(canvas, box, style) {
  if (!canvas.width || !canvas.height || !box.width) return "";
  const drawing = drawingOf(canvas);
  if (drawing !== null) {
    const side = `viewBox="0 0 ${canvas.clientWidth} ${canvas.clientHeight}"`;
    return `${boxSvg(box, style)}<svg ${sizes(box)} ${side}>${drawing}</svg>`;
  }
  const rendering = `style="image-rendering:${style.imageRendering}"`;
  const image = `<image ${sizes(box)} preserveAspectRatio="none" ${rendering} href="${canvas.toDataURL()}"/>`;
  return boxSvg(box, style) + image;
}

/**
 * @param {SVGSVGElement} drawing
 * @param {Box} box
 */
function drawingSvg(drawing, box) {
  const copy = /** @type {SVGSVGElement} */ (drawing.cloneNode(true));
  const copies = [...copy.querySelectorAll("*")];
  [...drawing.querySelectorAll("*")].forEach((one, k) => {
    const style = getComputedStyle(one);
    for (const name of STYLES) copies[k].setAttribute(name, style.getPropertyValue(name));
    copies[k].removeAttribute("style");
    copies[k].removeAttribute("class");
  });
  for (const name of ["class", "style", "role", "aria-label"]) copy.removeAttribute(name);
  for (const [name, value] of Object.entries(box)) copy.setAttribute(name, String(value));
  return new XMLSerializer().serializeToString(copy);
}

/**
 * A text, line by line as the page breaks it.
 * @param {Text} node
 * @param {Place} place
 */
function textSvg(node, place) {
  const parent = node.parentElement;
  if (!parent || !node.data.trim()) return "";
  const style = getComputedStyle(parent);
  const {fill, alpha} = opaque(style.color);
  const look =
    `font-family="${escapeHtml(style.fontFamily)}" font-size="${style.fontSize}" font-weight="${style.fontWeight}" ` +
    `fill="${fill}" fill-opacity="${alpha}"`;
  const isUpright = style.writingMode === "horizontal-tb";
  return linesOf(node, place, isUpright)
    .map(({words, box}) => {
      const at = isUpright ? baseline(box.y, box.height) : baseline(box.x, box.width);
      const where = isUpright
        ? `x="${box.x.toFixed(2)}" y="${at}"`
        : `transform="translate(${at} ${(box.y + box.height).toFixed(2)}) rotate(-90)"`;
      return `<text ${where} ${look}>${escapeHtml(words)}</text>`;
    })
    .join("");
}

/**
 * Where letters stand in a line of text.
 * @param {number} start of the line, in pixels
 * @param {number} size
 */
const baseline = (start, size) => (start + 0.79 * size).toFixed(2);

/**
 * @param {Text} node
 * @param {Place} place
 * @param {boolean} isUpright
 * @returns {{words: string, box: Box}[]}
 */
function linesOf(node, place, isUpright) {
  /** @type {{words: string, box: Box}[]} */
  const lines = [];
  const range = document.createRange();
  for (const {0: word, index = 0} of node.data.matchAll(/\S+/g)) {
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    const box = place(range.getBoundingClientRect());
    const last = lines.at(-1);
    if (last && isUpright && Math.abs(last.box.y - box.y) < 2) last.words += ` ${word}`;
    else if (last && !isUpright) {
      last.words += ` ${word}`;
      last.box.height += last.box.y - box.y;
      last.box.y = box.y;
    } else lines.push({words: word, box});
  }
  return lines;
}
