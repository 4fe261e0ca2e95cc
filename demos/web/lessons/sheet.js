// @ts-check
// A lesson on paper, as HTML: what the server calls HTML is safe; all else is escaped.
import {escapeHtml} from "../lib/dom.js";
import {withUnit} from "./steps.js";

/**
 * @typedef {import("./types").Lesson} Lesson
 * @typedef {import("./types").Question} Question
 */

/**
 * @param {Lesson} lesson
 * @param {string[]} codes addresses of QR pictures, one a step
 * @param {string} address of the app
 */
export function sheetHtml({head: {title, minutes}, steps}, codes, address) {
  const parts = steps.map(
    (step, k) => `<article class="handout-step">
      <img class="handout-code" src="${escapeHtml(codes[k] ?? "")}" alt="QR picture of step ${k + 1}">
      <h2><b>${k + 1}</b> ${step.title}</h2><p>${step.text}</p>
      <div class="handout-picture" data-step="${k}"></div>
      ${step.question ? paperQuestionHtml(step.question) : ""}</article>`,
  );
  return `<header class="handout-head"><h1>${escapeHtml(title)}</h1>
      <p>Name <i></i></p><p>${minutes} minutes. Scan a code to open its step, or start at ${escapeHtml(address)}.</p>
    </header><div class="handout-steps">${parts.join("")}</div>`;
}

/**
 * A question with room to answer; nothing gives the answer away.
 * @param {Question} question
 */
export function paperQuestionHtml({text, answers, number, low, high, unit}) {
  const choices = answers.map((answer) => `<li>${answer}</li>`);
  const range = `from ${withUnit(low, "")} to ${escapeHtml(withUnit(high, unit))}`;
  const answer =
    number === null
      ? `<ul>${choices.join("")}</ul>`
      : `<p class="handout-guess">My guess <i></i> <small>${range}</small></p>`;
  return `<div class="handout-question"><p><strong>${text}</strong></p>${answer}
    <p class="handout-why">Because</p><i class="handout-line"></i><i class="handout-line"></i></div>`;
}
