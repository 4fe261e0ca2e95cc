// @ts-check
// The controls that are plain elements: selects, the seed, examples, and the keys that turn the level.
import {readWholeNumber} from "../web/lib/input/whole_number.js";
import {CLEAN, NOISY, PICTURES, title} from "./state.js";

/** @typedef {import("./state.js").State} State */

/**
 * @param {{find: (selector: string) => any, props: import("./types").Props, state: State,
 *   set: (changes: Partial<State>) => void,
 *   turn: (parameter: number, index: number) => void, settle: () => void}} options
 */
export function listenToControls({find, props, state, set, turn, settle}) {
  const {kinds, seeds} = props;
  const denoisers = [...props.denoisers, ...Object.keys(props.one_noise)];
  const options = (/** @type {string[]} */ names) =>
    names.map((name) => `<option value="${name}">${title(name)}</option>`).join("");
  const onChange = (/** @type {string} */ selector, /** @type {(value: string) => void} */ listener) =>
    find(selector).addEventListener("change", (/** @type {any} */ {target}) => listener(target.value));
  find("[data-left]").innerHTML = options([NOISY, CLEAN, ...denoisers]);
  find("[data-model]").innerHTML = options(denoisers);
  find("[data-seed]").max = seeds - 1;
  onChange("[data-left]", (left) => set({left}));
  onChange("[data-model]", (model) => set({model}));
  onChange("[data-seed]", (typed) => {
    const {number, problem} = readWholeNumber(typed, {name: "seed", high: seeds - 1, before: state.seed});
    set({seed: number, problem});
  });
  find("[data-do=noise]").addEventListener("click", () => set({seed: (state.seed + 1) % seeds}));
  find("[data-do=pictures]").addEventListener("click", () => set({view: PICTURES, preset: null}));
  find(".compare").addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const step = {ArrowUp: 1, ArrowDown: -1}[event.key];
    if (!step || !kinds[state.noise].parameters.length) return;
    event.preventDefault();
    turn(state.parameter, state.at[state.parameter] + step);
    settle();
  });
}
