// @ts-check
// A small menu at the corner of a chart, which saves its figures as a table, and the chart as a picture.
import {saveFile} from "../../lib/dom.js";
import {fileName, tableCsv} from "../../lib/plots/table.js";
import {chartSvg} from "./chart_svg.js";

const FILES = {
  csv: "Figures (CSV)",
  png: "Picture (PNG)",
  svg: "Picture (SVG)",
  page: "Web page (HTML)",
};

/** @typedef {keyof typeof FILES} FileKind */

const SIDE = 26; // pixels of the menu
const SHARP = 2; // pixels of a PNG for each of the page
const DRAWN = {childList: true, subtree: true, attributes: true}; // what may mean that there are figures now
const CONTROLS = "button, input, summary, a, select:not(.chart-save), [role=slider]";
const HEADINGS = "h3, h4, figcaption";

/**
 * The menu itself, for a chart or a bar of tools.
 * @param {object} options
 * @param {FileKind[]} options.kinds
 * @param {string} options.label for screen readers
 * @param {string} options.words shown
 * @param {(kind: FileKind) => void | Promise<void>} options.onSave
 */
export function saveSelect({kinds, label, words, onSave}) {
  const select = document.createElement("select");
  const options = kinds.map((kind) => `<option value="${kind}">${FILES[kind]}</option>`);
  select.setAttribute("aria-label", label);
  select.innerHTML = `<option value="">${words}</option>${options.join("")}`;
  select.addEventListener("change", async () => {
    const kind = /** @type {FileKind} */ (select.value);
    select.disabled = true;
    try {
      await onSave(kind);
    } finally {
      select.disabled = false;
      select.value = "";
    }
  });
  select.addEventListener("keydown", (event) => {
    event.stopPropagation(); // no key of the chart's or the tab's
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault(); // a closed menu would take the next kind at once
    select.showPicker();
  });
  return select;
}

/**
 * @param {HTMLElement} root the chart, which may be drawn anew at any time
 * @param {object} chart
 * @param {() => import("../../lib/plots/table.js").Table | null} chart.table its figures; null while nothing is shown
 * @param {() => string} [chart.title] what it shows; else the heading over it
 * @param {() => import("./chart_svg.js").LegendItem[]} [chart.legend] what its colours mean, where it does not say so
 * @param {(title: string, format: "png" | "svg") => Promise<void>} [chart.savePicture] of a chart that plotly draws
 * @param {(title: string) => Promise<void>} [chart.savePage]
 */
export function saveMenu(root, {table, title = () => headingOf(root), legend = () => [], savePicture, savePage}) {
  const kinds = /** @type {FileKind[]} */ (["csv", "png", "svg", ...(savePage ? ["page"] : [])]);
  const menu = saveSelect({kinds, label: "Save this chart", words: "⤓", onSave: save});
  menu.className = "chart-save";
  menu.title = "Save this chart";
  menu.hidden = true; // until there is something to save
  root.classList.add("has-save");
  if (root.nextElementSibling?.matches(".chart-save")) root.nextElementSibling.remove(); // of what was here before
  root.after(menu);

  async function save(/** @type {FileKind} */ kind) {
    const figures = table();
    if (!figures) return;
    const name = title() || root.getAttribute("aria-label") || "chart";
    const full = `${tabOf(root)} ${name}`;
    if (kind === "csv") saveFile(`${fileName(full)}.csv`, tableCsv(figures), "text/csv");
    else if (kind === "page") await savePage?.(full);
    else if (savePicture) await savePicture(full, kind);
    else await saveDrawing(chartSvg(root, name, legend()), full, kind);
  }

  /** At a corner of the chart, where nothing else is pressed; not while it shows nothing. */
  function place() {
    menu.hidden = !root.offsetParent || table() === null;
    if (menu.hidden) return;
    const [left, right] = [root.offsetLeft, root.offsetLeft + root.offsetWidth - SIDE];
    const [above, below] = [root.offsetTop - SIDE, root.offsetTop + root.offsetHeight];
    for (const [x, y] of [
      ...[right, left].flatMap((side) => [above, below].map((height) => [side, height])),
      [right, root.offsetTop],
    ]) {
      Object.assign(menu.style, {left: `${x}px`, top: `${y}px`});
      if (!coversControl(menu)) break;
    }
    const name = title();
    menu.setAttribute("aria-label", name ? `Save ${name}` : "Save this chart");
  }
  root.addEventListener("pointerenter", place);
  menu.addEventListener("focus", place);
  new ResizeObserver(place).observe(root);
  new IntersectionObserver(place).observe(root);
  new MutationObserver(() => menu.hidden && place()).observe(root, DRAWN);
}

/** @param {HTMLElement} menu whether something else would be pressed at its corners or in its middle */
function coversControl(menu) {
  const {left, top, width, height} = menu.getBoundingClientRect();
  const at = [0.1, 0.5, 0.9];
  return at.some((x) =>
    at.some((y) =>
      document
        .elementsFromPoint(left + x * width, top + y * height)
        .some((one) => one !== menu && one.closest(CONTROLS)),
    ),
  );
}

/** @param {Element} root */
const tabOf = (root) => root.closest("[id$=-widget]")?.id.replace("-widget", "") ?? "";

/**
 * The words over a chart, or those in its figure; empty where there are none.
 * @param {Element} root
 */
export function headingOf(root) {
  for (let at = root; at && !at.matches("section, .loom-widget"); at = /** @type {Element} */ (at.parentElement)) {
    const beside = [...(at.parentElement?.children ?? [])];
    const before = beside.slice(0, beside.indexOf(at)).reverse();
    const heading = before.find((one) => one.matches(HEADINGS) && one.textContent?.trim());
    if (heading) return wordsOf(heading);
    const caption = at.parentElement?.matches("figure") && at.parentElement.querySelector("figcaption");
    if (caption) return wordsOf(caption);
  }
  return "";
}

/** @param {Element} heading without what is small in it, or to be pressed */
function wordsOf(heading) {
  const copy = /** @type {Element} */ (heading.cloneNode(true));
  for (const part of copy.querySelectorAll("small, select, button, [role=radiogroup]")) part.remove();
  return (copy.textContent ?? "").replace(/\s+/g, " ").trim();
}

/**
 * @param {ReturnType<typeof chartSvg>} drawing
 * @param {string} title
 * @param {"png" | "svg"} format
 */
async function saveDrawing({svg, width, height}, title, format) {
  if (format === "svg") return saveFile(`${fileName(title)}.svg`, svg, "image/svg+xml");
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], {type: "image/svg+xml"}));
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), {width: SHARP * width, height: SHARP * height});
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  const content = await new Promise((done) => canvas.toBlob(done));
  return saveFile(`${fileName(title)}.png`, /** @type {Blob} */ (content), "image/png");
}
