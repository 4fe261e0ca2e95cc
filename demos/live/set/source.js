// @ts-check
// The visitor's own pictures as the tab sees them; their panel is loaded when it is first wanted.
import {toBase64} from "../../web/lib/base64.js";

/** @typedef {ReturnType<typeof import("./panel.js").setPanel>} Panel */

/**
 * @param {HTMLElement} root of the panel
 * @param {object} options
 * @param {import("../types").Server} options.server
 * @param {import("../types").Props} options.props
 * @param {() => void} options.onChange of the set
 * @param {(sentence: string) => void} options.onProblem
 */
export function pictureSource(root, {server, props, onChange, onProblem}) {
  /** @type {Promise<Panel> | null} */
  let loading = null;
  let wanted = "fashion";

  const load = () =>
    import("./panel.js").then(({setPanel}) =>
      setPanel(root, {server, limits: props.set_limits, colors: props.set_colors, onChange}),
    );

  return {
    /** @param {string} data "fashion", which closes the panel, "draw" or "files" */
    async show(data) {
      wanted = data;
      if (data === "fashion" && !loading) return;
      loading ??= load();
      try {
        const panel = await loading;
        const isOpening = root.hidden && wanted !== "fashion";
        panel.show(wanted === "fashion" ? "" : wanted);
        if (isOpening) root.scrollIntoView({block: "nearest"}); // on a phone the choice is far below
      } catch {
        loading = null;
        onProblem("The panel for your pictures did not load. Choose it again.");
      }
    },
    /** @returns {Promise<string | null>} the set as a ZIP in base64; null where the shipped pictures are wanted */
    async content() {
      return wanted === "fashion" || !loading ? null : toBase64(await (await loading).zip());
    },
  };
}
