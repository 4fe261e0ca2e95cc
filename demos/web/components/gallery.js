// @ts-check
// Small images to take one from, a class at a time, or a group that the caller names; click or Enter takes one, the
// arrow keys walk between them.
import {escapeHtml} from "../lib/dom.js";
import {rovingFocus} from "../lib/input/roving_focus.js";

/**
 * @typedef {Pick<import("../lib/server/sample.js").Sample,
 *   "sprite" | "columns" | "classes" | "labels" | "index" | "noun">} Sample
 */

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {Sample} options.sample
 * @param {readonly string[]} options.colors one a class
 * @param {(i: number) => void} options.onPick
 * @param {Record<string, () => Promise<number[]>>} [options.groups] members of groups beside the classes
 * @param {((i: number) => string) | null} [options.title] names an image that is no test image of a class
 */
export function gallery(root, {sample, colors, onPick, groups = {}, title = null}) {
  root.innerHTML = `<div class="chips" role="group" aria-label="Class"></div>
    <div class="tiles" role="group" aria-label="Images"></div>`;
  const [chips, tiles] = /** @type {HTMLElement[]} */ ([...root.children]);
  const names = [...sample.classes, ...Object.keys(groups)];
  const focus = [chips, tiles].map(rovingFocus);
  let selected = -1;
  let shown = -1;

  const members = async (/** @type {number} */ k) =>
    k < sample.classes.length ? sample.labels.flatMap((label, i) => (label === k ? [i] : [])) : groups[names[k]]();
  const mark = () => {
    for (const tile of tiles.querySelectorAll("button"))
      tile.setAttribute("aria-pressed", String(Number(tile.dataset.i) === selected));
    for (const one of focus) one.reset();
  };
  const tile = (/** @type {number} */ i) => tileHtml(sample, i, title, i);
  const show = async (/** @type {number} */ k) => {
    shown = k;
    [...chips.children].forEach((chip, i) => {
      chip.setAttribute("aria-pressed", String(i === k));
    });
    const all = await members(k);
    if (shown !== k) return; // another class was chosen meanwhile
    tiles.innerHTML = all.map(tile).join("");
    tiles.scrollTop = 0;
    mark();
  };
  const take = (/** @type {number} */ i) => {
    selected = i;
    mark();
    onPick(i);
  };
  chips.innerHTML = names
    .map((name, k) => {
      const style = colors[k] ? `--color:${colors[k]}` : "--dot:none";
      return `<button type="button" data-k="${k}" style="${style}">${escapeHtml(name)}</button>`;
    })
    .join("");
  chips.addEventListener("click", ({target}) => {
    const {k} = /** @type {HTMLElement} */ (target).dataset;
    if (k) show(Number(k));
  });
  tiles.addEventListener("click", ({target}) => {
    const {i} = /** @type {HTMLElement} */ (target).dataset;
    if (i) take(Number(i));
  });
  let showing = show(0);
  const reveal = async (/** @type {number} */ i) => {
    if (shown !== sample.labels[i]) showing = show(sample.labels[i]);
    await showing;
    const picked = /** @type {HTMLElement | null} */ (tiles.querySelector(`[data-i="${i}"]`));
    if (!picked) return;
    tiles.scrollTop = picked.offsetTop - tiles.offsetTop - picked.offsetHeight; // scrollIntoView would move the page
  };
  return {
    /** @param {number} i */
    async select(i) {
      take(i);
      await reveal(i);
    },
    /** @param {number} i without taking it; -1 marks none */
    async mark(i) {
      if (i === selected) return;
      selected = i;
      mark();
      if (i >= 0) await reveal(i);
    },
    unselect() {
      selected = -1;
      mark();
    },
    tile, // an image's button, as a string, for who shows images elsewhere
    /** @param {() => Promise<number[]>} group whose members have changed */
    refresh(group) {
      if (groups[names[shown]] === group) showing = show(shown);
    },
  };
}

/**
 * An image's button, as a string.
 * @param {Sample} sample
 * @param {number} i
 * @param {((i: number) => string) | null} title
 * @param {number} number that the button carries
 */
export function tileHtml({sprite, classes, labels, index, noun = "test image"}, i, title, number) {
  const what = escapeHtml(title?.(i) ?? `${classes[labels[i]]}, ${noun} ${index[i]}`);
  const place = `--column:${i % sprite.columns}; --row:${Math.floor(i / sprite.columns)}`;
  const size = `--columns:${sprite.width / sprite.tile}; --rows:${sprite.height / sprite.tile}`;
  return `<button type="button" data-i="${number}" title="${what}" aria-label="${what}"
    style="background-image:url(${sprite.address}); ${size}; ${place}"></button>`;
}
