// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {paperQuestionHtml, sheetHtml} from "../../demos/web/lessons/sheet.js";

const asked = {text: "Which?", why: "Because of this.", covers: [], low: 0, high: 0, unit: "", within: 0, number: null};
const choice = {...asked, answers: ["this", "that"], right: 1};
const number = {...asked, answers: [], right: null, number: 88, within: 5, high: 100, unit: "%"};
const step = {title: "A step", text: "Look.", link: "?tab=gan", parts: [], question: choice};
const lesson = {
  name: "x",
  head: {title: "Bags & <b>boots</b>", minutes: 5, level: "beginner", order: 1},
  steps: [step, {...step, question: null}],
};

test("a question on paper has room to answer, and gives nothing away", () => {
  const paper = paperQuestionHtml(choice);
  assert.match(paper, /<li>this<\/li><li>that<\/li>/);
  assert.match(paper, /handout-line/);
  assert.doesNotMatch(paper, /Because of this/);
  assert.match(paperQuestionHtml(number), /from 0 to 100 %/);
  assert.doesNotMatch(paperQuestionHtml(number), /88/);
});

test("a sheet has every step with its picture's place and its code, and text stays text", () => {
  const sheet = sheetHtml(lesson, ["data:1", 'data:"2'], "http://here/");
  assert.equal(sheet.match(/class="handout-step"/g)?.length, 2);
  assert.match(sheet, /src="data:&quot;2"/);
  assert.match(sheet, /data-step="1"/);
  assert.match(sheet, /Bags &amp; &lt;b&gt;boots/);
  assert.equal(sheet.match(/handout-question/g)?.length, 1);
});
