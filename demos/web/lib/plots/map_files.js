// @ts-check
// A map as files: its coordinates as a table, its picture, and a page that works without a network.
import {saveFile, themeValue} from "../dom.js";
import {fileName, tableCsv} from "./table.js";

/**
 * @typedef {object} MapTable
 * @property {string} title also the name of the files
 * @property {number} dimensions
 * @property {ArrayLike<number>} points `dimensions` numbers a point, in map units
 * @property {string[]} classes
 * @property {number[]} labels class of each point
 * @property {number[]} ids number of each
 */

/**
 * @param {MapTable} map
 * @returns {string} a header and a line a point
 */
export function csvOf({dimensions, points, classes, labels, ids}) {
  const names = ["x", "y", "z"].slice(0, dimensions);
  const rows = labels.map((label, i) => [ids[i], classes[label], ...names.map((_, c) => points[i * dimensions + c])]);
  return tableCsv({columns: ["number", "class", ...names], rows});
}

/** @param {MapTable} map */
export function saveTable(map) {
  saveFile(`${fileName(map.title)}.csv`, csvOf(map), "text/csv");
}

/**
 * @param {{plotly: any, plot: any}} drawing plotly, and its element
 * @param {string} title
 * @param {"png" | "svg"} format
 */
export async function savePicture({plotly, plot}, title, format) {
  const {width, height} = plot._fullLayout;
  const address = await plotly.toImage(
    {data: plot.data, layout: {...plot.layout, paper_bgcolor: themeValue("--background-fill-primary")}},
    {format, width, height, scale: format === "png" ? 2 : 1},
  );
  const content = await (await fetch(address)).blob();
  saveFile(`${fileName(title)}.${format}`, content, content.type);
}

/** @param {number} dimensions */
async function plotlyFor(dimensions) {
  // not imported above: a tab that draws no map first would start with plotly
  const {PLOTLY} = await import("./plotly.js");
  const {PLOTLY_3D} = await import("./plotly_3d.js");
  return dimensions === 3 ? PLOTLY_3D : PLOTLY;
}

/**
 * The page that the server makes, with plotly's script, so that it works without a network.
 * @param {string} page
 * @param {string} script
 */
export const withScript = (page, script) => page.replace("</head>", () => `<script>${script}</script></head>`);

/**
 * @param {string} title
 * @param {string} page as the server makes it
 * @param {number} [dimensions] of the map, 2 or 3
 */
export async function savePage(title, page, dimensions = 2) {
  const script = await (await fetch(await plotlyFor(dimensions))).text();
  saveFile(`${fileName(title)}.html`, withScript(page, script), "text/html");
}
