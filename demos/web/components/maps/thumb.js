// @ts-check
// A small picture beside a place of a map.

const GAP = 14; // pixels between the place and the picture

/**
 * @param {HTMLElement} picture positioned at the left top of a map
 * @param {[number, number]} place in pixels of the map
 * @param {number} width of the map
 */
export function putBeside(picture, [x, y], width) {
  const size = picture.offsetWidth;
  const left = x + GAP + size < width ? x + GAP : x - GAP - size;
  const top = y - GAP - size < 0 ? y + GAP : y - GAP - size;
  picture.style.transform = `translate(${left}px, ${top}px)`;
}
