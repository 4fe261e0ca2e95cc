// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {byClass} from "../../demos/web/components/maps/contact_sheet.js";
import {picturedPoints} from "../../demos/web/components/maps/map_pictures.js";
import {findPoints, searchHint} from "../../demos/web/lib/plots/find_points.js";
import {csvOf, withScript} from "../../demos/web/lib/plots/map_files.js";
import {fitToPlace} from "../../demos/web/lib/plots/plot_size.js";
import {fileName} from "../../demos/web/lib/plots/table.js";

const classes = ["T-shirt/top", "Shirt", "Ankle boot"];
const points = {classes, labels: [0, 1, 1, 2], ids: [12, 634, 7, 12]};
const found = (/** @type {string} */ text) => findPoints(text, points).found;

test("what could be searched for is found", () => {
  const {found: one} = findPoints(searchHint(points).split(", or ")[1], points);
  assert.equal(one.length, 1);
  assert.ok(found(searchHint(points).split(", or ")[0]).includes(one[0]));
  assert.equal(searchHint({...points, classes: []}), String(points.ids[one[0]]));
});

test("points are found by class, by number, and by both", () => {
  assert.deepEqual(found("shirt"), [1, 2]); // exactly, and not every T-shirt
  assert.deepEqual(found("T-SH"), [0]);
  assert.deepEqual(found("12"), [0, 3]);
  assert.deepEqual(found(" #634 "), [1]);
  assert.deepEqual(found("boot 12"), [3]);
  assert.deepEqual(found("shirt #7"), [2]);
  assert.deepEqual(found("  "), []);
});

test("a class whose name ends in a number is a class", () => {
  const tenths = {classes: ["tenth 1", "tenth 2"], labels: [0, 1, 1], ids: [1, 2, 3]};
  assert.deepEqual(findPoints("tenth 2", tenths).found, [1, 2]);
  assert.deepEqual(findPoints("tenth 2 3", tenths).found, [2]);
});

test("what is not there is said", () => {
  assert.match(findPoints("Hat", points).words, /no class "Hat": it is T-shirt/);
  assert.equal(findPoints("99", points).words, "none of them is on this map");
  assert.equal(findPoints("shirt", points).words, "2 found");
  assert.equal(findPoints("", points).words, "");
});

test("points become pictures when zoomed, and only where all that are seen find room", () => {
  const box = {left: 10, top: 10, width: 200, height: 100};
  const places = /** @type {[number, number][]} */ ([
    [15, 15],
    [100, 50],
    [300, 50],
    [209, 109],
  ]);
  const layer = {places, shown: [0, 1, 2], isZoomed: true, box};
  assert.deepEqual(picturedPoints(layer), [0, 1]);
  assert.deepEqual(picturedPoints({...layer, isZoomed: false}), []);
  const many = Array.from({length: 40}, () => /** @type {[number, number]} */ ([50, 50]));
  assert.deepEqual(picturedPoints({...layer, places: many, shown: many.map((_, i) => i)}), []);
});

test("a contact sheet begins with the largest class", () => {
  assert.deepEqual(byClass([3, 0, 2, 1], points.labels), [
    [1, [2, 1]],
    [2, [3]],
    [0, [0]],
  ]);
});

test("a table has a line a point, and quotes what needs it", () => {
  const table = csvOf({
    ...points,
    classes: ['A, "b"', "Shirt", "Boot"],
    title: "x",
    dimensions: 2,
    points: Float32Array.of(0, 1, 2.5, -3, 4, 5, 6, 7),
  });
  const lines = table.split("\n");
  assert.equal(lines[0], "number,class,x,y");
  assert.equal(lines[1], '12,"A, ""b""",0,1');
  assert.equal(lines[2], "634,Shirt,2.5,-3");
  assert.equal(lines.length, 6); // the last line ends, too
  assert.equal(fileName("fc1 of ResNet, t-SNE 30"), "fc1-of-resnet-t-sne-30");
});

test("a page gets its script as it is", () => {
  assert.equal(withScript("<head></head><body>", "a('$&')"), "<head><script>a('$&')</script></head><body>");
});

test("a plot is laid out anew only where its place has another size", async () => {
  let count = 0;
  const plotly = {Plots: {resize: async () => count++}};
  const plot = {clientWidth: 640, clientHeight: 400, _fullLayout: {width: 640.4, height: 400}};
  assert.equal(await fitToPlace(plotly, plot), false);
  plot.clientHeight = 380;
  assert.equal(await fitToPlace(plotly, plot), true);
  assert.equal(count, 1);
});
