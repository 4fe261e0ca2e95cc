// @ts-check
// Arrays of numbers on a canvas, one canvas pixel each; CSS scales them up crisply.

export const WARM = [255, 150, 30]; // positive, too bright
export const COOL = [60, 150, 255]; // negative, too dark

// Dark to light through blue, green and yellow, evenly in brightness: for activations.
const VIRIDIS = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
];

/**
 * Paint pixels by a function of their index.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 * @param {(i: number) => ArrayLike<number>} color red, green and blue from 0 to 255
 */
export function paintPixels(canvas, width, height, color) {
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    image.data.set(color(i), 4 * i);
    image.data[4 * i + 3] = 255;
  }
  context2d(canvas).putImageData(image, 0, 0);
}

/**
 * The side of a square picture, and the bytes of a pixel: one in grey, three in colour.
 * @param {ArrayLike<number>} bytes
 */
export function squareOf({length}) {
  const side = Math.sqrt(length);
  return Number.isInteger(side) ? {side, channels: 1} : {side: Math.sqrt(length / 3), channels: 3};
}

/**
 * A square picture in grey or in colour; with width and height, grey bytes.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} bytes
 * @param {number} [width]
 * @param {number} [height]
 */
export function paint(canvas, bytes, width, height) {
  const {side, channels} = squareOf(bytes);
  if (width === undefined && channels === 3)
    paintPixels(canvas, side, side, (i) => [bytes[3 * i], bytes[3 * i + 1], bytes[3 * i + 2]]);
  else paintPixels(canvas, width ?? side, height ?? side, (i) => [bytes[i], bytes[i], bytes[i]]);
}

/**
 * Bytes in the colours of viridis.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} bytes
 * @param {number} width
 * @param {number} height
 */
export function paintViridis(canvas, bytes, width, height) {
  paintPixels(canvas, width, height, (i) => viridis(bytes[i] / 255));
}

/** @param {number} share from 0 to 1 */
export function viridis(share) {
  const at = share * (VIRIDIS.length - 1);
  const low = Math.min(Math.floor(at), VIRIDIS.length - 2);
  return VIRIDIS[low].map((v, c) => v + (at - low) * (VIRIDIS[low + 1][c] - v));
}

/**
 * A square picture minus another, so many times as strong: warm where it is too bright, cool where too dark.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} bytes
 * @param {ArrayLike<number>} others
 */
export function paintDifference(canvas, bytes, others, times = 1) {
  const {side, channels} = squareOf(bytes);
  paintPixels(canvas, side, side, (i) => {
    let sum = 0; // over the colours
    for (let c = channels * i; c < channels * (i + 1); c++) sum += bytes[c] - others[c];
    const off = Math.max(-1, Math.min(1, (times * sum) / channels / 255));
    return (off > 0 ? WARM : COOL).map((v) => v * Math.abs(off));
  });
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export function context2d(canvas, settings) {
  const context = canvas.getContext("2d", settings);
  if (!context) throw new Error("this browser gives no 2-D canvas");
  return context;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function pngOf(canvas) {
  const blob = await new Promise((/** @type {(blob: Blob | null) => void} */ resolve) => canvas.toBlob(resolve));
  if (!blob) throw new Error("this browser makes no PNG");
  return new Uint8Array(await blob.arrayBuffer());
}
