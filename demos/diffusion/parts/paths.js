// @ts-check
// 64 paths from noise to clothes, which come a few at a time and are scrubbed here.
import {player} from "../../web/components/player.js";
import {setPending} from "../../web/lib/dom.js";
import {listenToPlayer} from "../../web/lib/input/keys.js";
import {question} from "../../web/lib/question.js";
import {redrawer} from "../../web/lib/redraw.js";
import {ask} from "../../web/lib/server/rpc.js";
import {missingPart, nearestTime, pathsRequest, shownMethods, timeName} from "../paths.js";
import {filmGrid} from "./film_grid.js";

/** @typedef {import("../types").Film} Film */

const RATE = 10; // states a second
const BUSY = "button, input, select"; // use keys themselves
/** @type {Record<string, string>} */
const CAPTIONS = {euler: "Euler", heun: "Heun: asks twice a step"};

/**
 * @param {import("../types").Tab} tab
 * @returns {import("../types").Part & {film: () => Film | null, frame: () => number}}
 */
export function pathsView(tab) {
  const {find, props, server, loadTiles, state, update, choose} = tab;
  const {side, together, methods} = props;
  const count = side ** 2;
  const redraw = redrawer();
  const section = find(".diffusion-view[data-view=paths]");
  /** @type {Record<string, import("./film_grid.js").FilmGrid>} */
  let grids = {};
  const shown = () => shownMethods(state, methods);
  const key = () => JSON.stringify(shown().map((method) => pathsRequest(state, method)));
  const film = () => (state.film?.key === key() ? state.film : null);
  const frame = () => nearestTime(state.film?.times ?? [0], state.t);
  const loading = question({
    call: server.load_paths,
    request() {
      const missing = missingPart(film()?.parts ?? {}, shown(), count / together);
      return missing && {...pathsRequest(state, missing.method), part: missing.part};
    },
    prepare: async ({sprite, columns, times}) => ({times, picture: await loadTiles(sprite, columns)}),
    onAnswer({picture, times, key: asked}) {
      const {method} = JSON.parse(asked);
      const parts = film()?.parts ?? {};
      update({film: {key: key(), times, parts: {...parts, [method]: [...(parts[method] ?? []), picture]}}});
    },
    onError: (problem) => update(film() ? {problem} : {problem, film: null}),
  });
  const time = player(find(".paths-player"), {
    label: "Time",
    rate: RATE,
    paint: (k) => update({t: state.film?.times[k] ?? state.t, isMoving: true}),
    settle: () => update({isMoving: false}),
    name: (k) => (state.film ? timeName(state.film.times, k) : ""),
  });

  const follow = (/** @type {number} */ tile) => choose({tile: (tile + count) % count});
  const rows = {ArrowUp: () => follow(state.tile - 1), ArrowDown: () => follow(state.tile + 1)};
  listenToPlayer(section, {...time.keys, ...rows}, BUSY);

  function drawGrids() {
    const films = section.querySelector(".films");
    films.replaceChildren();
    grids = {};
    for (const method of shown()) {
      const caption = shown().length > 1 ? CAPTIONS[method] : "";
      const label = `${count} paths at the time of the slider, ${CAPTIONS[method]}; click one to follow it`;
      grids[method] = filmGrid(films, {side, size: props.dataset.image_shape[1], label, caption, onPick: follow});
    }
  }

  function paintFrame() {
    for (const [method, grid] of Object.entries(grids)) {
      const parts = state.film?.parts[method] ?? [];
      grid.paint((tile) => {
        const sprite = parts[Math.floor(tile / together)];
        return sprite ? {sprite, i: frame() * together + (tile % together)} : null;
      });
    }
  }

  const progress = () => {
    const parts = Object.values(film()?.parts ?? {}).flat().length;
    const all = count * shown().length;
    return parts * together < all ? `${parts * together} of ${all} paths…` : "";
  };

  return {
    load: () => loading.load(false),
    again() {
      if (state.problem) loading.again(); // what is on its way is not asked for twice
    },
    async prepare(view) {
      for (const method of shownMethods(view, methods))
        for (let part = 0; part < count / together; part++)
          if ((await ask(server.load_paths, {...pathsRequest(view, method), part})).error) return;
    },
    isReady: () => film() !== null,
    film,
    frame,
    play: time.play,
    stop: time.stop,
    render() {
      redraw("grids", [shown().join()], drawGrids);
      for (const {figure} of Object.values(grids)) setPending(figure, !film());
      find(".progress").textContent = state.problem && !film() ? "" : progress();
      if (state.film) time.mark(frame(), state.film.times.length);
      redraw("frame", [state.film, frame(), shown().join()], paintFrame);
      redraw("cell", [state.tile, shown().join()], () => {
        for (const grid of Object.values(grids)) grid.mark(state.tile);
      });
      section.toggleAttribute("data-ready", film() !== null);
      section.toggleAttribute("data-whole", film() !== null && progress() === "");
    },
  };
}
