// @ts-check
// What the tab shows of a dataset: its flow, its classes and how large its pictures are.
import {isListed} from "../web/components/datasets/dataset_tab.js";

/** @typedef {import("../web/components/datasets/dataset_tab.js").DatasetSet} DatasetSet */

/**
 * The flow that is shown of those that do not ship: the one that is wanted, else the newest.
 * @param {Pick<DatasetSet, "isShipped" | "models" | "wanted">} set
 */
export const flowOf = ({isShipped, models, wanted}) =>
  isShipped ? undefined : (models.find(({name}) => name === wanted) ?? models.at(-1));

/**
 * @param {import("./types").Props} shipped
 * @param {Pick<DatasetSet, "dataset" | "isFashion" | "isShipped" | "models" | "wanted">} set
 * @returns {import("./types").SetProps}
 */
export function propsOf(shipped, set) {
  const {dataset, isFashion, isShipped} = set;
  const flow = flowOf(set);
  const {classes, colors, is_labelled: isLabelled} = dataset;
  const hasFilm = flow?.has_film !== false;
  return {
    ...{...shipped, dataset, classes, colors, isLabelled, isShipped, hasFilm},
    flow: flow?.name ?? shipped.flow,
    classifier: flow && !isFashion ? (flow.classifier ?? null) : shipped.classifier,
    checkpoint: flow && isListed(flow) ? flow.name : null,
  };
}
