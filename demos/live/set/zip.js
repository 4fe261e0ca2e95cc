// @ts-check
// A set as a ZIP, one folder a class: to keep, to give away, and for `folder:PATH` on the command line.
import {downloadZip} from "../../web/vendor/client-zip-2.5.1.js";

/** @typedef {import("./set.js").PictureSet} PictureSet */

const FORBIDDEN = /[\\/:*?"<>|\p{Cc}\p{Cs}]/gu; // what some system allows in no name
const HIDDEN = /^(\.|__macosx$|thumbs\.db$|desktop\.ini$|dataset\.toml$)/i;

/**
 * A folder for each class, whose name every system takes.
 * @param {string[]} classes
 */
export function folderNames(classes) {
  /** @type {Set<string>} */
  const taken = new Set();
  return classes.map((name) => {
    const safe =
      name
        .trim()
        .replace(FORBIDDEN, "_")
        .replace(/[. ]+$/, "") || "class";
    const base = HIDDEN.test(safe) ? `_${safe}` : safe;
    let folder = base;
    for (let k = 2; taken.has(folder.toLowerCase()); k++) folder = `${base} ${k}`;
    taken.add(folder.toLowerCase());
    return folder;
  });
}

/**
 * The files of a set: its pictures, and a `dataset.toml` with its title, and the names and the order of its classes.
 * @param {PictureSet} set
 * @returns {{name: string, input: string | Uint8Array<ArrayBuffer>}[]}
 */
export function filesOf({title, classes, pictures}) {
  const folders = folderNames(classes);
  const filled = classes.map((_, k) => k).filter((k) => pictures.some(({label}) => label === k));
  const names = filled.map((k) => `${quoted(folders[k])} = ${quoted(classes[k])}\n`);
  const toml = `title = ${quoted(title)}\n\n[classes]\n${names.join("")}`;
  const images = pictures.map(({label, png}, i) => ({
    name: `${folders[label]}/${String(i + 1).padStart(4, "0")}.png`,
    input: png,
  }));
  return [{name: "dataset.toml", input: toml}, ...images];
}

/** @param {string} text as TOML has it, which is JSON but for one letter */
const quoted = (text) => JSON.stringify(text).replaceAll("\x7f", "\\u007f");

/** @param {{name: string, input: string | Uint8Array<ArrayBuffer> | File}[]} files */
export async function zipFiles(files) {
  return new Uint8Array(await downloadZip(/** @type {any} */ (files)).arrayBuffer());
}

/** @param {PictureSet} set */
export const zipSet = (set) => zipFiles(filesOf(set));
