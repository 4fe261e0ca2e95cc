// @ts-check
// A tab of several views, of which its state names one: who draws a view also asks for what it shows.

/**
 * @typedef {object} View
 * @property {() => void} load asks for what is not there yet
 * @property {() => void} again asks again for what failed
 * @property {() => boolean} [isReady] whether there is something to play
 * @property {() => void} [play]
 * @property {() => void} [stop]
 * @property {() => void} [cancel] an upload under way
 */

/**
 * Two ways to change the state: `update` for an answer or a drag, `choose` for what a person chose. After a choice the
 * last problem is over, nothing plays, and a slow upload no longer counts.
 * @template {{view: string, isToPlay: boolean, isMoving: boolean, problem: string}} State
 * @param {object} tab
 * @param {State} tab.state `isToPlay`: the view plays as soon as it can
 * @param {() => Record<string, View>} tab.views by name
 * @param {() => View[]} tab.beside what is drawn beside every view
 * @param {() => boolean} tab.hasStarted before that nothing is drawn
 * @param {() => void} tab.render
 */
export function viewChanges({state, views, beside, hasStarted, render}) {
  const shown = (/** @type {string} */ name) => [views()[name], ...beside()];

  function update(/** @type {Partial<State>} */ changes) {
    Object.assign(state, changes);
    if (!hasStarted()) return;
    render();
    for (const part of shown(state.view)) part.load();
    const view = views()[state.view];
    if (!state.isToPlay || !view.isReady?.()) return;
    state.isToPlay = false;
    view.play?.();
  }

  function choose(/** @type {Partial<State>} */ changes) {
    for (const part of Object.values(views())) {
      if ("picture" in changes) part.cancel?.();
      part.stop?.();
    }
    for (const part of shown(changes.view ?? state.view)) part.again();
    update({problem: "", isMoving: false, isToPlay: false, ...changes});
  }

  return {update, choose};
}
