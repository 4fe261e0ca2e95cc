// @ts-check
// Runs worth seeing, each with what to look at.

/** @typedef {{model: string, advice: string, values?: Record<string, number>}} Preset */

/** @type {Record<string, Preset>} */
export const PRESETS = {
  "A healthy run": {
    model: "cae",
    advice:
      "The error falls fast, then slowly; held-out and training images stay together. The map spreads its classes out.",
  },
  "Too large steps": {
    model: "cae",
    values: {learning_rate: 0.3, epochs: 5},
    advice:
      "At thirty times the learning rate the first steps overshoot and some units switch off for good: every picture " +
      "comes back as the same pattern. Reset, lower it, and try again.",
  },
  Overfitting: {
    model: "classifier",
    values: {images: 500, epochs: 60, shift: 0, erase: 0},
    advice:
      "500 pictures are soon known by heart: the training curve climbs to 100 %, the held-out one stays behind. More " +
      "images close the gap.",
  },
  "KL weight too high": {
    model: "vae",
    values: {kl_weight: 60},
    advice:
      "Codes are pulled into N(0, I) until they tell nothing: all pictures are alike. Lower the KL weight to 1 while " +
      "it learns: they come back.",
  },
  "A GAN learns": {
    model: "gan",
    advice:
      "First blobs, then outlines, then clothes of several kinds. Neither loss need fall: look at the pictures, and " +
      "at recall, the share of real images that samples come near.",
  },
  "A GAN diverges": {
    model: "gan",
    values: {learning_rate: 0.3, epochs: 2},
    advice:
      "At thirty times the learning rate the discriminator sees through every picture, the generator's loss shoots " +
      "up, and all codes give one pattern: recall stays at nothing.",
  },
  "Bottleneck of 2": {
    model: "cae",
    values: {latent_dim: 2},
    advice:
      "Two numbers for a picture: shapes survive, details do not. The map shows the whole code; shirts, coats and " +
      "pullovers share a place.",
  },
};

/**
 * The name of the example whose model and values are chosen.
 * @param {{model: string, values: Record<string, number>}} state
 * @param {Record<string, {defaults: Record<string, number>}>} models
 */
export function presetShown({model, values}, models) {
  return Object.keys(PRESETS).find((name) => {
    const example = PRESETS[name];
    const all = {...models[example.model].defaults, ...example.values};
    return model === example.model && Object.entries(all).every(([key, value]) => values[key] === value);
  });
}
