// @ts-check
// The visitor's picture, noised to several times and brought back from each.
import {gallery} from "../../web/components/gallery.js";
import {drawingPad} from "../../web/components/pad.js";
import {player} from "../../web/components/player.js";
import {upload} from "../../web/components/upload.js";
import {fromBase64, toBase64} from "../../web/lib/base64.js";
import {setPending} from "../../web/lib/dom.js";
import {paint} from "../../web/lib/image.js";
import {listenToPlayer} from "../../web/lib/input/keys.js";
import {rovingFocus} from "../../web/lib/input/roving_focus.js";
import {question} from "../../web/lib/question.js";
import {redrawer} from "../../web/lib/redraw.js";
import {ask} from "../../web/lib/server/rpc.js";
import {guided, isClassified, nearestTime, prediction, settledFrom} from "../paths.js";

/**
 * @typedef {import("../types").ReturnRequest} ReturnRequest
 * @typedef {import("../types").Return} Return
 */

const RATE = 4; // times a second
const BUSY = "button, input, select, .pad"; // use keys themselves

/**
 * @param {import("../types").Tab} tab
 * @param {ReturnType<typeof import("./chosen.js").picturePanel>} panel
 * @param {HTMLElement} element
 * @returns {import("../types").Part}
 */
export function pictureView(tab, panel, element) {
  const {find, props, server, loadTiles, state, sample, update, choose} = tab;
  const {classes, colors, returns} = props;
  const redraw = redrawer();
  const strip = find(".diffusion-returns");
  const stripFocus = rovingFocus(strip);
  const section = find(".diffusion-view[data-view=picture]");
  /** @type {ReturnType<typeof gallery> | null} */
  let pictures = null;
  const returning = question({
    call: server.bring_back,
    request: () => returnRequest(state),
    prepare: async ({sprite, columns, probs}) => ({columns, probs, picture: await loadTiles(sprite, columns)}),
    onAnswer: (returned) => update({returned}),
    onError: (problem) => update(returned() ? {problem} : {problem, returned: null}),
  });
  const returned = () => (state.returned && state.returned.key === returning.key() ? state.returned : null);
  const at = () => nearestTime(returns, state.from);
  const time = player(find(".return-player"), {
    label: "Noised to the time",
    rate: RATE,
    paint: (k) => update({from: returns[k], isMoving: true}),
    settle: () => update({isMoving: false}),
    name: (k) => `noised to t = ${returns[k].toFixed(1)}`,
  });
  const pad = drawingPad(find(".diffusion-pad"), {
    size: props.dataset.image_shape[1],
    onRelease: (pixels) => choose({picture: pad.isEmpty ? null : {kind: "pixels", pixels: toBase64(pixels)}}),
  });
  const uploading = upload(element, {
    call: server.read_upload,
    onPixels: (pixels) => choose({view: "picture", picture: {kind: "pixels", pixels: toBase64(pixels)}}),
    onError: (problem) => update({problem}),
  });
  listenToPlayer(section, time.keys, BUSY);

  strip.innerHTML = returns
    .map((t, k) => {
      const label = `noised to t = ${t.toFixed(1)}, and what comes back`;
      return `<button type="button" data-k="${k}" aria-label="${label}" title="t = ${t.toFixed(1)}">
        <canvas width="28" height="28"></canvas><canvas width="28" height="28"></canvas><small>${t.toFixed(1)}</small>
        </button>`;
    })
    .join("");
  stripFocus.reset();
  strip.addEventListener("click", (/** @type {MouseEvent} */ {target}) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest("[data-k]"));
    if (button) time.go(Number(button.dataset.k));
  });

  function drawStrip(/** @type {Return} */ {picture, columns}) {
    [...strip.children].forEach((button, k) => {
      const [above, below] = button.querySelectorAll("canvas");
      picture.paint(k, above);
      picture.paint(columns + k, below);
    });
  }

  function putOnPad() {
    const {picture} = state;
    if (picture?.kind === "real") pad.put(sample().sprite.pixels(picture.real));
    if (picture?.kind === "pixels" && toBase64(pad.pixels) !== picture.pixels) pad.put(fromBase64(picture.pixels));
  }

  function conclude(/** @type {Return | null} */ there) {
    if (!there) return panel.conclude(state.picture ? "" : "Draw something, or take a picture.");
    if (!isClassified(there.probs)) return panel.conclude(null);
    const {label} = prediction(there.probs[there.probs.length - 1]);
    const since = returns[settledFrom(there.probs)];
    const words = since
      ? `Noised to t = ${since.toFixed(1)} or later, it comes back as`
      : "From any time it comes back as";
    return panel.conclude(`${words} what the classifier predicts for the picture itself: ${classes[label]}.`);
  }

  return {
    load: () => returning.load(returned() !== null),
    again() {
      if (state.problem) returning.again();
    },
    prepare(view) {
      const request = returnRequest(view);
      if (request) ask(server.bring_back, request);
    },
    isReady: () => returned() !== null,
    play: time.play,
    stop: time.stop,
    cancel: uploading.cancel,
    render() {
      const there = returned();
      const k = at();
      pictures ??= gallery(find(".diffusion-own .gallery"), {
        sample: sample(),
        colors,
        onPick: (real) => choose({picture: {kind: "real", real}}),
      });
      pictures.mark(state.picture?.kind === "real" ? state.picture.real : -1);
      redraw("pad", [JSON.stringify(state.picture)], putOnPad);
      time.mark(k, returns.length);
      setPending(strip, !there);
      strip.toggleAttribute("data-empty", !there && !state.picture);
      redraw("strip", [there], () => there && drawStrip(there));
      redraw("at", [k], () => {
        strip.querySelector("[aria-current]")?.removeAttribute("aria-current");
        strip.children[k].setAttribute("aria-current", "true");
      });
      panel.redraw("words", [state.view, JSON.stringify(state.picture)], () =>
        panel.say({
          title: title(),
          captions: ["the picture", "noised", "brought back"],
          of: "for what comes back",
          explain: "Noised is (1 − t) noise + t picture. What noise has covered, the network invents anew.",
        }),
      );
      panel.wait([false, !there, !there, !there]);
      panel.redraw("figures", [state.view, there, k, JSON.stringify(state.picture)], () => {
        const [first, second, third] = panel.canvases;
        paint(first, pad.pixels);
        there?.picture.paint(k, second);
        there?.picture.paint(there.columns + k, third);
      });
      panel.redraw("end", [state.view, there, state.picture], () => conclude(there));
      panel.redraw("classes", [state.view, there, k], () => panel.classify(there?.probs[k] ?? null));
      section.toggleAttribute("data-ready", there !== null);
    },
  };

  function title() {
    const {picture} = state;
    return picture?.kind === "real" ? `Test image: ${classes[sample().labels[picture.real]]}` : "Your picture";
  }
}

/**
 * @param {Pick<import("../types").View, "picture" | "seed" | "label" | "guidance">} view
 * @returns {ReturnRequest | null} null without a picture
 */
function returnRequest({picture, ...rest}) {
  if (!picture) return null;
  const asked = guided(rest);
  return picture.kind === "real" ? {...asked, real: picture.real} : {...asked, pixels: picture.pixels};
}
