// @ts-check
// A place where a widget says what went wrong, read aloud by screen readers.

/**
 * @typedef {{say: (sentence: string) => void, clear: () => void}} Notice
 * @param {HTMLElement} root
 * @returns {Notice}
 */
export function notice(root) {
  root.setAttribute("role", "alert");
  return {
    say(sentence) {
      root.textContent = sentence;
      root.hidden = false;
    },
    clear() {
      root.hidden = true;
    },
  };
}
