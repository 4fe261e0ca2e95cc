// What the layers of a network give for a picture: one canvas a map, enlarged under the pointer; vectors as one canvas.
//   const layers = featureMaps(element);  layers.show(checkpoint, [{name, shape, data}]);
import {fromBase64} from "../web/lib/base64.js";
import {paintViridis} from "../web/lib/image.js";

export const featureMaps = (root) => {
  root.classList.add("layers");
  let built = null;
  const VECTOR = 8; // rows of a vector's canvas

  const build = (layers) => {
    const small = layers.length > 4; // many layers fit beside one another only as small maps
    root.innerHTML = layers
      .map(({name, shape: [count, height]}) => {
        const rows = small && count > 32 ? 8 : 4;
        const columns = height ? Math.ceil(count / rows) : 1;
        return `<figure class="layer" data-layer="${name}" style="--columns:${columns}; --tile:${rows > 4 ? 14 : 28}px"><figcaption>${name} <small></small></figcaption>
        <div class="${height ? "maps" : "vector"}">${"<canvas aria-hidden='true'></canvas>".repeat(height ? count : 1)}</div></figure>`;
      })
      .join("");
  };
  return {
    show(checkpoint, layers) {
      if (built !== checkpoint) build(layers);
      built = checkpoint;
      for (const {name, shape, data} of layers) {
        const bytes = fromBase64(data);
        const figure = root.querySelector(`[data-layer=${name}]`);
        const maps = shape.length === 3;
        const [height, width] = maps ? shape.slice(1) : [VECTOR, shape[0] / VECTOR];
        figure.querySelector("small").textContent = shape.join(" × ");
        figure.querySelectorAll("canvas").forEach((canvas, i) => {
          paintViridis(canvas, bytes.subarray(i * width * height, (i + 1) * width * height), width, height);
          canvas.title = maps ? `${name}, map ${i}` : `${name}, ${shape[0]} units`;
        });
      }
    },
  };
};
