// @ts-check
// D's score of many pictures, and of the visitor's own.
import {gallery} from "../../web/components/gallery.js";
import {drawingPad} from "../../web/components/pad.js";
import {upload} from "../../web/components/upload.js";
import {fromBase64, toBase64} from "../../web/lib/base64.js";
import {paint} from "../../web/lib/image.js";
import {listenToKeys} from "../../web/lib/input/keys.js";
import {redrawer} from "../../web/lib/redraw.js";
import {ask} from "../../web/lib/server/rpc.js";
import {loadSprite} from "../../web/lib/sprite.js";
import {CHOSEN, chance, FAKE, probability, REAL} from "../scores.js";
import {dotPlot} from "./dot_plot.js";

/** @typedef {import("../types").PictureRequest} PictureRequest */

// probabilities of real, the foremost first
const SCALE = [
  0.5, 0.1, 0.9, 0.01, 0.99, 0.001, 0.999, 0.0001, 0.9999, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.45, 0.55, 0.35, 0.65,
];
const SHEET = 8; // pictures in a row and in a column
const STRIDE = 167; // step through the real images, which lie class by class, that mixes the classes
const GROUPS = [
  {name: "real", color: REAL},
  {name: "made", color: FAKE},
];

/**
 * @param {import("../types").Tab} tab
 * @param {HTMLElement} element
 * @returns {import("../types").Part & {cancel: () => void}} cancel: an upload under way
 */
export function scoreView(tab, element) {
  const {find, props, server, state, sample, update, choose} = tab;
  const {classes, colors, image_shape} = props.dataset;
  const [channels, side] = image_shape;
  const redraw = redrawer();
  let isLoading = false;
  /** @type {ReturnType<typeof gallery> | null} */
  let pictures = null;
  const dots = dotPlot(find(".verdicts"), {
    groups: GROUPS,
    ticks: SCALE.map((p) => ({at: Math.log(p / (1 - p)), name: `${Number((100 * p).toFixed(2))} %`})),
    paint(group, i, canvas) {
      if (group) state.scores?.pictures.paint(i, canvas);
      else sample().sprite.paint(state.scores?.indices[i] ?? 0, canvas);
    },
    onPick: (group, i) =>
      choose({picture: group ? {kind: "fake", fake: i} : {kind: "real", real: state.scores?.indices[i] ?? 0}}),
  });
  const pad = drawingPad(find(".gan-pad"), {
    onRelease: (pixels) => choose({picture: pad.isEmpty ? null : {kind: "pixels", pixels: toBase64(pixels)}}),
  });
  const uploading = upload(element, {
    call: server.read_upload,
    onPixels: (pixels) => choose({view: "score", picture: {kind: "pixels", pixels: toBase64(pixels)}}),
    onError: (problem) => update({problem}),
  });
  pad.resize(props.dataset.image_shape);
  find(".gan-key").innerHTML = keyHtml();
  listenToKeys(
    find(".gan-view[data-view=score]"),
    {ArrowLeft: () => dots.step(-1), ArrowRight: () => dots.step(1)},
    {except: "button, input, select, .pad"},
  );

  async function load() {
    if (state.scores || isLoading) return;
    isLoading = true;
    const answer = await ask(server.load_scores);
    isLoading = false;
    if (answer.error) return update({problem: answer.error});
    update({scores: {...answer, pictures: await loadSprite(answer.sprite, answer.columns, side, channels)}});
  }

  /** @returns {PictureRequest | null} */
  function request() {
    const {scores, picture} = state;
    if (!scores || !picture) return null;
    return picture.kind === "best" ? {kind: "fake", fake: scores.fake.indexOf(Math.max(...scores.fake))} : picture;
  }

  function drawScores() {
    if (!state.scores) return;
    const {real, fake, indices, pictures} = state.scores;
    drawSheet(find("[data-sheet=real]"), (k, canvas) =>
      sample().sprite.paint(indices[(k * STRIDE) % indices.length], canvas),
    );
    drawSheet(find("[data-sheet=fake]"), pictures.paint);
    const [ofReal, ofFake] = [real, fake].map((logits) => chance(probability(median(logits))));
    const label = `Discriminator's scores: the median of the real images is ${ofReal}, of the made ones ${ofFake}`;
    dots.draw([real, fake], label);
  }

  /** @returns {[number, number] | null} the dot of the picture that is shown */
  function shownDot() {
    const shown = request();
    if (shown?.kind === "fake") return [1, shown.fake];
    const i = shown?.kind === "real" ? (state.scores?.indices.indexOf(shown.real) ?? -1) : -1;
    return i < 0 ? null : [0, i];
  }

  function putOnPad() {
    const shown = request();
    if (shown?.kind === "real") pad.put(sample().sprite.pixels(shown.real));
    if (shown?.kind === "fake" && state.scores) pad.put(state.scores.pictures.pixels(shown.fake));
    if (shown?.kind === "pixels" && toBase64(pad.pixels) !== shown.pixels) pad.put(fromBase64(shown.pixels));
  }

  return {
    load,
    prepare: load,
    again() {},
    cancel: uploading.cancel,
    request,
    paint(canvas) {
      paint(canvas, pad.pixels);
    },
    title() {
      const shown = request();
      if (shown?.kind === "fake") return `Made picture ${shown.fake + 1} of ${state.scores?.fake.length}`;
      if (shown?.kind === "real") return `Test image: ${classes[sample().labels[shown.real]]}`;
      return "Your picture";
    },
    render() {
      const {scores, description} = state;
      const shown = request();
      find(".judging").hidden = scores !== null;
      pictures ??= gallery(find(".gallery"), {
        sample: sample(),
        colors,
        onPick: (real) => choose({picture: {kind: "real", real}}),
      });
      pictures.mark(shown?.kind === "real" ? shown.real : -1);
      redraw("scores", [scores], drawScores);
      redraw("pad", [scores, JSON.stringify(shown)], putOnPad);
      const isDescribed = shown !== null && description?.key === JSON.stringify(shown);
      redraw("mark", [scores, JSON.stringify(shown), isDescribed], () => {
        const name = shown?.kind === "pixels" ? "yours" : "this one";
        dots.mark(isDescribed ? {x: description?.logit ?? 0, name} : null, shownDot());
      });
    },
  };
}

/**
 * @param {HTMLCanvasElement} sheet
 * @param {(k: number, canvas: HTMLCanvasElement) => void} paintOne
 */
function drawSheet(sheet, paintOne) {
  const one = document.createElement("canvas");
  for (let k = 0; k < SHEET ** 2; k++) {
    paintOne(k, one);
    if (!k) [sheet.width, sheet.height] = [SHEET * one.width, SHEET * one.height];
    sheet.getContext("2d")?.drawImage(one, (k % SHEET) * one.width, Math.floor(k / SHEET) * one.height);
  }
}

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function keyHtml() {
  const item = (/** @type {string} */ color, /** @type {string} */ label) =>
    `<span style="--color:${color}">${label}</span>`;
  return `${item(REAL, "real test images, stacked up")}${item(FAKE, "made by the generator, stacked down")}
    ${item(CHOSEN, "the chosen picture")}<small>scale: D's probability of real</small>`;
}
