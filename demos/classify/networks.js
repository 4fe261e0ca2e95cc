// @ts-check
// The networks that Classify compares: those that ship, or those of another dataset.

import {isListed} from "../web/components/datasets/dataset_tab.js";

/** @typedef {import("../web/components/datasets/dataset_tab.js").DatasetSet} DatasetSet */

const MOST = 3; // compared at a time

/**
 * @param {import("./types").Network[]} shipped which stand beside others that know their pictures
 * @param {Pick<DatasetSet, "isFashion" | "isShipped" | "models" | "wanted">} set
 * @returns {import("./types").Network[]} the one that is wanted first
 */
export function networksOf(shipped, {isFashion, isShipped, models, wanted}) {
  if (isShipped) return shipped;
  const first = models.filter(({name}) => name === wanted);
  const others = models.filter((model) => isListed(model) && model.name !== wanted);
  return [...[...first, ...others].map(asNetwork), ...(isFashion ? shipped : [])].slice(0, MOST);
}

/**
 * @param {import("../web/types").SessionModel} model
 * @returns {import("./types").Network}
 */
export const asNetwork = (model) => ({
  name: model.name,
  title: model.words,
  isOther: isListed(model),
  ...(!isListed(model) && {isSessionModel: true}),
});
