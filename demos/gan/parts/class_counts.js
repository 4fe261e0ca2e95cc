// @ts-check
// Pictures of each class at every snapshot: a column for each, and the one that is shown in words.
import {escapeHtml, placeIn} from "../../web/lib/dom.js";
import {percent} from "../../web/lib/format.js";
import {redrawer} from "../../web/lib/redraw.js";

const MANY = 0.9; // of the pictures

/**
 * @param {HTMLElement} root
 * @param {{classes: string[], colors: readonly string[], pictures: number, onPick: (snapshot: number) => void}} options
 */
export function classCounts(root, {classes, colors, pictures, onPick}) {
  const redraw = redrawer();
  const [columns, names] = ["columns", "names"].map(
    (part) => /** @type {HTMLElement} */ (root.querySelector(`[data-counts=${part}]`)),
  );
  const words = /** @type {HTMLElement} */ (root.querySelector("p"));
  let count = 0;
  names.innerHTML = classes
    .map((name, k) => `<li style="--color:${colors[k]}">${escapeHtml(name)} <b></b></li>`)
    .join("");
  columns.addEventListener("click", (event) => {
    const share = placeIn(columns, event).x / columns.clientWidth;
    if (count) onPick(Math.max(0, Math.min(count - 1, Math.floor(share * count))));
  });

  return {
    /**
     * @param {{classes: number[][], recall: number[]}} film
     * @param {number} snapshot
     */
    show(film, snapshot) {
      count = film.classes.length;
      root.hidden = !film.classes[0]?.length;
      if (root.hidden) return;
      redraw("columns", [film], () => {
        columns.innerHTML = columnsSvg(film.classes, colors, pictures);
      });
      redraw("snapshot", [film, snapshot], () => {
        columns.querySelector(".here")?.setAttribute("x", String(snapshot));
        [...names.children].forEach((row, k) => {
          const pictured = film.classes[snapshot][k];
          row.toggleAttribute("data-none", pictured === 0);
          /** @type {HTMLElement} */ (row.querySelector("b")).textContent = String(pictured);
        });
        words.textContent = summary(film.classes[snapshot], film.recall[snapshot], pictures);
      });
    },
  };
}

/**
 * What the classes of one snapshot say.
 * @param {number[]} counts pictures of each class
 * @param {number} recall share of real pictures that lie among them
 * @param {number} pictures in all, dark ones too
 */
export function summary(counts, recall, pictures) {
  const seen = counts.reduce((sum, n) => sum + n, 0);
  if (!seen) return "All pictures are black: nothing to name.";
  const found = counts.filter((n) => n > 0).length;
  const few = fewestFor(counts, MANY * seen);
  const most = `${few === 1 ? "1 class holds" : `${few} classes hold`} ${percent(MANY)} of the pictures`;
  const dark = seen < pictures ? ` ${pictures - seen} pictures are black.` : "";
  return `${found} of ${counts.length} classes; ${most}. Recall: ${percent(recall)} of real pictures.${dark}`;
}

/**
 * How many classes hold so many pictures, the largest first.
 * @param {number[]} counts
 * @param {number} wanted
 */
export function fewestFor(counts, wanted) {
  const sorted = [...counts].sort((a, b) => b - a);
  let few = 0;
  for (let sum = 0; sum < wanted; few++) sum += sorted[few];
  return few;
}

/**
 * @param {number[][]} counts
 * @param {readonly string[]} colors
 * @param {number} pictures
 */
function columnsSvg(counts, colors, pictures) {
  const bars = counts.flatMap((column, x) => {
    let top = pictures;
    return column.map((n, k) => {
      top -= n;
      return n ? `<rect x="${x + 0.05}" y="${top}" width=".9" height="${n}" fill="${colors[k]}"></rect>` : "";
    });
  });
  return `<svg viewBox="0 0 ${counts.length} ${pictures}" preserveAspectRatio="none" role="img"
    aria-label="pictures of each class at every moment">${bars.join("")}
    <rect class="here" width="1" height="${pictures}"></rect></svg>`;
}
