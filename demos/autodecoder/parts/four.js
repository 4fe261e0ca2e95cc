// @ts-check
// One picture, four models: its code, that decoded, a random code decoded, and the image with the nearest code.
import {drawCode} from "../../web/components/charts/code_bars.js";
import {toBase64} from "../../web/lib/base64.js";
import {paint} from "../../web/lib/image.js";
import {redrawer} from "../../web/lib/redraw.js";
import {question} from "../question.js";

const ROWS = ["the picture", "its code", "the code, decoded", "a random code, decoded", "nearest other test image"];
/** @type {Record<string, string>} */
const TITLES = {"cae-4": "CAE", "vae-fashion": "VAE", ad: "AD", "vad-gaussian": "VAD"};
const CODE = {width: 256, height: 64}; // pixels of a canvas

/**
 * @param {import("../types").Tab} tab
 * @returns {import("../types").Part}
 */
export function fourView(tab) {
  const {find, props, server, state, sample} = tab;
  const redraw = redrawer();
  const table = find(".auto-four");
  table.innerHTML = tableHtml(props.compared);
  const cells = (/** @type {number} */ row) => [...table.children[row + 1].querySelectorAll("canvas")];
  const captions = (/** @type {number} */ row) => [...table.children[row + 1].querySelectorAll("small")];
  const portraits = question(tab, {
    slot: "portraits",
    call: server.compare_models,
    request: () => {
      const {drawing, image, seed} = state;
      return drawing ? {pixels: toBase64(drawing), seed} : {image, seed};
    },
    parts: () => [...table.children].slice(2),
  });

  function drawPicture() {
    const {drawing, image} = state;
    for (const canvas of cells(0)) {
      if (drawing) paint(canvas, drawing);
      else sample().sprite.paint(image, canvas);
    }
  }

  function drawPortraits() {
    if (!state.portraits) return;
    const {picture, codes, errors, nearest} = state.portraits;
    const {sprite, labels, classes, index} = sample();
    codes.forEach((code, m) => {
      drawCode(cells(1)[m], code, `code by ${props.compared[m]}`);
      captions(1)[m].textContent = `${code.length} numbers, length ${Math.hypot(...code).toFixed(1)}`;
      picture.paint(2 * m, cells(2)[m]);
      captions(2)[m].textContent = `error ${errors[m].toFixed(4)}`;
      picture.paint(2 * m + 1, cells(3)[m]);
      sprite.paint(nearest[m], cells(4)[m]);
      captions(4)[m].textContent = `${classes[labels[nearest[m]]]}, no. ${index[nearest[m]]}`;
    });
  }

  return {
    load: portraits.load,
    again: portraits.again,
    isReady: portraits.isReady,
    render() {
      redraw("picture", [state.drawing, state.image], drawPicture);
      portraits.mark();
      redraw("portraits", [state.portraits], drawPortraits);
    },
  };
}

/** @param {string[]} models */
function tableHtml(models) {
  const head = models.map((model) => `<span role="columnheader"><b>${TITLES[model]}</b><small>${model}</small></span>`);
  const rows = ROWS.map((name, row) => {
    const size = row === 1 ? `width="${CODE.width}" height="${CODE.height}"` : 'width="28" height="28"';
    const cell = (/** @type {string} */ model) =>
      `<span role="cell"><canvas ${size} role="img"
        aria-label="${name}, ${TITLES[model]}"></canvas><small></small></span>`;
    return `<div role="row"><span role="rowheader">${name}</span>${models.map(cell).join("")}</div>`;
  });
  return `<div role="row"><span></span>${head.join("")}</div>${rows.join("")}`;
}
