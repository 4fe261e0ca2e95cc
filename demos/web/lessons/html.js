// @ts-check
// The strip and the list of lessons as HTML. What the server calls HTML is safe; all else is escaped.
import {escapeHtml} from "../lib/dom.js";
import {byLevel, fineness, isRight, verdictOf, withUnit} from "./steps.js";

/**
 * @typedef {import("./types").Lesson} Lesson
 * @typedef {import("./types").Question} Question
 * @typedef {import("./types").Answer} Answer
 */

export const FRAME = `<aside class="lesson-strip" aria-label="Lesson" tabindex="-1" hidden>
  <div class="lesson-main">
    <p class="lesson-head"><b class="lesson-title"></b> <span class="lesson-place"></span></p>
    <div class="lesson-text" aria-live="polite"></div>
  </div>
  <div class="lesson-question"></div>
  <div class="lesson-steps">
    <button type="button" data-lesson="back" title="Page Up">Back</button>
    <button type="button" data-lesson="next" title="Page Down">Next</button>
    <button type="button" data-lesson="list">All lessons</button>
    <button type="button" data-lesson="print" title="a hand-out of this lesson for the class">Print</button>
    <button type="button" data-lesson="close" aria-label="Close the lesson" title="Close the lesson">✕</button>
    <ol class="lesson-dots"></ol>
    <button type="button" data-lesson="return">Back to the step</button>
  </div>
</aside>
<dialog class="lesson-list" aria-label="Lessons"></dialog>
<dialog class="handout-progress" aria-label="Hand-out"></dialog>`;

/**
 * @param {Lesson} lesson
 * @param {number} shown
 */
export const dotsHtml = ({steps}, shown) =>
  steps
    .map(({title}, k) => {
      const current = k === shown ? 'aria-current="step"' : "";
      const label = `Step ${k + 1} of ${steps.length}: ${plain(title)}`;
      return `<li><button type="button" data-step="${k}" ${current} title="${label}"
        aria-label="${label}"></button></li>`;
    })
    .join("");

/**
 * A question, and once there is an answer what is right and why.
 * @param {Question} question
 * @param {Answer | undefined} answer
 */
export function questionHtml(question, answer) {
  const isOpen = answer === undefined;
  const choices = question.number === null ? choicesHtml(question, answer) : sliderHtml(question, answer);
  const show = isOpen ? `<button type="button" data-lesson="show">Show the answer</button>` : "";
  const right = answer !== null && !isOpen && isRight(question, answer);
  const verdict = isOpen
    ? ""
    : `<p class="lesson-verdict" data-right="${right}"><b>${verdictOf(question, answer)}</b> ${question.why}</p>`;
  return `<fieldset><legend>${question.text}</legend><div class="lesson-answers">${choices}${show}</div></fieldset>
    <div role="status">${verdict}</div>`;
}

/**
 * @param {Question} question
 * @param {Answer | undefined} answer
 */
function choicesHtml({answers, right}, answer) {
  return answers
    .map((text, k) => {
      const mark =
        answer === undefined ? "" : k === right ? 'data-mark="right"' : k === answer ? 'data-mark="wrong"' : "";
      const isOff = answer === undefined ? "" : "disabled";
      return `<button type="button" data-answer="${k}" ${mark} ${isOff}>${text}</button>`;
    })
    .join("");
}

/**
 * @param {Question} question
 * @param {Answer | undefined} answer
 */
function sliderHtml(question, answer) {
  const {low, high, unit} = question;
  const value = answer ?? (low + high) / 2;
  const isOff = answer === undefined ? "" : "disabled";
  return `<label class="loom-slider"><input type="range" data-guess min="${low}" max="${high}"
      step="${fineness(question)}" value="${value}" aria-label="Your guess" ${isOff}>
      <output>${escapeHtml(withUnit(value, unit))}</output></label>
    ${answer === undefined ? `<button type="button" data-lesson="guess">Answer</button>` : ""}`;
}

/**
 * @param {Lesson[]} lessons
 * @param {string[]} problems of files that are no lessons yet
 * @param {string} problem a sentence, or ""
 * @param {import("./draft.js").View[]} draft
 */
export function listHtml(lessons, problems, problem, draft) {
  const groups = byLevel(lessons).map(([level, those]) => {
    const items = those.map(itemHtml).join("");
    return `<h3>${escapeHtml(level[0].toUpperCase() + level.slice(1))}</h3><ul>${items}</ul>`;
  });
  const wrong = problems.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join("");
  return `<div class="lesson-head"><h2>Lessons</h2>
    <button type="button" data-lesson="unlist" aria-label="Close the list" title="Close the list">✕</button></div>
    ${problem && `<p class="loom-notice" role="alert">${escapeHtml(problem)}</p>`}
    ${groups.join("")}
    ${wrong && `<h3>Files with mistakes</h3><ul class="lesson-problems">${wrong}</ul>`}
    <h3>Your own</h3>
    ${draftHtml(draft)}`;
}

/** @param {import("./draft.js").View[]} draft */
function draftHtml(draft) {
  const views = draft.map(
    ({title, link}, k) => `<li><span>${escapeHtml(title)} <small>${escapeHtml(link)}</small></span>
      <button type="button" data-remove="${k}" aria-label="Remove view ${k + 1}">Remove</button></li>`,
  );
  const isOff = draft.length ? "" : "disabled";
  return `<p>Add the views that you want to show and save them: the file is a lesson to write your sentences into.
      <code>python app.py --lessons FOLDER</code> offers it here.</p>
    <ol class="lesson-draft">${views.join("")}</ol>
    <div class="loom-tools"><button type="button" data-lesson="add">Add this view</button>
      <button type="button" data-lesson="save" ${isOff}>Save</button></div>`;
}

/** @param {Lesson} lesson */
function itemHtml({name, head: {title, minutes}, steps}) {
  return `<li><a href="?lesson=${name}&amp;step=1" data-open="${name}"><b>${escapeHtml(title)}</b>
    <small>${minutes} minutes, ${steps.length} steps</small></a></li>`;
}

/** @param {string} markup text of a heading, for an attribute */
const plain = (markup) => markup.replace(/<[^>]*>/g, "").replaceAll('"', "&quot;");
