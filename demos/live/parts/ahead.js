// @ts-check
// What a run will show, before it starts: names of its rows of pictures, and whether it has a map.

/** @type {Record<string, string[]>} by model, as train/live/views.py names them */
const ROWS_AHEAD = {
  cae: ["test images", "reconstructed", "test images", "reconstructed"],
  vae: ["test images", "reconstructed", "samples"],
  denoiser: ["clean", "noisy", "denoised", "noisy", "denoised"],
  classifier: ["test images"],
  autodecoder: ["training images", "decoded", "samples"],
  gan: ["samples"],
};

export const hasMap = (/** @type {string} */ model) => model !== "gan";

const INVITATION = "Press Play: these rows fill with pictures, one column a class, and change while it learns.";
const PLAIN = "Press Play: this row fills with what the generator makes of random codes.";

/** @param {string} model */
export function rowsAheadHtml(model) {
  const rows = ROWS_AHEAD[model].map(
    (name) => `<figure class="live-ahead"><figcaption>${name}</figcaption><i></i></figure>`,
  );
  return `<p class="live-invite">${model === "gan" ? PLAIN : INVITATION}</p>${rows.join("")}`;
}
