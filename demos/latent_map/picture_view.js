// @ts-check
// A decoded picture: what it is of, where it lies, its code, and what the classifier predicts.
import {bars} from "../web/components/charts/bars.js";
import {drawCode} from "../web/components/charts/code_bars.js";
import {fromBase64} from "../web/lib/base64.js";
import {context2d, paint} from "../web/lib/image.js";

const TITLES = {
  place: "A place between the images",
  own: "Your picture",
  draw: "A code drawn at random",
  move: "A code of your own",
  code: "A code of your own",
};

/**
 * @param {(selector: string) => any} find
 * @param {{dataset: import("../web/types").Dataset, nameOf: (i: number) => string}} options nameOf: class of a test
 *   image
 */
export function pictureView(find, {dataset, nameOf}) {
  let probabilities = bars(find(".bars"), dataset.classes, dataset.colors);
  const parts = [".right", ".pca", ".where", "canvas.code", ".bars"];
  return {
    /** @param {import("../web/types").Dataset} next whose pictures are shown from now on */
    use(next) {
      if (next.name === dataset.name) return;
      dataset = next;
      probabilities = bars(find(".bars"), dataset.classes, dataset.colors);
    },
    /** @param {boolean} isPending whether they are of something shown before */
    setPending(isPending) {
      for (const part of parts) find(part).toggleAttribute("data-pending", isPending);
      if (isPending) find(".right-name").textContent = "decoding…";
    },
    /** @param {string} title of nothing */
    clear(title) {
      for (const name of ["canvas.right", "canvas.code"]) {
        const canvas = find(name);
        context2d(canvas).clearRect(0, 0, canvas.width, canvas.height);
      }
      find(".what").textContent = title;
      for (const name of [".right-name", ".where"]) find(name).textContent = "";
      find(".by-pca").hidden = true;
      probabilities.show(null);
    },
    /**
     * @param {import("../web/lib/sprite.js").Sprite} sprite
     * @param {number} tile decoded ahead, while a slider is dragged
     */
    showAhead(sprite, tile) {
      sprite.paint(tile, find(".right"));
      find(".right-name").textContent = "decoded ahead";
    },
    /**
     * @param {string[]} axes names of the map's axes
     * @param {import("./types").PictureAnswer} answer
     * @param {import("./types").PictureRequest} request
     */
    show(axes, answer, {call, x = 0, y = 0, i = -1, pixels}) {
      const place = call === "place" || call === "image" ? [x, y] : answer.place;
      const {mse, pca, pca_mse: pcaMse} = answer;
      paint(find(".right"), fromBase64(answer.pixels));
      if (pixels) {
        paint(find(".left"), fromBase64(pixels));
        find(".left-name").textContent = "your picture";
      }
      find(".what").textContent = call === "image" ? `A test image: ${nameOf(i)}` : TITLES[call];
      find(".right-name").textContent =
        mse === undefined ? "decoded exactly" : `reconstructed: error ${mse.toFixed(4)}`;
      find(".by-pca").hidden = pca === undefined;
      if (pca !== undefined) paint(find(".pca"), fromBase64(pca));
      if (pcaMse !== undefined) find(".pca-name").textContent = `PCA of the same size: ${pcaMse.toFixed(4)}`;
      find(".where").textContent = axes.map((name, c) => `${name} = ${place[c].toFixed(2)}`).join(", ");
      drawCode(find("canvas.code"), answer.code);
      for (const part of [".bars", ".bars-title"]) find(part).hidden = answer.probs === null;
      probabilities.show(answer.probs);
    },
  };
}
