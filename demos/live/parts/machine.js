// @ts-check
// The machine in one picture: the model that is chosen, in the sizes that are chosen.
import {machineFold} from "../../web/machine/machine_fold.js";

const SIZES = ["width", "latent_dim"]; // hyperparameters that change the network

/**
 * What the picture is of: the model and its sizes.
 * @param {{model: string, values: import("../types").Values}} state
 */
export function machineKey({model, values}) {
  const sizes = SIZES.filter((name) => name in values).map((name) => [name, values[name]]);
  return JSON.stringify({model, values: Object.fromEntries(sizes)});
}

/**
 * @param {HTMLDetailsElement} fold
 * @param {import("../types").Props["models"]} models
 * @param {import("../types").Server["load_summary"]} call
 */
export function liveMachine(fold, models, call) {
  const picture = machineFold(fold, {load: ({checkpoint}) => call(JSON.parse(checkpoint))});
  return {
    /** @param {{model: string, values: import("../types").Values, data: string}} state */
    show(state) {
      fold.hidden = state.data !== "fashion"; // pictures of a visitor's may have other sizes
      picture.show({name: machineKey(state), title: models[state.model].title});
    },
  };
}
