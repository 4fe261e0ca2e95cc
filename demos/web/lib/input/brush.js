// @ts-check
// A soft round brush on pixels, which are bytes: 0 is black.

const REACH = 6; // pixels around the brush that it may change

/** @typedef {{x: number, y: number}} Place */
/** @typedef {{radius: number, ink: number, size: number, channels?: number}} Brush ink: from 0 to 1 */

/**
 * One touch of a soft round brush: full inside, fading over the last pixel; ink 0 erases.
 * @param {Uint8Array} pixels changed in place
 * @param {Place} place
 * @param {Brush} brush
 */
export function dab(pixels, {x, y}, {radius, ink, size, channels = 1}) {
  for (let row = Math.max(0, Math.floor(y - REACH)); row < Math.min(size, y + REACH); row++) {
    for (let column = Math.max(0, Math.floor(x - REACH)); column < Math.min(size, x + REACH); column++) {
      const far = Math.hypot(column + 0.5 - x, row + 0.5 - y);
      const cover = Math.min(1, Math.max(0, radius + 0.5 - far));
      const first = (row * size + column) * channels;
      for (let i = first; i < first + channels; i++) {
        const mixed = pixels[i] + cover * (ink * 255 - pixels[i]);
        pixels[i] = ink > 0 ? Math.max(pixels[i], mixed) : mixed;
      }
    }
  }
}

/**
 * A straight line of touches, half a pixel from one to the next.
 * @param {Uint8Array} pixels changed in place
 * @param {{from: Place, to: Place}} line
 * @param {Brush} brush
 * @param {boolean} isMirrored whether the other half of the picture is drawn as well
 */
export function drawLine(pixels, {from, to}, brush, isMirrored) {
  const steps = Math.max(1, Math.ceil(2 * Math.hypot(to.x - from.x, to.y - from.y)));
  for (let i = 0; i <= steps; i++) {
    const x = from.x + (i / steps) * (to.x - from.x);
    const y = from.y + (i / steps) * (to.y - from.y);
    dab(pixels, {x, y}, brush);
    if (isMirrored) dab(pixels, {x: brush.size - x, y}, brush);
  }
}
