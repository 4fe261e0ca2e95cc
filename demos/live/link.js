// @ts-check
// The link of a run: its model, the values that are not the defaults, and whether it plays at once.
import {flag, integer, number, oneOf, urlState} from "../web/lib/url_state.js";

/** @typedef {import("./types").Props} Props */

export const DATA = {fashion: "Fashion-MNIST", draw: "Draw a set", files: "From files"};

/**
 * The schema of one model's links; models differ in their hyperparameters.
 * @param {Props} props
 * @param {string} model
 */
function linkOf({models, hyperparameters}, model) {
  const {defaults} = models[model];
  const fields = Object.entries(defaults).map(([name, fallback]) => {
    const {low, high, whole} = hyperparameters[name];
    return [name, (whole ? integer : number)({min: low, max: high, fallback})];
  });
  return urlState({
    tab: "live",
    fields: {
      model: oneOf(Object.keys(models)),
      data: oneOf(Object.keys(DATA)),
      .../** @type {any} */ (Object.fromEntries(fields)),
      play: flag(),
    },
  });
}

/**
 * What the page's address asks for.
 * @param {Props} props
 * @param {URLSearchParams} [query]
 */
export function readLink(props, query) {
  const first = Object.keys(props.models)[0];
  const {model} = linkOf(props, first).read(query).state;
  const {state, problems} = linkOf(props, model).read(query);
  const {play, data, ...rest} = state;
  const values = Object.fromEntries(Object.keys(props.models[model].defaults).map((name) => [name, rest[name]]));
  return {model, data, values, play: play === true, problems};
}

/**
 * @param {Props} props
 * @param {{model: string, data: string, values: Record<string, number>, play: boolean}} state
 */
export function writeLink(props, {model, data, values, play}) {
  const {defaults} = props.models[model];
  const changed = Object.entries(values).filter(([name, value]) => value !== defaults[name]);
  return linkOf(props, model).write({
    model,
    data: data === "fashion" ? null : data,
    ...Object.fromEntries(changed),
    play: play ? true : null,
  });
}
