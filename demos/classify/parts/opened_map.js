// @ts-check
// One feature map, large, and how one place of it is computed: patch, filter, nine products, their sum, and on.
import {drawCode} from "../../web/components/charts/code_bars.js";
import {finder, setPending} from "../../web/lib/dom.js";
import {excitingImages} from "./exciting.js";
import {brightness, framedMap, placeFrame} from "./framed_map.js";
import * as numbers from "./map_steps.js";

/**
 * @typedef {import("./map_steps.js").MapSteps} MapSteps
 * @typedef {import("./map_steps.js").Place} Place
 * @typedef {{opened: import("../state.js").Opened, steps: MapSteps}} Shown
 */

const NINE = ["patch", "filter", "products"];

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {HTMLElement} options.pad gets a frame around what the place depends on
 * @param {(place: Place) => void} options.onPlace
 * @param {() => void} options.onClose
 * @param {Omit<Parameters<typeof excitingImages>[1], "tile"> & {tile: (i: number) => string}} options.images
 */
export function openedMap(root, {pad, onPlace, onClose, images}) {
  root.innerHTML = panelHtml();
  const find = finder(root);
  const padFrame = document.createElement("i");
  padFrame.className = "pad-field";
  padFrame.hidden = true;
  pad.append(padFrame);
  const picture = framedMap(find(".opened-picture > div"), {label: "the picture"});
  const input = framedMap(find(".opened-input > div"), {label: "what the filter slides over"});
  const output = framedMap(find(".opened-output > div"), {label: "the map", onPick: onPlace});
  const exciting = excitingImages(find(".opened-exciting"), images);
  const slider = find("[data-channel]");
  /** @type {Shown | null} */
  let shown = null;
  /** @type {number | null} */
  let chosen = null; // input map; null: the one that adds most
  let drawn = "";
  let isExpected = false; // by the visitor, who pressed its button

  slider.addEventListener("input", () => {
    chosen = Number(slider.value);
    if (shown) draw(shown);
  });
  find("[data-close-map]").addEventListener("click", onClose);
  root.addEventListener("keydown", ({key}) => {
    if (key === "Escape") onClose();
  });

  function draw(/** @type {Shown} */ {opened, steps}) {
    const place = numbers.within(steps, [opened.row, opened.column]);
    const {at, rows} = numbers.stepsAt(steps, place);
    const sums = numbers.contributionsAt(steps, at);
    const channel = Math.min(chosen ?? largest(sums), steps.channels - 1);
    const box = numbers.fieldBox(steps.field, place);
    placeFrame(padFrame, box);
    picture.show(steps.pixels);
    picture.frame(box);
    drawInput(steps, channel, at);
    drawOutput(steps, opened, place);
    drawNine(steps, channel, at);
    find("[data-of=sums]").hidden = steps.channels === 1;
    slider.max = steps.channels - 1;
    slider.value = channel;
    find("output").textContent = String(channel);
    find(".opened-adds").textContent = `Input map ${channel} adds ${numbers.long(sums[channel])}.`;
    drawCode(find(".opened-bars"), sums);
    find(".opened-bars").title = "";
    find(".opened-bars").setAttribute("aria-label", `what each of the ${steps.channels} input maps adds to the sum`);
    find(".opened-steps").innerHTML = rows
      .map((row) => numbers.stepWords(row, steps.weights.length))
      .map(({name, words}) => `<li><b>${name}</b> ${words}</li>`)
      .join("");
  }

  function drawInput(/** @type {MapSteps} */ steps, /** @type {number} */ channel, /** @type {Place} */ at) {
    const {inputs, width, height, channels} = steps;
    const values = inputs.subarray(channel * width * height, (channel + 1) * width * height);
    const isPicture = channels === 1;
    input.draw(isPicture ? values.map((v) => 255 * v) : brightness(values), width, height, isPicture);
    input.frame(numbers.patchBox(steps, at));
    const what = isPicture ? "The same" : `Input map ${channel}`;
    find(".opened-input figcaption").textContent = `${what}, ${height} × ${width}: the filter lies here`;
  }

  function drawOutput(
    /** @type {MapSteps} */ steps,
    /** @type {Shown["opened"]} */ opened,
    /** @type {Place} */ place,
  ) {
    const {values, width, height} = steps.steps[steps.steps.length - 1];
    const [row, column] = place;
    output.draw(brightness(values), width, height);
    output.at = place;
    output.frame({left: column / width, top: row / height, width: 1 / width, height: 1 / height});
    const value = numbers.long(values[row * width + column]);
    find(".opened-name").textContent = `${opened.layer}, map ${opened.map}`;
    find(".opened-place").textContent = `row ${row}, column ${column}: ${value}`;
    output.describe(`${opened.layer}, map ${opened.map}: row ${row}, column ${column}, ${value}; arrow keys walk`);
  }

  function drawNine(/** @type {MapSteps} */ steps, /** @type {number} */ channel, /** @type {Place} */ at) {
    const patch = numbers.patchAt(steps, channel, at);
    const weights = [...numbers.filterOf(steps, channel)];
    const products = weights.map((w, k) => w * (patch[k] ?? 0));
    for (const [name, values] of /** @type {const} */ ([
      ["patch", patch],
      ["filter", weights],
      ["products", products],
    ]))
      find(`[data-nine=${name}]`).innerHTML = nineHtml(values);
  }

  const hide = () => {
    shown = null;
    root.hidden = true;
    padFrame.hidden = true;
    setPending(root, false);
  };

  return {
    /**
     * @param {import("../state.js").Opened | null} opened null: none is
     * @param {MapSteps | null} steps of that map, or of the one before, which stays until they come
     * @param {boolean} isPending
     */
    show(opened, steps, isPending) {
      if (!opened || !steps) return hide();
      const name = `${steps.checkpoint} ${opened.layer} ${opened.map}`;
      const isOfIt = steps.layer === opened.layer && steps.map === opened.map;
      setPending(root, isPending);
      if (!isOfIt) return;
      root.hidden = false;
      if (name !== drawn) chosen = null;
      drawn = name;
      shown = {opened, steps};
      draw(shown);
      exciting.show(steps);
      if (isExpected) output.canvas.focus({preventScroll: true});
      if (isExpected) root.scrollIntoView({block: "nearest"});
      isExpected = false;
    },
    /** It is scrolled to and gets the focus when it is shown next: arrow keys walk from there. */
    expect() {
      isExpected = true;
    },
  };
}

/** @param {number[]} sums */
function largest(sums) {
  const sizes = sums.map(Math.abs);
  return sizes.indexOf(Math.max(...sizes));
}

/** @param {readonly (number | null)[]} values null: beyond the edge */
function nineHtml(values) {
  const most = Math.max(...values.map((v) => Math.abs(v ?? 0)), 1e-6);
  return values
    .map((v) => {
      const share = Math.abs(v ?? 0) / most;
      const kind = v === null ? "edge" : v < 0 ? "minus" : "plus";
      return `<span class="${kind}" style="--share:${share.toFixed(2)}">${numbers.short(v ?? 0)}</span>`;
    })
    .join("");
}

function panelHtml() {
  const nines = NINE.map(
    (name) => `<figure><div class="nine" data-nine="${name}"></div><figcaption>${name}</figcaption></figure>`,
  );
  return `<h4><span class="opened-name"></span> <small class="opened-place" aria-live="polite"></small>
      <button type="button" class="loom-button" data-close-map>Close</button></h4>
    <div class="opened-flow">
      <figure class="opened-output"><div></div>
        <figcaption>The map. Click a place, or walk with the arrow keys.</figcaption></figure>
      <figure class="opened-picture"><div></div><figcaption>The picture: what this place sees</figcaption></figure>
      <figure class="opened-input"><div></div><figcaption></figcaption></figure>
      <div class="opened-sums">
        <div class="nines"><div>${nines[0]}<b>×</b>${nines[1]}</div><div><b>=</b>${nines[2]}</div></div>
        <div data-of="sums">
          <label class="loom-slider">Input map <input type="range" data-channel min="0" step="1">
            <output></output></label>
          <canvas class="opened-bars" width="384" height="40" role="img"></canvas>
          <p class="opened-adds"></p>
        </div>
        <ol class="opened-steps"></ol>
      </div>
    </div>
    <div class="opened-exciting"></div>`;
}
