// @ts-check
// An image file, chosen, dropped or pasted, as the networks see it: 28 by 28 grey bytes.
import {fromBase64, toBase64} from "../lib/base64.js";
import {ask} from "../lib/server/rpc.js";

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
 * The root holds an input of type file and a place marked data-drop; it is listened to while it is on the page. An
 * upload under way stands beside the input with a button that cancels it; a newer file takes its place.
 * @param {HTMLElement} root
 * @param {object} options
 * @param {ReadFile} options.call
 * @param {(pixels: Uint8Array, answer: any, content: string) => void} options.onPixels
 * @param {(sentence: string) => void} options.onError
 * @returns {{cancel: () => void}} to be called by whoever chooses another picture meanwhile
 */
export function upload(root, {call, onPixels, onError}) {
  const progress = uploadProgress(root, () => uploading.cancel());
  /** @type {File | null} */
  let current = null;
  const uploading = {
    cancel() {
      current = null;
      progress.hide();
    },
  };
  pickFiles(root, async (file) => {
    if (!file) return;
    current = file;
    progress.show(file.name);
    const answer = await sendFile(call, file);
    if (current !== file) return; // cancelled, or another one came
    uploading.cancel();
    if (answer.error) onError(answer.error);
    else onPixels(fromBase64(answer.pixels), answer, answer.content);
  });
  return uploading;
}

/**
 * @param {HTMLElement} root
 * @param {() => void} onCancel
 */
function uploadProgress(root, onCancel) {
  const line = document.createElement("span");
  line.className = "loom-uploading";
  line.setAttribute("role", "status");
  fileInput(root).closest("label")?.after(line);
  line.addEventListener("click", ({target}) => {
    if (target instanceof HTMLButtonElement) onCancel();
  });
  return {
    /** @param {string} name of the file */
    show(name) {
      line.innerHTML = '<span>Reading <b></b>…</span><button type="button">Cancel</button>';
      /** @type {Element} */ (line.querySelector("b")).textContent = name || "the picture";
    },
    hide() {
      line.textContent = "";
    },
  };
}

/** @param {HTMLElement} root */
const fileInput = (root) => /** @type {HTMLInputElement} */ (root.querySelector("input[type=file]"));

/**
 * Hand over every file that is chosen, pasted, or dropped anywhere on the widget.
 * @param {HTMLElement} root
 * @param {(file: File | undefined) => void} onFile
 */
export function pickFiles(root, onFile) {
  const input = fileInput(root);
  const widget = /** @type {HTMLElement} */ (root.closest(".loom-widget") ?? root);
  const mark = (/** @type {boolean} */ isOver) => {
    (root.querySelector("[data-drop]") ?? root).classList.toggle("over", isOver);
  };
  input.addEventListener("change", () => {
    onFile(input.files?.[0]);
    input.value = "";
  });
  widget.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    mark(true);
  });
  widget.addEventListener("dragleave", ({relatedTarget}) => {
    if (!widget.contains(/** @type {Node | null} */ (relatedTarget))) mark(false);
  });
  widget.addEventListener("drop", (event) => {
    mark(false);
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault(); // or the browser opens it
    onFile(event.dataTransfer.files[0]);
  });
  document.addEventListener("paste", (event) => {
    if (root.offsetParent) onFile(event.clipboardData?.files[0]);
  });
}
