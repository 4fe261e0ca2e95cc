// @ts-check
// The photos that ship, to try a tab with: one is taken as if it had been uploaded.
import {escapeHtml} from "../../lib/dom.js";
import {messageOf} from "../../lib/notice.js";
import {openDialog} from "./dialog.js";

/** @typedef {{file: string, kind: string, source: string}} ExamplePhoto */

const FOLDER = new URL("../../examples/", import.meta.url);
const ORIGIN = "Photos that people took of their own clothes: clothing-dataset-small, public domain (CC0 1.0).";
const LOST = "The example photos could not be fetched. Close this and try again.";

/**
 * A file of the folder of examples.
 * @param {string} name
 * @throws {Error} with a sentence, if it does not come
 */
async function fetchExample(name) {
  const answer = await fetch(new URL(name, FOLDER)).catch(() => null);
  if (!answer?.ok) throw new Error(LOST);
  return answer;
}

/**
 * An example photo as a file.
 * @param {string} name of its kind's folder and of the photo in it, such as "hat/1.webp"
 */
export async function examplePhoto(name) {
  const blob = await (await fetchExample(name)).blob();
  return new File([blob], name.replace("/", "-"), {type: blob.type});
}

/**
 * @param {HTMLElement} root of the widget
 * @param {(file: File) => void} onFile
 */
export async function openExamples(root, onFile) {
  const {dialog, find, say} = openDialog(root, {
    title: "Example photos",
    html: `<div class="loom-photos" role="group" aria-label="Photos"></div><p class="loom-hint">${ORIGIN}</p>`,
  });
  const fail = (/** @type {unknown} */ error) => say(messageOf(error));
  find(".loom-photos").addEventListener("click", async (/** @type {MouseEvent} */ {target}) => {
    const button = /** @type {Element} */ (target).closest("button");
    if (!button) return;
    try {
      const file = await examplePhoto(button.dataset.file ?? "");
      dialog.close();
      onFile(file);
    } catch (error) {
      fail(error);
    }
  });
  try {
    /** @type {ExamplePhoto[]} */
    const photos = await (await fetchExample("index.json")).json();
    find(".loom-photos").innerHTML = photos.map(photoHtml).join("");
    find(".loom-photos button").focus();
  } catch (error) {
    fail(error);
  }
}

/** @param {ExamplePhoto} photo */
const photoHtml = ({file, kind, source}) => `<button type="button" data-file="${escapeHtml(file)}"
  title="${escapeHtml(source)}"><img src="${new URL(file, FOLDER)}" alt=""> ${escapeHtml(kind)}</button>`;
