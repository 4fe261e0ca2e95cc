// @ts-check
// The tab once for each dataset: its models, and its images, which come before anything is drawn.
import {askedAbout, datasetTab} from "../../web/components/datasets/dataset_tab.js";
import {finder} from "../../web/lib/dom.js";
import {notice} from "../../web/lib/notice.js";
import {loadPlotly} from "../../web/lib/plots/plotly.js";
import {propsOf} from "./sets.js";

/** @typedef {import("../../web/components/datasets/dataset_tab.js").DatasetSet} DatasetSet */
/**
 * @typedef {object} FeatureSet
 * @property {import("../types").SetProps} props
 * @property {import("../types").Server} server
 * @property {DatasetSet} set
 * @property {import("../../web/lib/server/sample.js").Sample} sample
 * @property {any} plotly
 */

/**
 * @param {import("../types").FeaturesMount} mounted
 * @param {(root: HTMLElement, options: FeatureSet) => void} draw
 */
export function eachDataset({element, props: shipped, server}, draw) {
  async function open(/** @type {HTMLElement} */ root, /** @type {DatasetSet} */ set) {
    try {
      const [sample, plotly] = await Promise.all([set.loadSample(), loadPlotly()]);
      const props = propsOf(shipped, set, sample);
      const asked = set.isFashion ? server : askedAbout(server, ["read_upload"], {checkpoint: props.checkpoint});
      if (root.isConnected) draw(root, {props, server: asked, set, sample, plotly});
    } catch (error) {
      notice(finder(root)(".loom-notice")).say(error instanceof Error ? error.message : String(error));
    }
  }
  datasetTab(
    {element, props: shipped, server},
    {
      tab: "features",
      field: "checkpoint",
      draw(root, set) {
        open(root, set);
        return undefined;
      },
    },
  );
}
