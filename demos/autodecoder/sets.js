// @ts-check
// The auto-decoders that are shown side by side: those that ship, or those of another dataset.
import {askedAbout, isListed} from "../web/components/datasets/dataset_tab.js";
import {nameModels} from "./models.js";
import {answeredHere} from "./parts/answered_here.js";
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
export function propsOf(shipped, {dataset, isShipped, models: joined, wanted}) {
  if (isShipped) return {...shipped, dataset, views: VIEWS, codeSize: 128};
  const rank = (/** @type {DatasetSet["models"][number]} */ model) =>
    model.name === wanted ? 0 : isListed(model) ? 1 : 2;
  const models = [...joined].sort((a, b) => rank(a) - rank(b)).slice(0, MOST);
  nameModels(models);
  return {
    ...{...shipped, dataset, distances: {}, codeSize: models[0].size},
    models: models.map(({name}) => name),
    views: Object.fromEntries(Object.entries(VIEWS).filter(([name]) => !OF_SHIPPED.includes(name))),
  };
}

/**
 * @param {import("./types").Server} server
 * @param {Props} props
 * @param {Pick<DatasetSet, "isShipped" | "loadSample">} set
 */
export function serverOf(server, props, {isShipped, loadSample}) {
  const {models} = props;
  if (isShipped) return answeredHere(server, props, loadSample);
  const one = askedAbout(server, ["encode_picture", "read_upload"], {checkpoint: models[0]});
  return askedAbout(one, ["load_magnitudes", "load_draws", "load_path"], {models});
}
