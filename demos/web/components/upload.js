// @ts-check
// An image file, chosen, dropped or pasted, as the networks see it: 28 by 28 grey bytes.
import {fromBase64, toBase64} from "../lib/base64.js";
import {ask} from "../lib/rpc.js";

const MOST = 20e6; // bytes

/**
 * @typedef {{pixels: string}} UploadAnswer
 * @typedef {import("../types").ServerFunction<{file: string}, any>} ReadFile
 */

/**
 * The server's answer to a file, with the file's content in base64 as `content`.
 * @param {ReadFile} call
 * @param {File} file
 */
export async function sendFile(call, file) {
  if (file.size > MOST) return {error: `The file has ${(file.size / 1e6).toFixed(0)} MB; at most 20 MB can be read.`};
  const content = toBase64(new Uint8Array(await file.arrayBuffer()));
  return {...(await ask(call, {file: content})), content};
}

/**
 * The root holds an input of type file and a place marked data-drop; it is listened to while it is on the page.
 * @param {HTMLElement} root
 * @param {object} options
 * @param {ReadFile} options.call
 * @param {(pixels: Uint8Array, answer: any, content: string) => void} options.onPixels
 * @param {(sentence: string) => void} options.onError
 */
export function upload(root, {call, onPixels, onError}) {
  const read = async (/** @type {File | undefined} */ file) => {
    if (!file) return;
    const answer = await sendFile(call, file);
    if (answer.error) onError(answer.error);
    else onPixels(fromBase64(answer.pixels), answer, answer.content);
  };
  pickFiles(root, read);
}

/**
 * Hand over every file that is chosen, dropped or pasted.
 * @param {HTMLElement} root
 * @param {(file: File | undefined) => void} onFile
 */
export function pickFiles(root, onFile) {
  const input = /** @type {HTMLInputElement} */ (root.querySelector("input[type=file]"));
  const drop = /** @type {HTMLElement} */ (root.querySelector("[data-drop]") ?? root);
  input.addEventListener("change", () => {
    onFile(input.files?.[0]);
    input.value = "";
  });
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    onFile(event.dataTransfer?.files[0]);
  });
  document.addEventListener("paste", (event) => {
    if (root.offsetParent && drop.offsetParent) onFile(event.clipboardData?.files[0]);
  });
}
