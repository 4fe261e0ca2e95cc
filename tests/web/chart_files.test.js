// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {scoreTable} from "../../demos/features/scores.js";
import {dotTable} from "../../demos/gan/parts/dot_plot.js";
import {mapTable} from "../../demos/live/parts/code_points.js";
import {probabilityTable} from "../../demos/web/components/charts/bars.js";
import {matrixTable} from "../../demos/web/components/charts/confusion.js";
import {lineTable} from "../../demos/web/components/charts/line_geometry.js";
import {pointTable} from "../../demos/web/components/charts/scatter.js";
import {opaque} from "../../demos/web/components/saving/chart_svg.js";
import {SvgContext} from "../../demos/web/components/saving/vector.js";
import {tableCsv} from "../../demos/web/lib/plots/table.js";

test("a table is a header and a line a row; what is unknown stays empty", () => {
  const rows = [
    ["a", 0.1 + 0.2, null],
    ['b, "c"', Number.NaN, 12345678.9],
  ];
  assert.equal(tableCsv({columns: ["name", "x", "y"], rows}), 'name,x,y\na,0.3,\n"b, ""c""",,12345680\n');
});

test("lines share their places, and levels stand in every row", () => {
  const table = lineTable({
    series: [
      {name: "loss", values: [3, null, 1], color: "red"},
      {name: "", column: "raw", values: [9], x: [2.5], color: "red"},
    ],
    targets: [{name: "report", value: 2}],
    xColumn: "epoch",
  });
  assert.deepEqual(table.columns, ["epoch", "loss", "raw", "report"]);
  assert.deepEqual(table.rows, [
    [1, 3, undefined, 2],
    [2, null, undefined, 2],
    [2.5, undefined, 9, 2],
    [3, 1, undefined, 2],
  ]);
});

test("an axis that counts its places has their names in the table", () => {
  const series = [{name: "PSNR", values: [20, 10], color: "red"}];
  const table = lineTable({series, x: [0, 1], formatX: (k) => `${5 * k} %`, xName: "level"});
  assert.deepEqual(
    table.rows.map(([first]) => first),
    ["0 %", "5 %"],
  );
  assert.equal(table.columns[0], "level");
});

test("bars, matrices, scores and points are tables", () => {
  assert.deepEqual(probabilityTable(["Shirt"], [""], [[0.25]]), {
    columns: ["class", "probability"],
    rows: [["Shirt", 0.25]],
  });
  assert.deepEqual(matrixTable([[3, 1]], ["A", "B"], true).rows, [["A", 75, 25]]);
  assert.deepEqual(matrixTable([[3, 1]], ["A", "B"], false).rows, [["A", 3, 1]]);
  const scores = {layer: "fc1", agreement: [0.5, null, 0.25], ch: [1, 2], preserved: [null, 0.3, 0.2]};
  assert.deepEqual(scoreTable([scores], "preserved", [1, 2]), {
    columns: ["layer", "PCA map", "t-SNE map"],
    rows: [["fc1", 0.3, 0.2]],
  });
  assert.deepEqual(dotTable([[1.5], [2]], [{name: "real"}, {name: "made"}]).rows, [
    ["real", 1, 1.5],
    ["made", 1, 2],
  ]);
  assert.deepEqual(pointTable({points: [1, 2], labels: [0], label: ""}, ["Bag"]).rows, [["Bag", 1, 2]]);
});

test("a live map is saved in its own units", () => {
  const table = mapTable({points: Int16Array.of(16000, -8000), reach: [2, 4], names: ["Bag"]});
  assert.deepEqual(table.rows, [["Bag", 2, -2]]);
});

test("a colour and what shines through it are two things in a picture", () => {
  assert.deepEqual(opaque("rgba(13, 148, 136, 0.5)"), {fill: "rgb(13,148,136)", alpha: 0.5});
  assert.deepEqual(opaque("rgb(1, 2, 3)"), {fill: "rgb(1,2,3)", alpha: 1});
  assert.equal(opaque("rgba(0, 0, 0, 0)").alpha, 0);
});

test("what is drawn on a canvas is drawn as an SVG in the same places", () => {
  const context = new SvgContext();
  context.fillStyle = "#cc6677";
  context.beginPath();
  context.arc(10, 20, 3);
  context.fill();
  context.save();
  context.globalAlpha = 0.5;
  context.setLineDash([4, 3]);
  context.rotate(-Math.PI / 2);
  context.beginPath();
  context.moveTo(0, 1);
  context.lineTo(2, 3);
  context.stroke();
  context.fillText("a < b", 5, 6);
  context.restore();
  context.fillRect(1, 2, 3, 4);
  const [point, line, text, rect] = context.elements;
  assert.equal(point, '<path d="M7 20a3 3 0 1 0 6 0a3 3 0 1 0 -6 0Z" fill="#cc6677"/>');
  assert.match(line, /d="M0 1L2 3".*stroke-dasharray="4 3" transform="rotate\(-90\)" opacity="0.5"/);
  assert.match(text, /text-anchor="start" transform="rotate\(-90\)" opacity="0.5">a &lt; b<\/text>/);
  assert.equal(rect, '<rect x="1" y="2" width="3" height="4" fill="#cc6677"/>');
});
