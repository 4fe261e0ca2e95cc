// @ts-check
// A picture from the camera: a live preview and a button that takes it. What is taken is never mirrored.
import {context2d} from "../../lib/image.js";
import {openDialog} from "./dialog.js";

const LARGEST = 1600; // pixels a side that are asked for: no network looks at more
const QUALITY = 0.92; // of the JPEG

/** @type {Record<string, string>} */
const PROBLEMS = {
  NotAllowedError: "The camera is not allowed on this page. Allow it beside the page's address, or choose a file.",
  NotFoundError: "No camera was found. Choose a file instead.",
  OverconstrainedError: "No camera was found. Choose a file instead.",
  NotReadableError: "Another program is using the camera. Close it and try again, or choose a file.",
};

/** Browsers give a page that came over plain http no camera. */
export const hasCamera = () => Boolean(navigator.mediaDevices?.getUserMedia);

/**
 * The sentence for what went wrong with a camera.
 * @param {unknown} error
 */
export function cameraProblem(error) {
  const name = error instanceof Error || error instanceof DOMException ? error.name : String(error);
  return PROBLEMS[name] ?? `The camera could not be started (${name}). Choose a file instead.`;
}

/**
 * Without a camera for the page, the camera of the system, where the browser offers it with a choice of files.
 * @param {(file: File | undefined) => void} onFile
 */
export function askSystemCamera(onFile) {
  const input = document.createElement("input");
  Object.assign(input, {type: "file", accept: "image/*"});
  input.setAttribute("capture", "environment"); // no property of it in browsers without a camera of their own
  input.addEventListener("change", () => onFile(input.files?.[0]));
  input.click();
}

/**
 * @param {HTMLElement} root of the widget
 * @param {(file: File) => void} onFile
 */
export function openCamera(root, onFile) {
  /** @type {MediaStream | null} */
  let stream = null;
  let facing = "environment"; // the rear camera of a phone; of a computer, any
  let isOpen = true;
  const stop = () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
  };
  const {dialog, find, say} = openDialog(root, {
    title: "Take a picture",
    html: '<video class="loom-camera" autoplay playsinline muted aria-label="What the camera sees"></video>',
    tools: `<button type="button" data-take disabled>Take the picture</button>
      <button type="button" data-turn hidden>Other camera</button>`,
    onClose() {
      isOpen = false;
      stop();
    },
  });
  /** @type {HTMLVideoElement} */
  const video = find("video");

  async function start() {
    stop();
    find("[data-take]").disabled = true;
    try {
      const size = {ideal: LARGEST};
      const started = await navigator.mediaDevices.getUserMedia({
        video: {facingMode: facing, width: size, height: size},
      });
      stream = started;
      if (!isOpen) return stop();
      video.srcObject = started;
      video.classList.toggle("mirrored", started.getVideoTracks()[0].getSettings().facingMode === "user");
      await video.play();
      find("[data-take]").disabled = false;
      find("[data-take]").focus();
      const devices = await navigator.mediaDevices.enumerateDevices();
      find("[data-turn]").hidden = devices.filter(({kind}) => kind === "videoinput").length < 2;
    } catch (error) {
      if (isOpen) say(cameraProblem(error));
    }
  }

  find("[data-turn]").addEventListener("click", () => {
    facing = facing === "user" ? "environment" : "user";
    start();
  });
  find("[data-take]").addEventListener("click", () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    context2d(canvas).drawImage(video, 0, 0);
    canvas.toBlob(
      (blob) => {
        dialog.close();
        if (blob) onFile(new File([blob], "the picture", {type: blob.type}));
      },
      "image/jpeg",
      QUALITY,
    );
  });
  start();
}
