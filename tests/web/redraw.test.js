import assert from "node:assert/strict";
import {test} from "node:test";
import {movedPoints, oncePerFrame} from "../../demos/web/lib/plots/moved_points.js";
import {redrawer} from "../../demos/web/lib/redraw.js";

test("a part is drawn when one of its values has changed, apart from the others", () => {
  const redraw = redrawer();
  const drawn = [];
  const draw = (part, ...values) => redraw(part, values, () => drawn.push([part, ...values]));
  draw("a", 1, null);
  draw("a", 1, null);
  draw("b", 1, null);
  draw("a", 1, 2);
  assert.deepEqual(drawn, [
    ["a", 1, null],
    ["b", 1, null],
    ["a", 1, 2],
  ]);
});

test("points that move are drawn once a frame, and at the end where they are then", async () => {
  const frames = [];
  globalThis.requestAnimationFrame = (frame) => frames.push(frame);
  const drawn = [];
  let points = [1];
  const show = oncePerFrame(
    async () => drawn.push(points[0]),
    () => points,
  );
  const first = show();
  for (const x of [2, 3]) {
    points = [x];
    show();
  }
  await first;
  assert.deepEqual(drawn, [1]);
  frames.shift()();
  await Promise.resolve();
  assert.deepEqual(drawn, [1, 3]);
  await new Promise((resolve) => setTimeout(resolve));
  frames.shift()();
  assert.deepEqual([drawn, frames], [[1, 3], []]);
});

test("the points of each trace are moved to where they are now", () => {
  const moved = {};
  const point = (name) => ({setAttribute: (_, words) => Object.assign(moved, {[name]: words})});
  const trace = (...points) => ({querySelectorAll: () => points});
  const axis = {d2p: (value) => 10 * value};
  const points = movedPoints({
    querySelectorAll: () => [trace(point("a"), point("b")), trace(point("c"))],
    _fullLayout: {xaxis: axis, yaxis: axis},
  });
  points.collect([[0, 2], [1]]);
  points.move((i, c) => i + c);
  assert.deepEqual(moved, {a: "translate(0,10)", b: "translate(20,30)", c: "translate(10,20)"});
  points.collect([]);
  points.move(() => assert.fail("moved"));
});
