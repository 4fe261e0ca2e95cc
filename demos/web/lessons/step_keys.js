// @ts-check
// The keys that turn to the next step, and back.

/**
 * The arrow keys in the strip, and everywhere what a presenter's clicker sends.
 * @param {HTMLElement} strip
 * @param {(by: number) => void} turn
 * @param {() => boolean} isOpen whether a lesson is open, for the clicker
 */
export function listenToStepKeys(strip, turn, isOpen) {
  strip.addEventListener("keydown", (event) => {
    const by = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (!by || /** @type {Element} */ (event.target).matches("input")) return;
    event.preventDefault();
    turn(by);
  });
  document.addEventListener(
    "keydown",
    (event) => {
      const by = {PageUp: -1, PageDown: 1}[event.key];
      if (!by || !isOpen()) return;
      event.preventDefault();
      event.stopPropagation();
      turn(by);
    },
    {capture: true},
  );
}
