// @ts-check
// The auto-decoders that are shown side by side: those that ship, or those of another dataset.
import {askedAbout, isListed} from "../web/components/datasets/dataset_tab.js";
import {nameModels} from "./models.js";
import {VIEWS} from "./presets.js";

/** @typedef {import("../web/components/datasets/dataset_tab.js").DatasetSet} DatasetSet */
/** @typedef {import("./types").Props} Props */

const MOST = 4; // models side by side
const OF_SHIPPED = ["four", "learned"]; // views that show what ships with the models alone

/**
 * @param {Props} shipped
 * @param {DatasetSet} set
 * @returns {Props}
 */
export function propsOf(shipped, {dataset, isFashion, isShipped, models: joined, wanted}) {
  if (isShipped) return {...shipped, dataset, views: VIEWS, codeSize: 128};
  const rank = (/** @type {DatasetSet["models"][number]} */ model) =>
    model.name === wanted ? 0 : isListed(model) ? 1 : 2;
  const models = [...joined].sort((a, b) => rank(a) - rank(b)).slice(0, MOST);
  nameModels(models);
  return {
    ...{...shipped, dataset, distances: {}, codeSize: models[0].size},
    models: models.map(({name}) => name),
    families: Object.fromEntries(models.map(({name, distribution}) => [name, distribution ?? ""])),
    classifier: isFashion ? shipped.classifier : (models[0].classifier ?? null),
    encoder: "",
    views: Object.fromEntries(Object.entries(VIEWS).filter(([name]) => !OF_SHIPPED.includes(name))),
  };
}

/**
 * The server, asked about these models.
 * @param {import("./types").Server} server
 * @param {Pick<Props, "models">} props
 * @param {Pick<DatasetSet, "isShipped">} set
 */
export function serverOf(server, {models}, {isShipped}) {
  if (isShipped) return server;
  const one = askedAbout(server, ["encode_picture", "read_upload"], {checkpoint: models[0]});
  return askedAbout(one, ["load_magnitudes", "load_draws", "load_path"], {models});
}
