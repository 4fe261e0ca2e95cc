// @ts-check
// Bytes as base64, as the server takes and gives them, and in the alphabet that an address may hold.

const CHUNK = 8192; // bytes a call: arguments of a function are limited

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += CHUNK) text += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  return btoa(text);
}

/** @param {string} text */
export const fromBase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

/** @param {string} text base64, which gets the alphabet of addresses */
export const toUrlSafe = (text) => text.replaceAll("+", "-").replaceAll("/", "_");

/** @param {string} text base64 in the alphabet of addresses */
export const fromUrlSafe = (text) => text.replaceAll("-", "+").replaceAll("_", "/");
