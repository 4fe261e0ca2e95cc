// @ts-check
// What the tab shows of a dataset: which models, what a map of each can be of, and how many images.
import {isListed} from "../../web/components/datasets/dataset_tab.js";
import {startView} from "../views.js";

/** @typedef {import("../types").SetProps} SetProps */
/** @typedef {import("../../web/components/datasets/dataset_tab.js").DatasetSet} DatasetSet */

const IMAGES_AT_START = 300; // on a map, over all classes
const A_CLASS_AT_START = 30;

/**
 * @param {import("../types").Props} shipped
 * @param {Pick<DatasetSet, "isShipped" | "models" | "wanted">} set
 * @param {import("../../web/types").Dataset & {labels: number[]}} sample of its images
 * @returns {SetProps}
 */
export function propsOf(shipped, {isShipped, models, wanted}, sample) {
  const {
    classes,
    colors,
    shapes,
    is_labelled: isLabelled,
    image_shape: [, side],
  } = sample;
  const counts = classes.map((_, k) => sample.labels.filter((label) => label === k).length);
  const shared = {...shipped, dataset: sample, classes, colors, shapes, isLabelled, side, counts, isShipped};
  if (isShipped) {
    const {checkpoints, layers} = shipped;
    const titles = Object.fromEntries(checkpoints.map((name) => [name, name]));
    return {...shared, titles, listed: checkpoints, startCount: A_CLASS_AT_START, layersOf: () => layers};
  }
  const [fewest] = shipped.per_class;
  const most = Math.max(fewest, ...counts);
  const {name} = models.find((model) => model.name === wanted) ?? models[models.length - 1];
  const coders = models.filter(({size}) => size > 0).map((model) => model.name);
  return {
    ...shared,
    truths: {},
    checkpoints: models.map((model) => model.name),
    checkpoint: name,
    titles: Object.fromEntries(models.map((model) => [model.name, model.words])),
    listed: models.filter(isListed).map((model) => model.name),
    per_class: [fewest, most],
    startCount: Math.max(fewest, Math.min(most, Math.round(IMAGES_AT_START / classes.length))),
    layersOf: (checkpoint) => shipped.own_layers[coders.includes(checkpoint) ? "decoder" : "classifier"],
  };
}

/**
 * The layer of a map that nobody chose one for.
 * @param {SetProps} props
 * @param {string} checkpoint
 */
export const plainLayer = ({layersOf}, checkpoint) =>
  layersOf(checkpoint).find((layer) => layer === "fc1") ?? /** @type {string} */ (layersOf(checkpoint).at(-1));

/**
 * Points on a map.
 * @param {SetProps} props
 * @param {{data: string, n: number}} view
 */
export const pointCount = ({counts, truths}, {data, n}) =>
  data in truths ? 10 * n : counts.reduce((sum, count) => sum + Math.min(count, n), 0);

/**
 * What is shown of a model at first; few images allow no large perplexity.
 * @param {SetProps} props
 * @param {string} checkpoint
 */
export function startOf(props, checkpoint) {
  const view = startView(checkpoint, {layer: plainLayer(props, checkpoint), n: props.startCount});
  const most = pointCount(props, view) - 1;
  return {...view, maps: view.maps.map((map) => ({...map, perplexity: Math.min(most, map.perplexity)}))};
}
