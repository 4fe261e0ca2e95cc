// @ts-check
// What the curves of each model show, as data for the charts, words for their keys, and rows of a CSV file.
import {compact} from "../../web/lib/format.js";

/** @typedef {import("../types").Snapshot} Snapshot */
/** @typedef {{name: string, color: string, read: (snapshot: Snapshot) => number | null}} Curve */
/**
 * @typedef {{title: string, curves: Curve[], log?: boolean, isShare?: boolean, needsClassifier?: boolean}} Chart
 *   needsClassifier: is drawn of clothes alone, which a shipped classifier knows
 */

const TRAIN = "#cc6677";
const HELD_OUT = "#2a9d8f";
const THIRD = "#4477cc";
const ROUND_ENDS = [1, 2, 5, 10, 20, 50, 100, 200]; // passes at which the axis ends while curves grow

/** @type {(name: string, color: string, key: string) => Curve} */
const loss = (name, color, key) => ({name, color, read: ({losses}) => losses[key] ?? null});
/** @type {(name: string, color: string, key: string) => Curve} */
const metric = (name, color, key) => ({name, color, read: ({metrics}) => metrics?.[key] ?? null});
/** @type {(key: string) => Curve[]} */
const heldOutAndTraining = (key) => [
  metric("held out", HELD_OUT, `validation_${key}`),
  metric("training", THIRD, `training_${key}`),
];

/** @type {Chart} */
const ERRORS = {
  title: "mean squared error",
  log: true,
  curves: [loss("batches", TRAIN, "mse"), ...heldOutAndTraining("mse")],
};
/** @type {Chart} */
const RATE = {
  title: "learning rate",
  curves: [{name: "learning rate", color: THIRD, read: ({step, learning_rate}) => (step ? learning_rate : null)}],
};

/**
 * Divergences of the numbers of a VAE's codes, in nats; null of other models, and where one of them is no number.
 * @param {Snapshot | undefined} snapshot
 * @returns {number[] | null}
 */
export const natsOf = (snapshot) =>
  snapshot?.nats?.every((v) => v !== null) ? /** @type {number[]} */ (snapshot.nats) : null;

const sum = (/** @type {number[] | null} */ values) => values?.reduce((a, b) => a + b, 0) ?? null;

/** @type {Record<string, Chart[]>} */
export const CHARTS = {
  cae: [ERRORS, RATE],
  vae: [
    ERRORS,
    {
      title: "KL from N(0, I) in nats, of an image",
      curves: [
        {name: "test images, all numbers of the code", color: HELD_OUT, read: (snapshot) => sum(natsOf(snapshot))},
      ],
    },
  ],
  denoiser: [
    {title: "loss in decibels (lower is better)", curves: [loss("batches", TRAIN, "decibel")]},
    {title: "PSNR in dB (higher is better)", curves: heldOutAndTraining("psnr")},
  ],
  classifier: [
    {
      title: "cross-entropy in nats",
      log: true,
      curves: [loss("batches", TRAIN, "cross_entropy"), ...heldOutAndTraining("cross_entropy")],
    },
    {title: "accuracy", isShare: true, curves: heldOutAndTraining("accuracy")},
  ],
  autodecoder: [ERRORS, RATE],
  gan: [
    {
      title: "losses in nats",
      curves: [loss("discriminator", HELD_OUT, "discriminator"), loss("generator", TRAIN, "generator")],
    },
    {
      title: "samples against held-out images",
      isShare: true,
      needsClassifier: true,
      curves: [
        metric("precision", HELD_OUT, "validation_precision"),
        metric("recall", THIRD, "validation_recall"),
        metric("commonest class", TRAIN, "validation_commonest_class"),
      ],
    },
  ],
};

/**
 * A chart's lines over passes; null where there is nothing to draw yet.
 * @param {Chart} chart
 * @param {Snapshot[]} snapshots
 * @param {number} epochs wanted
 * @returns {import("../../web/components/charts/line_geometry.js").LineData | null}
 */
export function chartData({curves, log = false, isShare = false}, snapshots, epochs) {
  const x = snapshots.map(({epoch}) => epoch);
  const last = x.at(-1) ?? 0;
  const series = curves.map(({name, color, read}) => ({name, color, values: snapshots.map(read)}));
  const known = series.flatMap(({values}) => values.filter((v) => v !== null && (!log || v > 0)));
  if (!known.length) return null;
  const end = Math.min(epochs, ROUND_ENDS.find((n) => n >= last) ?? epochs) || 1;
  return {
    x,
    series,
    log,
    zero: true,
    xName: "",
    xColumn: "pass",
    until: Math.max(end, last),
    range: isShare ? [Math.min(0.5, .../** @type {number[]} */ (known)), 1] : undefined,
    format: (v) => (v === null || v === undefined ? "…" : compact(v)),
  };
}

/**
 * The curves' values at a snapshot, as HTML; metrics are measured now and then, and the last ones stand.
 * @param {Chart} chart
 * @param {Snapshot[]} snapshots
 * @param {number} at
 */
export function keyHtml({curves, isShare}, snapshots, at) {
  return curves
    .map(({name, color, read}) => {
      const value = snapshots
        .slice(0, at + 1)
        .map(read)
        .findLast((v) => v !== null);
      const words = (/** @type {number} */ v) => (isShare ? `${(100 * v).toFixed(1)} %` : compact(v));
      return `<span style="--color:${color}">${name} <b>${typeof value === "number" ? words(value) : ""}</b></span>`;
    })
    .join("");
}

/**
 * @param {Chart[]} charts
 * @param {Snapshot[]} snapshots
 */
export function curvesCsv(charts, snapshots) {
  const columns = charts.flatMap(({title, curves}) => curves.map(({name, read}) => ({title, name, read})));
  const head = ["batch", "pass", "seconds", ...columns.map(({title, name}) => `"${title}: ${name}"`)];
  const rows = snapshots.map((snapshot) => {
    const {step, epoch, seconds} = snapshot;
    return [step, epoch, seconds, ...columns.map(({read}) => read(snapshot) ?? "")];
  });
  return `${[head, ...rows].map((row) => row.join(",")).join("\n")}\n`;
}
