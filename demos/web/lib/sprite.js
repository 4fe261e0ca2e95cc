// @ts-check
// A picture of equal tiles in rows, decoded once and then painted tile by tile without a delay.
import {fromBase64} from "./base64.js";
import {context2d} from "./image.js";

/**
 * @typedef {object} Tiles one after the other, as they were computed on this device
 * @property {Uint8Array} bytes one a pixel in grey, three in colour
 * @property {number} channels
 */

/**
 * @typedef {object} Sprite
 * @property {number} columns
 * @property {number} tile side of a tile in pixels
 * @property {number} width
 * @property {number} height
 * @property {string} address short enough for the style of each tile
 * @property {(i: number, canvas: HTMLCanvasElement) => void} paint
 * @property {(i: number, context: CanvasRenderingContext2D, x: number, y: number) => void} draw beside others
 * @property {(i: number) => Uint8Array} pixels bytes of a tile: one a pixel in grey, three in colour
 */

/**
 * Left and top of a tile, in pixels.
 * @param {number} i
 * @param {number} columns
 * @param {number} tile
 * @returns {[number, number]}
 */
export const tilePlace = (i, columns, tile) => [(i % columns) * tile, Math.floor(i / columns) * tile];

/** @param {string} uri a data URI in base64 */
function blobOf(uri) {
  const found = uri.match(/^data:(.*?);base64,(.*)$/s);
  if (!found) throw new Error("a picture must come as a data URI in base64");
  return new Blob([fromBase64(found[2])], {type: found[1]});
}

/** @param {string} uri of a picture */
async function decoded(uri) {
  const picture = new Image();
  picture.src = uri;
  await picture.decode();
  const whole = document.createElement("canvas");
  whole.width = picture.width;
  whole.height = picture.height;
  context2d(whole, {willReadFrequently: true}).drawImage(picture, 0, 0);
  return whole;
}

/**
 * Tiles laid out as one picture.
 * @param {Tiles} tiles
 * @param {number} columns
 * @param {number} tile side in pixels
 */
function laidOut({bytes, channels}, columns, tile) {
  const whole = document.createElement("canvas");
  const count = bytes.length / (tile * tile * channels);
  whole.width = columns * tile;
  whole.height = Math.ceil(count / columns) * tile;
  const context = context2d(whole, {willReadFrequently: true});
  const image = context.createImageData(whole.width, whole.height);
  for (let i = 0; i < bytes.length / channels; i++) {
    const [left, top] = tilePlace(Math.floor(i / tile ** 2), columns, tile);
    const row = top + (Math.floor(i / tile) % tile);
    const at = 4 * (row * whole.width + left + (i % tile));
    for (let c = 0; c < 3; c++) image.data[at + c] = bytes[channels * i + (c % channels)];
    image.data[at + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return whole;
}

/**
 * @param {string | Tiles} source the whole picture as a data URI, or its tiles
 * @param {number} columns tiles in a row
 * @param {number} [tile] side of a tile in pixels
 * @param {number} [channels] of its pixels: 1 or 3
 * @returns {Promise<Sprite>}
 */
export async function loadSprite(source, columns, tile = 28, channels = 1) {
  const whole = typeof source === "string" ? await decoded(source) : laidOut(source, columns, tile);
  const context = context2d(whole, {willReadFrequently: true});
  /** @type {string | null} */
  let address = null;
  /** @type {Sprite["draw"]} */
  const draw = (i, target, x, y) =>
    target.drawImage(whole, ...tilePlace(i, columns, tile), tile, tile, x, y, tile, tile);
  return {
    columns,
    tile,
    width: whole.width,
    height: whole.height,
    get address() {
      address ??= URL.createObjectURL(blobOf(typeof source === "string" ? source : whole.toDataURL()));
      return address;
    },
    paint(i, canvas) {
      canvas.width = tile;
      canvas.height = tile;
      draw(i, context2d(canvas), 0, 0);
    },
    draw,
    pixels(i) {
      const {data} = context.getImageData(...tilePlace(i, columns, tile), tile, tile);
      return Uint8Array.from(
        {length: tile * tile * channels},
        (_, k) => data[4 * Math.floor(k / channels) + (k % channels)],
      );
    },
  };
}
