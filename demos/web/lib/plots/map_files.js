// @ts-check
// A map as files: its coordinates as a table, its picture, and a page that works without a network.
import {saveFile, themeValue} from "../dom.js";
import {PLOTLY} from "./plotly.js";
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
 * @param {any} plotly
 * @param {any} plot plotly's element
 * @param {string} title
 * @param {"png" | "svg"} format
 */
export async function savePicture(plotly, plot, title, format) {
  const {width, height} = plot._fullLayout;
  const address = await plotly.toImage(
    {data: plot.data, layout: {...plot.layout, paper_bgcolor: themeValue("--background-fill-primary")}},
    {format, width, height, scale: format === "png" ? 2 : 1},
  );
  const content = await (await fetch(address)).blob();
  saveFile(`${fileName(title)}.${format}`, content, content.type);
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
 */
export async function savePage(title, page) {
  const script = await (await fetch(PLOTLY)).text();
  saveFile(`${fileName(title)}.html`, withScript(page, script), "text/html");
}
