// @ts-check
// Points that move many times a second.

/**
 * The points of a flat plot, moved in place: to have plotly draw them anew would be too slow.
 * @param {any} plot plotly's element
 */
export function movedPoints(plot) {
  /** @type {[Element, number][]} */
  let nodes = [];
  return {
    /**
     * Take over the points that plotly has drawn.
     * @param {number[][]} members of each trace
     */
    collect(members) {
      const traces = [...plot.querySelectorAll(".scatterlayer .trace")];
      nodes = members.flatMap((points, t) => {
        const drawn = /** @type {Element[]} */ ([...(traces[t]?.querySelectorAll(".point") ?? [])]);
        return drawn.map((node, m) => /** @type {[Element, number]} */ ([node, points[m]]));
      });
    },
    /** @param {(i: number, axis: number) => number} value where a point is now */
    move(value) {
      const {xaxis, yaxis} = plot._fullLayout;
      for (const [node, i] of nodes)
        node.setAttribute("transform", `translate(${xaxis.d2p(value(i, 0))},${yaxis.d2p(value(i, 1))})`);
    },
  };
}

/**
 * A function that draws once a frame at most, and at the end what is shown then.
 * @param {() => Promise<void>} draw
 * @param {() => unknown} current what is shown, another object for each state of it
 */
export function oncePerFrame(draw, current) {
  let isDrawing = false;
  return async function show() {
    if (isDrawing) return;
    isDrawing = true;
    const drawn = current();
    await draw();
    requestAnimationFrame(() => {
      isDrawing = false;
      if (current() !== drawn) show();
    });
  };
}
