// @ts-check
// The network that leads as its layers, behind a fold whose script and layers are fetched when it is opened.
import {untilLoaded} from "../../web/lib/server/connection.js";

/**
 * @param {HTMLDetailsElement} fold
 * @param {Parameters<typeof import("../../web/machine/machine.js").machine>[1]} options
 */
export function machineFold(fold, options) {
  const title = /** @type {HTMLElement} */ (fold.querySelector("small"));
  const place = /** @type {HTMLElement} */ (fold.querySelector(".machine-place"));
  /** @type {import("../types").Network | null} */
  let shown = null;
  /** @type {Promise<ReturnType<typeof import("../../web/machine/machine.js").machine>> | null} */
  let loading = null;
  const load = async () => {
    const {machine} = await untilLoaded(() => import("../../web/machine/machine.js"));
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
    /** @param {import("../types").Network} network */
    show(network) {
      if (network === shown) return;
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
