// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {lessonText} from "../../demos/web/lessons/draft.js";
import {splitAtTerms} from "../../demos/web/lessons/glossary.js";
import {dotsHtml, listHtml, questionHtml} from "../../demos/web/lessons/html.js";
import {
  addressOf,
  byLevel,
  coversOf,
  fineness,
  isAt,
  isRight,
  readAddress,
  tabOf,
  verdictOf,
  viewOf,
  within,
} from "../../demos/web/lessons/steps.js";

const asked = {text: "Which?", why: "Because.", covers: ["bars"], low: 0, high: 0, unit: "", within: 0, number: null};
const choice = {...asked, answers: ["this", "that"], right: 1};
const number = {...asked, answers: [], right: null, number: 88, within: 5, high: 100, unit: "%"};
const step = {title: "A step", text: "", link: "?tab=autodecoder&view=fit&step=40", parts: ["fit"], question: choice};
const lesson = {
  name: "codes",
  head: {title: "Codes", minutes: 5, level: "beginner", order: 1},
  steps: [step, {...step, title: 'The "second"', link: "?tab=classify&image=100", question: null}],
};

test("a link opens a step, and a broken one the first", () => {
  assert.deepEqual(readAddress("?lesson=codes&step=2"), {name: "codes", step: 1});
  assert.deepEqual(readAddress("?lesson=codes"), {name: "codes", step: 0});
  assert.deepEqual(readAddress("?lesson=codes&step=x"), {name: "codes", step: 0});
  assert.deepEqual(readAddress("?lesson=codes&step=-3"), {name: "codes", step: 0});
  assert.equal(readAddress("?tab=classify"), null);
  assert.equal(within(lesson, 9), 1);
});

test("beside a view, the step's number stands with the lesson: a view may have steps too", () => {
  const address = addressOf("?present=1&tab=gan&seed=7", {lesson, step: 0});
  assert.equal(address, "?lesson=codes.1&tab=autodecoder&view=fit&step=40&present=1");
  assert.deepEqual(readAddress(address), {name: "codes", step: 0});
  assert.equal(viewOf(address).get("step"), "40");
  assert.ok(isAt(address, step));
  assert.ok(!isAt(address.replace("step=40", "step=41"), step));
  const touched = address.replace("step=40", "step=41");
  assert.equal(addressOf(touched, {lesson, step: 1}, true), touched.replace("codes.1", "codes.2"));
});

test("without a lesson the address is that of the view", () => {
  assert.equal(addressOf("?lesson=codes.1&tab=gan&seed=7&present=1", null), "?tab=gan&seed=7&present=1");
  assert.equal(addressOf("?lesson=codes&step=2", null), "?");
});

test("a question covers its parts until there is an answer, or the answer was asked for", () => {
  assert.deepEqual(coversOf(step, undefined), ["bars"]);
  assert.deepEqual(coversOf(step, 0), []);
  assert.deepEqual(coversOf(step, null), []);
  assert.deepEqual(coversOf({...step, question: null}, undefined), []);
  assert.equal(tabOf(step), "autodecoder");
});

test("an answer is right or not, and the right one is said", () => {
  assert.ok(isRight(choice, 1));
  assert.ok(!isRight(choice, 0));
  assert.ok(isRight(number, 83));
  assert.ok(!isRight(number, 82));
  assert.equal(verdictOf(choice, 1), "Right.");
  assert.equal(verdictOf(choice, 0), "Not quite. It is: that.");
  assert.equal(verdictOf(choice, null), "It is: that.");
  assert.equal(verdictOf(number, 90), "Right: it is 88 %.");
  assert.equal(fineness(number), 1);
  assert.equal(fineness({...number, high: 2}), 0.02);
});

test("a question can be answered once", () => {
  assert.match(questionHtml(choice, undefined), /data-answer="1"/);
  assert.doesNotMatch(questionHtml(choice, undefined), /Because/);
  assert.match(questionHtml(choice, 0), /data-mark="wrong" disabled>this/);
  assert.match(questionHtml(choice, 0), /data-mark="right" disabled>that/);
  assert.match(questionHtml(choice, 0), /data-right="false".*Because/);
  assert.match(questionHtml(number, undefined), /type="range".*max="100"/);
});

test("what a file says is text in attributes and in the list", () => {
  assert.match(dotsHtml(lesson, 1), /aria-current="step" title="Step 2 of 2: The &quot;second&quot;"/);
  const list = listHtml([{...lesson, head: {...lesson.head, title: "<b>"}}], ["a.md, line 1: <i>"], "", []);
  assert.match(list, /&lt;b&gt;/);
  assert.match(list, /&lt;i&gt;/);
  assert.deepEqual(
    byLevel([lesson, {...lesson, head: {...lesson.head, level: "advanced"}}, lesson]).map(([name, those]) => [
      name,
      those.length,
    ]),
    [
      ["beginner", 2],
      ["advanced", 1],
    ],
  );
});

test("collected views become a lesson to write sentences into", () => {
  const text = lessonText([
    {title: "GAN", link: "?tab=gan&seed=7"},
    {title: "Classify", link: "?tab=classify&image=5"},
  ]);
  assert.match(text, /^---\ntitle: My lesson\nminutes: 2\nlevel: beginner\n---\n/);
  assert.match(text, /## GAN\n\nWrite .*\n\n\?tab=gan&seed=7\n/);
});

test("a term is marked once, as a whole word, in any of its forms", () => {
  const terms = ["code,codes", "t-SNE", "KL divergence"].map((forms) => ({
    forms: forms.split(","),
    text: "",
    link: "",
  }));
  const seen = new Set();
  const words = (/** @type {string} */ text) =>
    splitAtTerms(text, terms, seen).map((piece) => (piece.term === null ? piece.text : [piece.text]));
  assert.deepEqual(words("Decoded Codes (t-SNE), a code"), ["Decoded ", ["Codes"], " (", ["t-SNE"], "), a code"]);
  assert.deepEqual(words("the KL divergence of codes"), ["the ", ["KL divergence"], " of codes"]);
  assert.deepEqual(words(""), []);
});
