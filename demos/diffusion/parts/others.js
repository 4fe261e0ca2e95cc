// @ts-check
// The flow beside other models: pictures that each makes of noise of its own, drawn with the same seed.
import {setPending} from "../../web/lib/dom.js";
import {question} from "../../web/lib/question.js";
import {redrawer} from "../../web/lib/redraw.js";
import {filmGrid} from "./film_grid.js";

const SIDE = 4; // pictures in a row
const EXPLANATION = `The same seed is not the same noise: each model draws as many numbers as its code has, so picture 1
  of one has nothing to do with picture 1 of another. The flow walks 20 steps; each of the others asks its network once.
  The Fréchet distance compares 10,000 samples with real images; lower is better.`;

/**
 * @param {import("../types").Tab} tab
 * @param {ReturnType<typeof import("./chosen.js").picturePanel>} panel
 * @returns {import("../types").Part}
 */
export function othersView(tab, panel) {
  const {find, props, server, loadTiles, state, update} = tab;
  const redraw = redrawer();
  const section = find(".diffusion-view[data-view=others]");
  const films = section.querySelector(".films");
  const sampling = question({
    call: server.load_others,
    request: () => ({seed: state.seed}),
    prepare: async ({sprite, columns, models}) => ({columns, models, picture: await loadTiles(sprite, columns)}),
    onAnswer: (others) => update({others}),
    onError: (problem) => update(others() ? {problem} : {problem, others: null}),
  });
  const others = () => (state.others?.key === sampling.key() ? state.others : null);

  function draw(/** @type {import("../types").Others | null} */ shown) {
    films.replaceChildren();
    shown?.models.forEach(({name, numbers, frechet}, row) => {
      const caption = `${name}: ${numbers} numbers, Fréchet distance ${frechet.toFixed(1)}`;
      const grid = filmGrid(films, {
        side: SIDE,
        size: props.dataset.image_shape[1],
        label: `pictures of ${name}`,
        caption,
      });
      grid.paint((i) => ({sprite: shown.picture, i: row * shown.columns + i}));
    });
  }

  return {
    load: () => sampling.load(others() !== null),
    again() {
      if (state.problem) sampling.again();
    },
    isReady: () => others() !== null,
    render() {
      redraw("films", [state.others], () => draw(state.others));
      setPending(films, !others());
      panel.redraw("words", [state.view], () =>
        panel.say({title: "The same seed in four models", captions: [], of: "", explain: EXPLANATION}),
      );
      panel.wait([false, false, false, false]);
      panel.redraw("end", [state.view], () => panel.conclude(null));
      section.toggleAttribute("data-ready", others() !== null);
    },
  };
}
