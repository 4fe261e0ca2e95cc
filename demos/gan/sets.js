// @ts-check
// What the tab shows of a dataset: its GAN, and what names its pictures.

/** @typedef {import("../web/components/datasets/dataset_tab.js").DatasetSet} DatasetSet */

/**
 * The GAN that is shown of those that do not ship: the one that is wanted, else the newest.
 * @param {Pick<DatasetSet, "isShipped" | "models" | "wanted">} set
 */
export const ganOf = ({isShipped, models, wanted}) =>
  isShipped ? undefined : (models.find(({name}) => name === wanted) ?? models.at(-1));

/**
 * @param {import("./types").Props} shipped
 * @param {Pick<DatasetSet, "dataset" | "isFashion" | "isShipped" | "models" | "wanted">} set
 * @returns {import("./types").Props}
 */
export function propsOf(shipped, set) {
  const {dataset, isFashion} = set;
  const gan = ganOf(set);
  if (!gan) return {...shipped, dataset};
  return {
    ...{...shipped, dataset, runs: {[gan.name]: gan.words}, hasFilm: gan.has_film !== false},
    checkpoint: gan.name,
    classifier: isFashion ? shipped.classifier : (gan.classifier ?? null),
  };
}
