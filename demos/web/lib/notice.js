// @ts-check
// A place where a widget says what went wrong, read aloud by screen readers.

/**
 * @typedef {{say: (sentence: string) => void, clear: () => void, show: (problem: string) => void}} Notice say: a
 *   sentence; show: the same, or nothing where the sentence is empty
 * @param {HTMLElement} root
 * @returns {Notice}
 */
export function notice(root) {
  root.setAttribute("role", "alert");
  const alert = {
    say(/** @type {string} */ sentence) {
      root.textContent = sentence;
      root.hidden = false;
    },
    clear() {
      root.hidden = true;
    },
    show: (/** @type {string} */ problem) => (problem ? alert.say(problem) : alert.clear()),
  };
  return alert;
}

/**
 * What an error says to people.
 * @param {unknown} error
 */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));
