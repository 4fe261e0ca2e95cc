// @ts-check
// The decoders there are, those of each dataset under its title; models that do not ship join.
import {modelSelect} from "../../web/components/datasets/model_select.js";
import {joinedModels} from "../../web/lib/server/joined_models.js";

/** @typedef {import("../types").Decoder} Decoder */

/**
 * @param {HTMLSelectElement} select
 * @param {import("../types").Props} props
 * @param {import("../types").Server} server
 */
export function decoderList(select, {decoders, dataset}, server) {
  const joined = joinedModels(server);
  const known = Object.fromEntries(decoders.map((decoder) => [decoder.name, decoder]));
  const option = (/** @type {Decoder} */ {name, kind, size}, words = name, title = "") => ({
    ...{name, label: `${words}: ${size} numbers`},
    group: title || (kind === "faces" ? kind : dataset.title),
  });
  const models = modelSelect(
    select,
    decoders.map((decoder) => option(decoder)),
  );
  return {
    known,
    joined,
    /** @param {import("../../web/types").SessionModel} model */
    add(model) {
      const {name, words, size, side = 28, fits = false, classifier} = model;
      known[name] = {name, kind: "clothes", side, size, fits, attributes: [], classifier, isListed: name === words};
      joined.join(model);
      models.add(option(known[name], words, model.dataset?.title));
    },
    /** @param {string} model decoders of its dataset, without those that this visitor trained */
    alike: (model) =>
      Object.values(known).filter(
        ({name, kind, isListed = true}) => kind === known[model].kind && isListed && joined.areAlike(name, model),
      ),
  };
}
