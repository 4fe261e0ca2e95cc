// @ts-check
// Pictures of bytes as networks take them, and back; lists of numbers as the server packs them.
import {fromBase64} from "../base64.js";

/** @typedef {import("./host.js").Numbers} Numbers */

/**
 * Pictures, one after the other: a byte a pixel in grey, three in colour.
 * @param {Uint8Array} bytes
 * @param {number[]} shape of one: channels, height and width
 * @returns {Numbers} (n, channels, height, width) from 0 to 1
 */
export function toTensor(bytes, [channels, height, width]) {
  const data = new Float32Array(bytes.length);
  const plane = height * width;
  for (let i = 0; i < bytes.length; i++) {
    const pixel = Math.floor(i / channels); // of all pictures
    const picture = Math.floor(pixel / plane);
    data[(picture * channels + (i % channels)) * plane + (pixel % plane)] = bytes[i] / 255;
  }
  return {data, dims: [bytes.length / plane / channels, channels, height, width]};
}

/**
 * The way back.
 * @param {Numbers} images
 * @returns {Uint8Array}
 */
export function toBytes({data, dims: [, channels, height, width]}) {
  const bytes = new Uint8Array(data.length);
  const plane = height * width;
  for (let i = 0; i < bytes.length; i++) {
    const pixel = Math.floor(i / channels);
    const picture = Math.floor(pixel / plane);
    const value = data[(picture * channels + (i % channels)) * plane + (pixel % plane)];
    bytes[i] = Math.round(255 * Math.min(1, Math.max(0, value)));
  }
  return bytes;
}

/**
 * Numbers that the server packed as float32.
 * @param {{shape: number[], data: string}} packed
 * @returns {Numbers}
 */
export const unpackFloats = ({shape, data}) => ({data: new Float32Array(fromBase64(data).buffer), dims: shape});

/**
 * A row of a table.
 * @param {Numbers} table (n, D)
 * @param {number} i
 */
export const rowOf = ({data, dims: [, size]}, i) => data.subarray(size * i, size * (i + 1));

/**
 * All of them.
 * @param {Numbers} table
 */
export const rowsOf = (table) => Array.from({length: table.dims[0]}, (_, i) => rowOf(table, i));

/**
 * Bytes one after the other.
 * @param {Uint8Array[]} parts
 */
export function joined(parts) {
  const bytes = new Uint8Array(parts.reduce((sum, {length}) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
