// @ts-check
// Figures as a table, and a table as the text of a file.

/** @typedef {string | number | null | undefined} Cell null is unknown */
/** @typedef {{columns: string[], rows: Cell[][]}} Table */

const DIGITS = 7; // of a number

/**
 * @param {Table} table
 * @returns {string} comma-separated: a header and a line a row
 */
export function tableCsv({columns, rows}) {
  return [columns, ...rows].map((row) => `${row.map(cellText).join(",")}\n`).join("");
}

/** @param {Cell} cell */
function cellText(cell) {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "number") return Number.isFinite(cell) ? String(Number(cell.toPrecision(DIGITS))) : "";
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** @param {string} title as the name of a file */
export const fileName = (title) =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
