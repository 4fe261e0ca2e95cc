// @ts-check
// What moved the decision of each network: a map over the picture of what speaks for a class and what against it.
// Every class comes with one answer, so that another class is shown at once.
import {heatmap} from "../../web/components/charts/heatmap.js";
import {radioGroup} from "../../web/components/radio_group.js";
import {fromBase64} from "../../web/lib/base64.js";
import {escapeHtml, finder, setPending} from "../../web/lib/dom.js";
import {percent, signed} from "../../web/lib/format.js";
import {likeliest} from "../state.js";

/** @typedef {import("../types").PackedMaps} PackedMaps */

/**
 * @typedef {object} Shown
 * @property {string} method
 * @property {number | null} about class in question; null is the likeliest
 * @property {import("../types").Network[]} networks
 * @property {import("../state.js").Explanation | null} explanation
 * @property {boolean} isPending
 */

/** @type {Record<string, string>} */
const TITLES = {occlusion: "Occlusion", gradient: "Gradient"};
const BRIGHTER = 0.1; // of the full brightness, that a reading of the gradient adds
const EDGE = 1e-7; // probabilities stay so far from 0 and 1

/**
 * A probability after its log-odds have moved.
 * @param {number} probability
 * @param {number} step nats
 */
export function shifted(probability, step) {
  const inside = Math.min(1 - EDGE, Math.max(EDGE, probability));
  return 1 / (1 + Math.exp(-Math.log(inside / (1 - inside)) - step));
}

/**
 * A class's map in nats.
 * @param {PackedMaps} maps
 * @param {number} k class
 */
export function unpackMap({data, scale, side}, k) {
  const all = new Int16Array(fromBase64(data).buffer);
  return Array.from(all.subarray(k * side * side, (k + 1) * side * side), (v) => v * scale);
}

/**
 * @param {HTMLElement} root
 * @param {import("../types").Props} props
 * @param {{onMethod: (method: string) => void, onAbout: (k: number | null) => void}} events
 */
export function attribution(root, {networks, dataset, methods, patch, dab}, {onMethod, onAbout}) {
  const {
    classes,
    image_shape: [, side],
  } = dataset;
  root.classList.add("loom-attribution");
  root.innerHTML = frameHtml(networks, classes);
  const find = finder(root);
  const select = find("select");
  const reading = find(".attribution-read");
  const figures = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("figure")]);
  const method = radioGroup(find("[data-method]"), Object.fromEntries(methods.map((m) => [m, TITLES[m]])), onMethod);
  /** @type {Record<string, string>} */
  const hints = {
    occlusion: `A grey square of ${patch} × ${patch} pixels covers one place after another. The map shows by how much
      the class's log-odds fall.`,
    gradient: `The slope of the class's log-odds: what a little more brightness on ${dab} × ${dab} pixels would do.
      Paint where it is orange.`,
  };
  /** @type {Shown | null} */
  let shown = null;
  /** @type {number[][]} */
  const values = []; // by network, the map of the class in question

  const classShown = (/** @type {number} */ n) => shown?.about ?? likeliest(shown?.explanation?.probs[n] ?? []);
  const rest = () => {
    const isWorking = !shown?.explanation || shown.isPending;
    reading.textContent = isWorking ? "…" : "Point at a place, or step there with the arrow keys.";
  };
  const read = (/** @type {number} */ n, /** @type {number} */ cell) => {
    if (!shown?.explanation) return;
    const isOcclusion = shown.method === "occlusion";
    const now = shown.explanation.probs[n][classShown(n)];
    const step = (isOcclusion ? -1 : BRIGHTER) * values[n][cell];
    const what = isOcclusion ? "covered here" : "a dab here 10 % brighter";
    const change = `${percent(now)} → ${percent(shifted(now, step))} (${signed(step, 2)} nats)`;
    reading.textContent = `${shown.networks[n].title}, ${what}: ${classes[classShown(n)]} ${change}`;
  };
  const heats = networks.map(({title}, n) => {
    const place = /** @type {HTMLElement} */ (figures[n].querySelector("div"));
    return heatmap(place, {label: title, onRead: (cell) => read(n, cell), onLeave: rest});
  });
  const draw = (/** @type {number} */ n) => {
    if (!shown) return;
    const {explanation, networks: compared} = shown;
    const {title} = compared[n];
    const [name, words] = figures[n].querySelectorAll("figcaption > *");
    name.textContent = title;
    words.textContent = "";
    if (!explanation) {
      heats[n].draw(new Uint8Array(side * side), null, {side, most: 1, box: dab});
      return heats[n].describe(`${title}: no picture yet`);
    }
    const k = classShown(n);
    const said = `${classes[k]} ${percent(explanation.probs[n][k])}`;
    const box = shown.method === "occlusion" ? patch : dab;
    values[n] = unpackMap(explanation.maps[n], k);
    const most = Math.max(...values[n].map(Math.abs));
    heats[n].draw(explanation.pixels, values[n], {side: explanation.maps[n].side, most, box});
    words.textContent = said;
    heats[n].describe(`${title}: what speaks for ${said}, and what against it; arrow keys read it`);
  };
  select.addEventListener("change", () => onAbout(select.value === "" ? null : Number(select.value)));
  rest();
  return {
    /** @param {Shown} next */
    show(next) {
      shown = next;
      method.at = next.method;
      select.value = next.about ?? "";
      find(".loom-hint").textContent = hints[next.method];
      for (const n of networks.keys()) draw(n);
      setPending(find(".attribution-pair"), next.isPending);
      if (next.isPending || reading.textContent === "…") rest();
      if (next.explanation && !next.isPending) root.dataset.shown = next.method;
      else delete root.dataset.shown;
    },
  };
}

/**
 * @param {import("../types").Network[]} networks
 * @param {string[]} classes
 */
function frameHtml(networks, classes) {
  const options = classes.map((name, k) => `<option value="${k}">${escapeHtml(name)}</option>`).join("");
  const figure = "<figure><div></div><figcaption><b></b> <span></span></figcaption></figure>";
  return `<div class="loom-tools"><div aria-label="How it is found" data-method></div>
      <label class="loom-check">for <select aria-label="Class in question">
        <option value="">the likeliest class</option>${options}</select></label></div>
    <div class="attribution-pair">${figure.repeat(networks.length)}</div>
    <p class="attribution-read" aria-live="polite"></p>
    <p class="key"><span style="--color:#ff961e">speaks for it</span>
      <span style="--color:#3c96ff">speaks against it</span></p>
    <p class="loom-hint"></p>`;
}
