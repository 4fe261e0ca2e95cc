// @ts-check
// The keys of Train live: the space key plays and pauses, an arrow steps on at the end of what is recorded.

/**
 * @param {HTMLElement} element
 * @param {object} tab
 * @param {import("../view.js").State} tab.state
 * @param {Pick<ReturnType<typeof import("../../web/components/player.js").player>, "key">} tab.film
 * @param {(wanted: "play" | "step") => void} tab.command
 */
export function listenToLiveKeys(element, {state, film, command}) {
  document.addEventListener("keydown", (event) => {
    if (!element.offsetParent || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = /** @type {Element} */ (event.target);
    const isElsewhere = !element.contains(target) || target.closest("button, select, .live-fields, .live-set");
    if (target !== document.body && isElsewhere) return;
    const isAtEnd = state.at === state.snapshots.length - 1 && ["none", "paused"].includes(state.run);
    if (event.key === " ") command("play");
    else if (event.key === "ArrowRight" && isAtEnd) command("step");
    else {
      if (state.snapshots.length) film.key(event);
      return;
    }
    event.preventDefault();
  });
}
