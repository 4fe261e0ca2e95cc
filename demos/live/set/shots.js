// @ts-check
// The camera, a picture a second: a countdown, then one after the other into a class until it is stopped.
import {cameraView, TURN_HTML, VIDEO_HTML} from "../../web/components/pictures/camera.js";
import {openDialog} from "../../web/components/pictures/dialog.js";
import {escapeHtml} from "../../web/lib/dom.js";
import {context2d, pngOf} from "../../web/lib/image.js";

const SECOND = 1000; // milliseconds
const COUNTDOWN = 3; // seconds until the first picture
const START = "Start";

/**
 * What is said while pictures are taken.
 * @param {object} run
 * @param {number | null} run.left seconds until the first picture; null: none is wanted
 * @param {number} run.taken pictures so far
 * @param {string} run.name of their class
 * @param {number} run.room pictures that the set takes yet
 */
export function shotWords({left, taken, name, room}) {
  if (left) return `The first picture is taken in ${left} s.`;
  const count = taken === 1 ? "1 picture" : `${taken} pictures`;
  if (room <= 0) return `${count} taken: the set is full.`;
  if (left === null) return taken ? `${count} of ${name} taken.` : "One picture a second, until you press Stop.";
  return `${count} of ${name} so far.`;
}

/**
 * The square in the middle of a picture.
 * @param {number} width
 * @param {number} height
 * @returns {[number, number, number]} left, top and side
 */
export function middleSquare(width, height) {
  const side = Math.min(width, height);
  return [(width - side) / 2, (height - side) / 2, side];
}

/**
 * @param {HTMLElement} root of the widget
 * @param {object} options
 * @param {string} options.name of the class
 * @param {number} options.side pixels of a picture
 * @param {number} options.room pictures that the set takes yet
 * @param {(png: Uint8Array<ArrayBuffer>) => void} options.onPicture
 */
export function openShots(root, {name, side, room, onPicture}) {
  let timer = 0;
  let taken = 0;
  /** @type {number | null} */
  let left = null;
  const {find, say} = openDialog(root, {
    title: `Pictures of ${escapeHtml(name)}`,
    html: `<div class="set-camera">${VIDEO_HTML}<b class="set-countdown" aria-hidden="true"></b></div>
      <p class="set-shots" role="status"></p>`,
    tools: `<button type="button" data-shoot disabled>${START}</button>${TURN_HTML}`,
    onClose() {
      stop();
      camera.close();
    },
  });
  /** @type {HTMLVideoElement} */
  const video = find("video");
  const camera = cameraView(video, {
    onWait() {
      stop();
      find("[data-shoot]").disabled = true;
    },
    onReady(hasOther) {
      find("[data-shoot]").disabled = room <= taken;
      find("[data-shoot]").focus();
      find("[data-turn]").hidden = !hasOther;
    },
    onProblem: say,
  });

  function render() {
    find("[data-shoot]").textContent = timer ? "Stop" : START;
    find(".set-countdown").textContent = left || "";
    find(".set-shots").textContent = shotWords({left, taken, name, room: room - taken});
  }

  function stop() {
    window.clearInterval(timer);
    [timer, left] = [0, null];
    render();
  }

  async function shoot() {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = side;
    const context = context2d(canvas);
    context.imageSmoothingQuality = "high";
    const [x, y, size] = middleSquare(video.videoWidth, video.videoHeight);
    context.drawImage(video, x, y, size, size, 0, 0, side, side);
    taken++;
    if (taken >= room) {
      stop();
      find("[data-shoot]").disabled = true;
    }
    onPicture(await pngOf(canvas));
  }

  find("[data-turn]").addEventListener("click", camera.turn);
  find("[data-shoot]").addEventListener("click", () => {
    if (timer) return stop();
    left = COUNTDOWN;
    timer = window.setInterval(() => {
      if (left) left--;
      if (left === 0) shoot();
      render();
    }, SECOND);
    return render();
  });
}
