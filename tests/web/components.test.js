// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {csv, sorted} from "../../demos/scoreboard/table.js";
import {sparkline} from "../../demos/web/components/charts/line_chart.js";
import {
  lineGeometry,
  linePath,
  namePlaces,
  nearestIndex,
  touches,
} from "../../demos/web/components/charts/line_geometry.js";
import {nearestPlace, scatterPlaces} from "../../demos/web/components/charts/scatter.js";
import {nextOption} from "../../demos/web/components/radio_group.js";
import {dab, drawLine} from "../../demos/web/lib/input/brush.js";
import {nextItem} from "../../demos/web/lib/input/roving_focus.js";

const box = {width: 300, height: 100, edge: {left: 40, right: 10, top: 10, bottom: 20}};
const series = (/** @type {(number | null)[]} */ ...values) => [{name: "loss", values, color: "red"}];

test("a line fills its box from edge to edge", () => {
  const place = lineGeometry({series: series(0, 5, 10)}, box);
  assert.deepEqual([place.x(1), place.x(3)], [40, 290]);
  assert.ok(place.y(10) > 10 && place.y(0) < 80 && place.y(10) < place.y(0));
  assert.equal(place.back(place.x(2)), 2);
  assert.deepEqual([place.back(-50), place.back(999)], [1, 3]);
});

test("counted steps have whole ticks", () => {
  assert.deepEqual(lineGeometry({series: series(1, 2, 3)}, box).xTicks, [1, 2, 3]);
});

test("the scale is logarithmic where values differ much, if it may be", () => {
  assert.equal(lineGeometry({series: series(0.01, 1), log: "auto"}, box).log, true);
  assert.equal(lineGeometry({series: series(0.5, 1), log: "auto"}, box).log, false);
  assert.equal(lineGeometry({series: series(-1, 100), log: "auto"}, box).log, false);
  assert.equal(lineGeometry({series: series(0.01, 1)}, box).log, false);
  const place = lineGeometry({series: series(0.01, 0.1, 1, 0), log: true}, box);
  assert.ok(Math.abs(place.y(0.1) - (place.y(0.01) + place.y(1)) / 2) < 1e-9);
});

test("zero and a range are kept where they are asked for", () => {
  const bottom = box.height - box.edge.bottom;
  assert.equal(lineGeometry({series: series(3, 4), zero: true}, box).y(0), bottom);
  const place = lineGeometry({series: series(0.3), range: [0, 1]}, box);
  assert.deepEqual([place.y(0), place.y(1)], [bottom, box.edge.top]);
});

test("lines that grow leave room for what is to come", () => {
  assert.equal(lineGeometry({series: series(1, 2), x: [0, 1], until: 10}, box).x(10), 290);
});

test("a gap in the values is left out of the path", () => {
  const place = {x: (/** @type {number} */ v) => v, y: (/** @type {number} */ v) => v};
  assert.equal(linePath([1, null, 3], [0, 1, 2], place), "0.0,1.0 2.0,3.0");
  assert.equal(sparkline([1, null]), "");
  assert.match(sparkline([1, 2, 3]), /polyline/);
});

test("the name of a level stands where no line crosses it", () => {
  const falling = {series: series(9, 4, 1.2, 1, 1), targets: [{name: "report", value: 1.1}]};
  const rising = {
    series: series(1, 6, 8.8, 9, 9),
    targets: [
      {name: "report", value: 9},
      {name: "goal", value: 8},
    ],
  };
  for (const data of [falling, rising]) {
    const place = lineGeometry(data, box);
    const line = data.series[0].values.map((v, k) => [place.x(k + 1), place.y(v ?? 0)]);
    const names = namePlaces(data, place, box).map(({name, x, y}) => {
      const words = {left: x - 6 * name.length, right: x, top: y - 9, bottom: y};
      assert.equal(touches(line, words), false, name);
      assert.ok(words.left >= box.edge.left && words.top >= 0 && y <= box.height - box.edge.bottom);
      return words;
    });
    if (names[1])
      assert.ok(
        names[0].right <= names[1].left ||
          names[1].right <= names[0].left ||
          names[0].bottom <= names[1].top ||
          names[1].bottom <= names[0].top,
      );
  }
  assert.equal(
    touches(
      [
        [0, 0],
        [10, 10],
      ],
      {left: 4, right: 6, top: 0, bottom: 3},
    ),
    false,
  );
  assert.equal(
    touches(
      [
        [0, 0],
        [10, 10],
      ],
      {left: 4, right: 6, top: 0, bottom: 4.5},
    ),
    true,
  );
  assert.deepEqual(
    namePlaces({...falling, targets: [{name: "best", value: 1, color: "red"}]}, lineGeometry(falling, box), box),
    [],
  );
});

test("the nearest value is found", () => {
  assert.deepEqual(
    [0, 2.4, 2.6, 99].map((v) => nearestIndex([0, 1, 2, 3], v)),
    [0, 2, 3, 3],
  );
});

test("arrows walk through options past the ends, other keys do not", () => {
  const keys = ["a", "b", "c"];
  assert.equal(nextOption(keys, "c", "ArrowRight"), "a");
  assert.equal(nextOption(keys, "a", "ArrowUp"), "c");
  assert.equal(nextOption(keys, "a", "ArrowDown"), "b");
  assert.equal(nextOption(keys, "a", "Enter"), undefined);
});

test("points fill the plane, and keep their shape where both axes have one unit", () => {
  const points = [0, 0, 2, 1];
  const wide = {points, labels: [0, 1], label: ""};
  assert.deepEqual(scatterPlaces(wide, 124, 124), [
    [12, 112],
    [112, 12],
  ]);
  const [[x0, y0], [x1, y1]] = scatterPlaces({...wide, square: true}, 124, 124);
  assert.equal(x1 - x0, 2 * (y0 - y1));
});

test("only what is within reach is pointed at", () => {
  /** @type {[number, number][]} */
  const places = [
    [0, 0],
    [10, 0],
    [11, 0],
  ];
  assert.equal(nearestPlace(places, [0, 1, 2], 10.8, 0), 2);
  assert.equal(nearestPlace(places, [0, 1], 10.8, 0), 1);
  assert.equal(nearestPlace(places, [0, 1, 2], 100, 0), -1);
});

test("a brush paints its middle fully and fades at its edge, and erases", () => {
  const pixels = new Uint8Array(28 * 28);
  const at = (/** @type {number} */ x, /** @type {number} */ y) => pixels[y * 28 + x];
  dab(pixels, {x: 14.5, y: 14.5}, {radius: 1.6, ink: 1, size: 28});
  assert.equal(at(14, 14), 255);
  assert.ok(at(16, 14) > 0 && at(16, 14) < 255);
  assert.equal(at(18, 14), 0);
  dab(pixels, {x: 14.5, y: 14.5}, {radius: 1.6, ink: 0, size: 28});
  assert.equal(at(14, 14), 0);
});

test("models without a figure come last, either way, and a table's cells are quoted", () => {
  const row = (/** @type {string} */ name, /** @type {any} */ minutes) =>
    /** @type {any} */ ({name, minutes, measures: [], history: {}, recipe: {}});
  const rows = [row("b", 2), row("a", null), row("c", 1)];
  const names = (/** @type {boolean} */ falling) => sorted(rows, "minutes", falling).map(({name}) => name);
  assert.deepEqual(names(false), ["c", "b", "a"]);
  assert.deepEqual(names(true), ["b", "c", "a"]);
  const target = {value: null, margin: null};
  const measure = {name: "mse", value: 1, higher: false, goal: target, report: target, baseline: target};
  const whole = {...row('say "hi", x', 1), model: "cae", measures: [measure], sha256: "f"};
  assert.equal(csv([whole]).split("\r\n")[1], '"say ""hi"", x",cae,mse,1,,,,,,,1,,,f');
});

test("arrows walk through rows of tiles and stop at the ends", () => {
  const layout = {count: 10, columns: 4};
  const steps = ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Home", "End", "Enter"];
  assert.deepEqual(
    steps.map((key) => nextItem(5, key, layout)),
    [6, 4, 9, 1, 0, 9, undefined],
  );
  assert.deepEqual(
    steps.slice(0, 4).map((key) => nextItem(9, key, layout)),
    [undefined, 8, undefined, 5],
  );
});

test("a line has no gaps, and its mirror image is drawn where that is wanted", () => {
  const brush = {radius: 0.5, ink: 1, size: 28};
  const row = (/** @type {boolean} */ isMirrored) => {
    const pixels = new Uint8Array(784);
    drawLine(pixels, {from: {x: 2.5, y: 10.5}, to: {x: 8.5, y: 10.5}}, brush, isMirrored);
    return [...pixels.subarray(280, 308)].flatMap((value, x) => (value === 255 ? [x] : []));
  };
  assert.deepEqual(row(false), [2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(row(true), [2, 3, 4, 5, 6, 7, 8, 19, 20, 21, 22, 23, 24, 25]);
});
