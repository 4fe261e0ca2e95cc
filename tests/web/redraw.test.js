import assert from "node:assert/strict";
import {test} from "node:test";
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
