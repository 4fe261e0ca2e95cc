// @ts-check
// What the variational auto-decoders learned of a training image's code, number by number, and draws from it.

import {lineChart} from "../../web/components/charts/line_chart.js";
import {gallery} from "../../web/components/gallery.js";
import {radioGroup} from "../../web/components/radio_group.js";
import {listenToKeys} from "../../web/lib/input/keys.js";
import {redrawer} from "../../web/lib/redraw.js";
import {ask} from "../../web/lib/server/rpc.js";
import {loadSprite} from "../../web/lib/sprite.js";
import {INKS, NAMES, nameHtml, namesOf} from "../models.js";
import {question} from "../question.js";
import {densityCurves, orderOf} from "./distributions.js";
import {latentDistributions} from "./latent_distributions.js";

const GREY = "#8a8f98";

/**
 * @param {import("../types").Tab} tab
 * @returns {import("../types").Part & {jump: (place: number) => void}}
 */
export function learnedView(tab) {
  const {find, props, server, state, update, choose} = tab;
  const {draws} = props;
  const {classes, colors} = props.dataset;
  const families = familiesOf(props.models);
  const redraw = redrawer();
  const sheet = find(".auto-draws .auto-sheet");
  const familyChoice = radioGroup(find("[data-family]"), namesOf(families), (family) => {
    choose({family, dimension: null});
  });
  const density = lineChart(find("[data-chart=density]"), {label: "Density of one number of the code"});
  const distributions = latentDistributions(find(".auto-dimensions"), {onPick: (dimension) => update({dimension})});
  const learned = question(tab, {
    slot: "learned",
    call: server.load_learned,
    request: () => ({image: state.training, seed: state.drawSeed}),
    parts: () => [find(".auto-dimensions"), find(".auto-density"), sheet],
  });
  /** @type {ReturnType<typeof gallery> | null} */
  let pictures = null;
  let isLoading = false;

  async function loadTraining() {
    if (isLoading) return;
    isLoading = true;
    const answer = await ask(server.load_training);
    isLoading = false;
    if (answer.error) return update({problem: answer.error});
    const {labels} = answer;
    const sprite = await loadSprite(answer.sprite, answer.columns);
    const trainingImages = {...answer, sprite, classes, noun: "training image", index: [...labels.keys()]};
    pictures = gallery(find(".training"), {
      sample: trainingImages,
      colors,
      onPick: (training) => choose({training, dimension: null}),
    });
    update({trainingImages, training: Math.min(state.training, labels.length - 1)});
  }

  /** Of the family that is shown. */
  function shown() {
    if (!state.learned) return null;
    const f = families.indexOf(state.family);
    const [mean, std, nats] = [state.learned.mean[f], state.learned.std[f], state.learned.nats[f]];
    return {mean, std, nats, order: orderOf(nats, state.sort === "nats")};
  }

  function drawDistributions() {
    const all = shown();
    const {family} = state;
    if (all) distributions.draw({...all, family, name: NAMES[family], ink: INKS[family]});
  }

  function drawDimension() {
    const all = shown();
    if (!all) return;
    const k = Math.min(state.dimension ?? all.order[0], all.mean.length - 1);
    const [mean, std] = [all.mean[k], all.std[k]];
    const {x, learned: values, prior} = densityCurves(state.family, mean, std);
    distributions.mark(k);
    find(".dimension").textContent =
      `z${k + 1}: mean ${mean.toFixed(2)}, spread ${std.toFixed(2)}, ${all.nats[k].toFixed(2)} nats from the prior`;
    density.draw({
      x,
      xName: `value of z${k + 1}`,
      zero: true,
      series: [
        {name: "prior", values: prior, color: GREY, dashed: true},
        {name: "learned", values, color: INKS[state.family]},
      ],
    });
  }

  function drawSheet() {
    if (!state.learned || !state.trainingImages) return;
    const {picture} = state.learned;
    const titles = Array.from({length: draws}, (_, k) => `<span>${k + 1}</span>`);
    const rows = families.map((family) => rowHtml(family, 2 + draws));
    sheet.innerHTML = `<div><span></span><span>image</span><span>mean</span>${titles.join("")}</div>${rows.join("")}`;
    [...sheet.children].slice(1).forEach((row, f) => {
      const [image, ...decoded] = row.querySelectorAll("canvas");
      state.trainingImages?.sprite.paint(state.training, image);
      decoded.forEach((/** @type {HTMLCanvasElement} */ canvas, /** @type {number} */ k) =>
        picture.paint(f * (1 + draws) + k, canvas),
      );
    });
  }

  const walk = (/** @type {number} */ by) => {
    const order = shown()?.order;
    if (!order) return;
    const at = order.indexOf(state.dimension ?? order[0]);
    choose({dimension: order[(at + by + order.length) % order.length]});
  };
  listenToKeys(
    find(".auto-main > [data-only=learned]"),
    {ArrowLeft: () => walk(-1), ArrowRight: () => walk(1)},
    {except: "button, input, select"},
  );
  find("[data-sort]").addEventListener("change", () => choose({sort: find("[data-sort]").value}));

  return {
    load() {
      if (state.trainingImages) learned.load();
      else loadTraining();
    },
    again: learned.again,
    isReady: () => state.trainingImages !== null && learned.isReady(),
    render() {
      familyChoice.at = state.family;
      find("[data-sort]").value = state.sort;
      pictures?.mark(state.training);
      learned.mark();
      redraw("sheet", [state.learned], drawSheet);
      redraw("distributions", [state.learned, state.family, state.sort], drawDistributions);
      redraw("dimension", [state.learned, state.family, state.sort, state.dimension], drawDimension);
    },
    /** To the number that is farthest from its prior, 0, or nearest, -1. */
    jump(place) {
      const all = shown();
      if (all) choose({dimension: orderOf(all.nats, true).at(place) ?? null});
    },
  };
}

/** @param {string[]} models those that learn distributions */
export const familiesOf = (models) => models.filter((model) => model !== "ad");

/**
 * @param {string} family
 * @param {number} count pictures
 */
function rowHtml(family, count) {
  const canvas = `<canvas width="28" height="28" role="img" aria-label="${NAMES[family]}"></canvas>`;
  return `<div><span>${nameHtml(family).replace(" VAD", "")}</span>${canvas.repeat(count)}</div>`;
}
