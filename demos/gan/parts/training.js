// @ts-check
// The training as a film: one picture of all snapshots, scrubbed here.
import {lineChart} from "../../web/components/charts/line_chart.js";
import {nearestIndex} from "../../web/components/charts/line_geometry.js";
import {player} from "../../web/components/player.js";
import {listenToPlayer} from "../../web/lib/input/keys.js";
import {rovingFocus} from "../../web/lib/input/roving_focus.js";
import {redrawer} from "../../web/lib/redraw.js";
import {remembered} from "../../web/lib/server/remembered.js";
import {ask} from "../../web/lib/server/rpc.js";
import {loadSprite} from "../../web/lib/sprite.js";
import {lossData} from "../losses.js";
import {classCounts} from "./class_counts.js";

/** @typedef {import("../types").Film} Film */

const RATE = 6; // snapshots a second
const CHART_HEIGHT = 186;
const BUSY = "button, input, select, .pad"; // use keys themselves

/**
 * @param {import("../types").Tab} tab
 * @returns {import("../types").Part}
 */
export function trainingView(tab) {
  const {find, props, server, state, update, choose} = tab;
  const {tiles, dataset} = props;
  const [, side] = dataset.image_shape; // pixels of a picture
  const redraw = redrawer();
  const strip = find(".gan-strip");
  const stripFocus = rovingFocus(strip);
  const canvas = find(".film");
  /** @type {Set<string>} */
  const loading = new Set();
  const loadFilm = remembered(server.load_film, 2); // one asked for ahead, beside one on its way
  const slider = player(find(".training-player"), {
    label: "Moment of the training",
    rate: RATE,
    paint: (snapshot) => update({snapshot, isMoving: true}),
    settle: () => update({isMoving: false}),
    name: (k) => (film() ? snapshotName(film(), k) : ""),
  });
  const losses = lineChart(find(".losses"), {
    label: "Losses",
    height: CHART_HEIGHT,
    key: true,
    onSeek: (_, epoch, held) => slider.go(nearestIndex(film().epochs, epoch), held),
  });

  const counts = classCounts(find(".gan-classes"), {
    ...dataset,
    pictures: tiles ** 2,
    onPick: (k) => slider.go(k),
  });

  const film = () => state.films[state.run];
  const tile = () => (state.tile === "closest" ? film().closest : state.tile);
  const snapshot = () => {
    const last = film().steps.length - 1;
    return state.snapshot < 0 ? last : Math.min(last, state.snapshot);
  };
  /** A picture's place among all of the film's, row by row. */
  const tilePlace = (/** @type {number} */ k) => {
    const {columns} = film();
    const row = Math.floor(k / columns) * tiles + Math.floor(tile() / tiles);
    return (row * columns + (k % columns)) * tiles + (tile() % tiles);
  };

  async function load(/** @type {string} */ run) {
    if (state.films[run] || loading.has(run)) return;
    loading.add(run);
    const answer = await ask(loadFilm, {run});
    if (answer.error) return update({problem: answer.error});
    const snapshots = await loadSprite(answer.sprite, answer.columns, side * tiles);
    const pictures = await loadSprite(answer.sprite, answer.columns * tiles, side);
    update({films: {...state.films, [run]: {...answer, snapshots, pictures}}});
  }

  function drawFilm() {
    losses.draw(lossData(film()));
    strip.innerHTML = film()
      .steps.map((_, k) => {
        const label = `moment ${k + 1}, ${when(film(), k)}`;
        return `<button type="button" data-snapshot="${k}" title="epoch ${film().epochs[k]}" aria-label="${label}">
          <canvas width="28" height="28"></canvas></button>`;
      })
      .join("");
    stripFocus.reset();
  }

  function drawTile() {
    const cell = find(".cell");
    cell.hidden = false;
    cell.style.left = `${(100 / tiles) * (tile() % tiles)}%`;
    cell.style.top = `${(100 / tiles) * Math.floor(tile() / tiles)}%`;
    find(".strip-title").textContent = `Code ${tile() + 1} through the training`;
    [...strip.children].forEach((button, k) => {
      film().pictures.paint(tilePlace(k), button.querySelector("canvas"));
    });
  }

  function drawSnapshot() {
    const k = snapshot();
    film().snapshots.paint(k, canvas);
    canvas.setAttribute("aria-label", `${tiles ** 2} pictures made of the same codes ${when(film(), k)}`);
    losses.markAt(film().epochs[k]);
    strip.querySelector("[aria-current]")?.removeAttribute("aria-current");
    strip.children[k]?.setAttribute("aria-current", "true");
  }

  const follow = (/** @type {number} */ next) => {
    slider.stop();
    choose({tile: (next + tiles ** 2) % tiles ** 2});
  };
  canvas.addEventListener("click", (/** @type {MouseEvent} */ {clientX, clientY}) => {
    if (!film()) return;
    const box = canvas.getBoundingClientRect();
    const cell = (/** @type {number} */ share) => Math.max(0, Math.min(tiles - 1, Math.floor(share * tiles)));
    follow(cell((clientY - box.top) / box.height) * tiles + cell((clientX - box.left) / box.width));
  });
  strip.addEventListener("click", (/** @type {MouseEvent} */ {target}) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest("[data-snapshot]"));
    if (button) slider.go(Number(button.dataset.snapshot));
  });
  const rows = {
    ArrowUp: () => film() && follow(tile() - 1),
    ArrowDown: () => film() && follow(tile() + 1),
  };
  listenToPlayer(find(".gan-view[data-view=training]"), {...slider.keys, ...rows}, BUSY);

  return {
    load: () => load(state.run),
    prepare: ({run}) => load(run),
    again: () => loading.clear(),
    isReady: () => Boolean(film()),
    play: slider.play,
    stop: slider.stop,
    request: () => (film() ? {kind: "film", run: state.run, snapshot: snapshot(), tile: tile()} : null),
    paint: (picture) => film().pictures.paint(tilePlace(snapshot()), picture),
    title: () => `Code ${tile() + 1}, ${when(film(), snapshot())}`,
    render() {
      for (const part of [find(".gan-grid"), find(".losses"), strip, find(".gan-classes")])
        part.toggleAttribute("data-pending", !film());
      if (!film()) return;
      slider.mark(snapshot(), film().steps.length);
      counts.show(film(), snapshot());
      redraw("film", [film()], drawFilm);
      redraw("tile", [film(), tile()], drawTile);
      redraw("snapshot", [film(), snapshot()], drawSnapshot);
    },
  };
}

/**
 * @param {Film} film
 * @param {number} k
 */
const when = ({steps}, k) => (k ? `after ${steps[k].toLocaleString("en")} steps` : "before any training");

/**
 * @param {Film} film
 * @param {number} k
 */
function snapshotName({steps, epochs}, k) {
  const epoch = epochs[k].toFixed(epochs[k] < 1 ? 2 : 1);
  return `moment ${k + 1} of ${steps.length}: epoch ${epoch}, step ${steps[k].toLocaleString("en")}`;
}
