// @ts-check
// The photo, on which a visitor shows what is to be cut out: with a box, or by painting what belongs to it.
import {boxBetween, placeKeys, placeOn} from "../../web/components/pictures/box.js";
import {radioGroup} from "../../web/components/radio_group.js";
import {finder} from "../../web/lib/dom.js";
import {context2d} from "../../web/lib/image.js";
import {boxOf, isMeant} from "../edits.js";

/**
 * @typedef {import("../edits.js").Edit} Edit
 * @typedef {import("../edits.js").Place} Place
 */

const TOOLS = {box: "Box", is: "This is it", is_not: "This is not"};
const COLORS = {box: "#ffb000", is: "rgba(40, 200, 90, .7)", is_not: "rgba(230, 60, 60, .7)"};
const BRUSH = 0.04; // radius of a stroke, as a share of the longer side
const ENLARGED = 3; // canvas pixels for one of the photo
/**
 * @param {HTMLElement} root
 * @param {(edits: readonly Edit[]) => void} onEdit
 */
export function photoEditor(root, onEdit) {
  root.innerHTML = frameHtml();
  const find = finder(root);
  /** @type {HTMLCanvasElement} */
  const canvas = find("canvas");
  const image = new Image();
  /** @type {readonly Edit[]} */
  let edits = [];
  /** @type {Edit | null} */
  let draft = null; // under the pen, or between two presses of the space bar
  /** @type {Place} */
  let corner = {x: 0, y: 0}; // where a box began
  /** @type {Place | null} */
  let cursor = null; // of the keyboard
  const tools = radioGroup(find(".tool"), TOOLS, () => {
    draft = null;
    draw();
  });

  const radius = () => {
    const longer = BRUSH * Math.max(image.naturalWidth, image.naturalHeight, 1);
    return {x: longer / (image.naturalWidth || 1), y: longer / (image.naturalHeight || 1)};
  };
  const draw = () => {
    canvas.width = ENLARGED * image.naturalWidth;
    canvas.height = ENLARGED * image.naturalHeight;
    if (!canvas.width) return;
    const context = context2d(canvas);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    paintEdits(context, draft ? [...edits, draft] : edits);
    if (!cursor) return;
    context.fillStyle = COLORS.box;
    context.fillRect(cursor.x * canvas.width - 4, cursor.y * canvas.height - 4, 8, 8);
  };
  image.addEventListener("load", draw);

  // ---- a box or a stroke, from its first place to its last
  const begin = (/** @type {Place} */ place) => {
    corner = place;
    const kind = /** @type {Edit["kind"]} */ (tools.at);
    draft = kind === "box" ? {kind, box: boxBetween(place, place)} : {kind, points: [place], radius: radius()};
    draw();
  };
  const extend = (/** @type {Place} */ place) => {
    if (!draft) return;
    draft =
      draft.kind === "box" ? {...draft, box: boxBetween(corner, place)} : {...draft, points: [...draft.points, place]};
    draw();
  };
  const finish = () => {
    const edit = draft;
    draft = null;
    if (edit && isMeant(edit)) onEdit([...edits, edit]);
    else draw();
  };
  const drop = () => {
    draft = null;
    draw();
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary) return drop(); // two fingers scroll the page
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    begin(placeOn(canvas, event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.isPrimary && canvas.hasPointerCapture(event.pointerId)) extend(placeOn(canvas, event));
  });
  canvas.addEventListener("pointerup", finish);
  canvas.addEventListener("pointercancel", drop);

  // ---- the same with the keyboard
  placeKeys(canvas, {
    onMove(place) {
      cursor = place;
      extend(place);
      draw();
    },
    onTake: (place) => (draft ? finish() : begin(place)),
  });
  canvas.addEventListener("keydown", (event) => {
    if (event.key !== "z" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    onEdit(edits.slice(0, -1));
  });
  find("[data-edit=undo]").addEventListener("click", () => onEdit(edits.slice(0, -1)));
  find("[data-edit=clear]").addEventListener("click", () => onEdit([]));

  return {
    /**
     * @param {string} address of the photo
     * @param {readonly Edit[]} next
     */
    show(address, next) {
      edits = next;
      for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (root.querySelectorAll("[data-edit]")))
        button.disabled = next.length === 0;
      if (image.src === address) draw();
      else image.src = address;
    },
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {readonly Edit[]} edits
 */
function paintEdits(context, edits) {
  const {width, height} = context.canvas;
  const box = boxOf(edits);
  if (box) {
    const [left, top, right, bottom] = box;
    context.fillStyle = "rgba(0, 0, 0, .5)";
    context.beginPath();
    context.rect(0, 0, width, height);
    context.rect(left * width, top * height, (right - left) * width, (bottom - top) * height);
    context.fill("evenodd");
    context.strokeStyle = COLORS.box;
    context.lineWidth = 4;
    context.strokeRect(left * width, top * height, (right - left) * width, (bottom - top) * height);
  }
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const edit of edits) {
    if (edit.kind === "box") continue;
    const [first, ...rest] = edit.points;
    context.strokeStyle = COLORS[edit.kind];
    context.lineWidth = 2 * edit.radius.x * width;
    context.beginPath();
    context.moveTo(first.x * width, first.y * height);
    context.lineTo(first.x * width + 0.1, first.y * height);
    for (const {x, y} of rest) context.lineTo(x * width, y * height);
    context.stroke();
  }
}

const frameHtml = () => `<canvas role="img" aria-label="Your photo: drag a box around the piece, or paint
    what belongs to it and what does not. With the keyboard, arrow keys move, space begins and ends, Ctrl+Z
    undoes"></canvas>
  <div>
    <p class="loom-hint">Is something missing from the cut-out, or too much in it? Drag a box around the piece, or
      paint on the photo.</p>
    <div class="tool" aria-label="What you draw on the photo"></div>
    <div class="loom-tools"><button type="button" data-edit="undo">Undo</button>
      <button type="button" data-edit="clear">Clear</button></div>
  </div>`;
