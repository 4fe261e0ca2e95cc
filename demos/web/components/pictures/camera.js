// @ts-check
// A picture from the camera: a live preview and a button that takes it. What is taken is never mirrored.
import {context2d} from "../../lib/image.js";
import {openDialog} from "./dialog.js";

const LARGEST = 1600; // pixels a side that are asked for: no network looks at more
const QUALITY = 0.92; // of the JPEG
export const VIDEO_HTML =
  '<video class="loom-camera" autoplay playsinline muted aria-label="What the camera sees"></video>';
export const TURN_HTML = '<button type="button" data-turn hidden>Other camera</button>';

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
 * What a camera sees, in a video element, until it is closed: the rear camera of a phone first.
 * @param {HTMLVideoElement} video
 * @param {object} events
 * @param {() => void} events.onWait the picture is gone, until the next onReady
 * @param {(hasOther: boolean) => void} events.onReady there is a picture; hasOther: and another camera to turn to
 * @param {(sentence: string) => void} events.onProblem
 */
export function cameraView(video, {onWait, onReady, onProblem}) {
  /** @type {MediaStream | null} */
  let stream = null;
  let facing = "environment"; // the rear camera of a phone; of a computer, any
  let turn = 0;
  const stop = (/** @type {MediaStream | null} */ old) => {
    for (const track of old?.getTracks() ?? []) track.stop();
  };

  async function start() {
    const mine = ++turn;
    stop(stream);
    onWait();
    try {
      const size = {ideal: LARGEST};
      const started = await navigator.mediaDevices.getUserMedia({
        video: {facingMode: facing, width: size, height: size},
      });
      if (mine !== turn) return stop(started);
      stream = video.srcObject = started;
      video.classList.toggle("mirrored", started.getVideoTracks()[0].getSettings().facingMode === "user");
      await video.play();
      const devices = await navigator.mediaDevices.enumerateDevices();
      if (mine === turn) onReady(devices.filter(({kind}) => kind === "videoinput").length > 1);
    } catch (error) {
      if (mine === turn) onProblem(cameraProblem(error));
    }
  }

  start();
  return {
    /** To the other camera. */
    turn() {
      facing = facing === "user" ? "environment" : "user";
      start();
    },
    close() {
      turn++;
      stop(stream);
    },
  };
}

/**
 * @param {HTMLElement} root of the widget
 * @param {(file: File) => void} onFile
 */
export function openCamera(root, onFile) {
  const {dialog, find, say} = openDialog(root, {
    title: "Take a picture",
    html: VIDEO_HTML,
    tools: `<button type="button" data-take disabled>Take the picture</button>${TURN_HTML}`,
    onClose: () => camera.close(),
  });
  /** @type {HTMLVideoElement} */
  const video = find("video");
  const camera = cameraView(video, {
    onWait() {
      find("[data-take]").disabled = true;
    },
    onReady(hasOther) {
      find("[data-take]").disabled = false;
      find("[data-take]").focus();
      find("[data-turn]").hidden = !hasOther;
    },
    onProblem: say,
  });

  find("[data-turn]").addEventListener("click", camera.turn);
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
}
