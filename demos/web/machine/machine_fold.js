// @ts-check
// The model that a tab shows as its layers, behind a fold whose script and layers are fetched when it is opened.
import {untilLoaded} from "../lib/server/connection.js";

/**
 * @param {HTMLDetailsElement} fold
 * @param {Parameters<typeof import("./machine.js").machine>[1]} options
 */
export function machineFold(fold, options) {
  const title = /** @type {HTMLElement} */ (fold.querySelector("small"));
  const place = /** @type {HTMLElement} */ (fold.querySelector(".machine-place"));
  /** @type {{name: string, title: string} | null} */
  let shown = null;
  /** @type {Promise<ReturnType<typeof import("./machine.js").machine>> | null} */
  let loading = null;
  const load = async () => {
    const {machine} = await untilLoaded(() => import("./machine.js"));
    return machine(place, options);
  };

  async function draw() {
    if (!fold.open) return;
    loading ??= load();
    const picture = await loading;
    if (shown) picture.show(shown.name);
  }

  fold.addEventListener("toggle", draw);
  return {
    /** @param {{name: string, title: string}} network */
    show(network) {
      if (network.name === shown?.name && network.title === shown.title) return;
      shown = network;
      title.textContent = `of ${network.title}`;
      draw();
    },
    /** @param {boolean} isPending what the layers give for the picture */
    async refresh(isPending) {
      if (loading) (await loading).refresh(isPending);
    },
  };
}
