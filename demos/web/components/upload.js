// @ts-check
// A picture of the visitor's, as the networks see it: 28 by 28 grey bytes. It is a file that is chosen, dropped or
// pasted, a picture from the camera, or one of the example photos.
import {fromBase64, toBase64} from "../lib/base64.js";
import {ask} from "../lib/server/rpc.js";
import {askSystemCamera, hasCamera, openCamera} from "./pictures/camera.js";
import {openExamples} from "./pictures/example_photos.js";

const MOST = 20e6; // bytes
export const ABOUT_PHOTOS = {
  clothes: "Drop or paste works too. Clothes on a photo are cut out and made light on black, 28 × 28.",
  others: "Drop or paste works too. The middle square of a photo is taken, as small as the pictures here.",
};
export const KINDS = "image/*,.heic,.heif,.avif"; // not every system knows that the last are pictures

/**
 * @typedef {(request: {file: string}) => Promise<any>} ReadFile
 */

/**
 * The server's answer to a file, with the file's content in base64 as `content`.
 * @param {ReadFile} call
 * @param {File} file
 * @param {object} [more] of the request
 */
export async function sendFile(call, file, more = {}) {
  if (file.size > MOST) return {error: `The file is ${(file.size / 1e6).toFixed(0)} MB; at most 20 MB can be read.`};
  const content = toBase64(new Uint8Array(await file.arrayBuffer()));
  return {...(await ask(call, {...more, file: content})), content};
}

/**
 * The root holds an input of type file and a place marked data-drop; it is listened to while it is on the page. An
 * upload under way stands beside the input with a button that cancels it; a newer file takes its place. What the
 * answer has to say of the picture, as `note`, stands there too.
 * @param {HTMLElement} root
 * @param {object} options
 * @param {ReadFile} options.call
 * @param {(pixels: Uint8Array, answer: any, content: string, more: any) => void} options.onPixels
 * @param {(sentence: string) => void} options.onError
 * @param {boolean} [options.showsNote]
 */
export function upload(root, {call, onPixels, onError, showsNote = true}) {
  const progress = uploadProgress(root, () => uploading.cancel());
  /** @type {File | null} */
  let current = null;
  const uploading = {
    /** To be called by whoever chooses another picture meanwhile. */
    cancel() {
      current = null;
      progress.hide();
    },
    /**
     * @param {File | undefined} file as if it had been chosen
     * @param {object} [more] of the request
     */
    async read(file, more) {
      if (!file) return;
      current = file;
      progress.show(file.name);
      const answer = await sendFile(call, file, more);
      if (current !== file) return; // cancelled, or another one came
      uploading.cancel();
      if (answer.error) return onError(answer.error);
      onPixels(fromBase64(answer.pixels), answer, answer.content, more);
      if (showsNote && answer.note) progress.say(answer.note);
    },
  };
  pickFiles(root, (file) => uploading.read(file));
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
    /** @param {string} sentence of the picture that was read */
    say(sentence) {
      line.textContent = sentence;
    },
    hide() {
      line.textContent = "";
    },
  };
}

/** @param {HTMLElement} root */
const fileInput = (root) => /** @type {HTMLInputElement} */ (root.querySelector("input[type=file]"));

/**
 * Buttons for the camera and the example photos, beside the one for a file.
 * @param {HTMLElement} label of the input
 * @param {HTMLElement} widget
 * @param {(file: File | undefined) => void} onFile
 * @param {string[]} [names] of the buttons
 */
function addSources(label, widget, onFile, names = ["Camera", "Examples"]) {
  /** @type {Record<string, () => void>} */
  const sources = {
    Camera: () => (hasCamera() ? openCamera(widget, onFile) : askSystemCamera(onFile)),
    Examples: () => openExamples(widget, onFile),
  };
  const buttons = names.map((name) => {
    const button = document.createElement("button");
    Object.assign(button, {type: "button", className: "loom-button", textContent: name});
    button.dataset.way = name.toLowerCase();
    button.addEventListener("click", sources[name]);
    return button;
  });
  label.after(...buttons);
}

/**
 * Hand over every file that is chosen, pasted, dropped anywhere on the widget, taken with the camera or among the
 * examples; the first one where there are several.
 * @param {HTMLElement} root
 * @param {(file: File | undefined) => void} onFile
 */
export function pickFiles(root, onFile) {
  receiveFiles(root, ([file]) => onFile(file));
}

/**
 * Hear of pictures that are dropped on a tab or pasted: a view that takes them opens, whichever is shown.
 * @param {HTMLElement} element
 * @param {() => void} open
 */
export function onDropOrPaste(element, open) {
  const hear = (/** @type {DataTransfer | null} */ data) => {
    if (data?.files.length && element.offsetParent) open();
  };
  element.addEventListener("drop", ({dataTransfer}) => hear(dataTransfer));
  document.addEventListener("paste", ({clipboardData}) => hear(clipboardData));
}

/**
 * The same for several files at once, where the input takes several.
 * @param {HTMLElement} root
 * @param {(files: File[]) => void} onFiles
 * @param {{kinds?: string, sources?: string[]}} [options] kinds: that can be chosen; sources: beside the input
 */
export function receiveFiles(root, onFiles, {kinds = KINDS, sources} = {}) {
  const input = fileInput(root);
  const label = input.closest("label");
  const widget = /** @type {HTMLElement} */ (root.closest(".loom-widget") ?? root);
  const onFile = (/** @type {File | undefined} */ file) => onFiles(file ? [file] : []);
  const mark = (/** @type {boolean} */ isOver) => {
    (root.querySelector("[data-drop]") ?? root).classList.toggle("over", isOver);
  };
  input.accept = kinds;
  if (label) addSources(label, widget, onFile, sources);
  input.addEventListener("change", () => {
    onFiles([...(input.files ?? [])]);
    input.value = "";
  });
  widget.addEventListener("dragover", (event) => {
    if (!root.isConnected) return; // a view of another dataset has taken its place
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    mark(true);
  });
  widget.addEventListener("dragleave", ({relatedTarget}) => {
    if (!widget.contains(/** @type {Node | null} */ (relatedTarget))) mark(false);
  });
  widget.addEventListener("drop", (event) => {
    if (!root.isConnected) return;
    mark(false);
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault(); // or the browser opens it
    onFiles([...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => {
    if (root.offsetParent) onFiles([...(event.clipboardData?.files ?? [])]);
  });
}
