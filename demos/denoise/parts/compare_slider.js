// @ts-check
// Two pictures in one place, with a divider between them that is dragged or moved with the arrow keys.

const STEP = 2; // percent, an arrow key's
const LEAP = 20; // percent, a page key's
const NARROW = 22; // percent: a side that is no wider has no room for its name

/**
 * @param {HTMLElement} root
 * @param {{label: string, onMove: (percent: number) => void}} options
 */
export function compareSlider(root, {label, onMove}) {
  root.classList.add("compare-slider");
  root.innerHTML = `<canvas width="28" height="28" aria-hidden="true"></canvas>
    <canvas width="28" height="28" aria-hidden="true"></canvas>
    <span class="side left"></span><span class="side right"></span>
    <span class="divider" aria-hidden="true"><i>◂▸</i></span>`;
  root.tabIndex = 0;
  const attributes = {role: "slider", "aria-label": label, "aria-valuemin": "0", "aria-valuemax": "100"};
  for (const [key, value] of Object.entries(attributes)) root.setAttribute(key, value);
  const [left, right] = root.querySelectorAll("canvas");
  const sides = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".side"));
  let at = 50;

  const move = (/** @type {number} */ percent) => onMove(Math.max(0, Math.min(100, percent)));
  const follow = (/** @type {PointerEvent} */ {clientX}) => {
    const box = root.getBoundingClientRect();
    move(((clientX - box.left) / box.width) * 100);
  };
  root.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    root.setPointerCapture(event.pointerId);
    follow(event);
  });
  root.addEventListener("pointermove", (event) => {
    if (root.hasPointerCapture(event.pointerId)) follow(event);
  });
  root.addEventListener("keydown", (event) => {
    /** @type {Record<string, number>} */
    const targets = {
      ArrowLeft: at - STEP,
      ArrowRight: at + STEP,
      PageDown: at - LEAP,
      PageUp: at + LEAP,
      Home: 0,
      End: 100,
    };
    if (!(event.key in targets)) return;
    event.preventDefault();
    move(targets[event.key]);
  });
  return {
    left,
    right,
    /**
     * @param {number} percent the divider's place
     * @param {[string, string]} names of the pictures
     */
    show(percent, names) {
      at = percent;
      root.style.setProperty("--at", `${at}%`);
      root.setAttribute("aria-valuenow", String(Math.round(at)));
      root.setAttribute("aria-valuetext", `${names[0]} on the left ${Math.round(at)} %, ${names[1]} on the rest`);
      sides.forEach((side, i) => {
        side.textContent = names[i];
      });
      sides[0].hidden = at < NARROW;
      sides[1].hidden = at > 100 - NARROW;
    },
  };
}
