// @ts-check
// Where a lesson is, in the address and in words. No page is needed here.

/**
 * @typedef {import("./types").Lesson} Lesson
 * @typedef {import("./types").Step} Step
 * @typedef {import("./types").Question} Question
 * @typedef {import("./types").Answer} Answer
 */

const PAGE_WIDE = ["present", "__theme", "show", "hide"]; // settings of the page, which stay from step to step

/**
 * The lesson that an address opens: `?lesson=NAME&step=3`; beside a tab, whose links may have a `step` of their own,
 * `?lesson=NAME.3&tab=...`.
 * @param {string} search
 * @returns {{name: string, step: number} | null} step from 0
 */
export function readAddress(search) {
  const query = new URLSearchParams(search);
  const [name, place] = (query.get("lesson") ?? "").split(".");
  if (!name) return null;
  const step = Number(place ?? (query.has("tab") ? 1 : (query.get("step") ?? 1)));
  return {name, step: Number.isInteger(step) && step >= 1 ? step - 1 : 0};
}

/**
 * The address of a step, or without a lesson that of the view alone.
 * @param {string} search of the page as it is
 * @param {{lesson: Lesson, step: number} | null} at
 * @param {boolean} [isThere] whether the view stays as it is
 * @returns {string} from "?" on
 */
export function addressOf(search, at, isThere = !at) {
  const before = new URLSearchParams(search);
  const query = at ? new URLSearchParams({lesson: `${at.lesson.name}.${at.step + 1}`}) : new URLSearchParams();
  const view = at && !isThere ? new URLSearchParams(at.lesson.steps[at.step].link) : viewOf(search);
  for (const [key, value] of view) query.append(key, value);
  for (const key of PAGE_WIDE) if (before.has(key)) query.set(key, before.get(key) ?? "");
  return `?${query}`;
}

/**
 * What an address says about the view alone.
 * @param {string} search
 */
export function viewOf(search) {
  const query = new URLSearchParams(search);
  if (query.has("lesson") && !query.has("tab")) query.delete("step"); // the lesson's
  for (const key of ["lesson", ...PAGE_WIDE]) query.delete(key);
  return query;
}

/**
 * Whether an address holds just the view of a step.
 * @param {string} search
 * @param {Step} step
 */
export const isAt = (search, {link}) => viewOf(search).toString() === new URLSearchParams(link).toString();

/** @param {Step} step */
export const tabOf = ({link}) => new URLSearchParams(link).get("tab") ?? "";

/**
 * @param {Lesson} lesson
 * @param {number} step
 */
export const within = ({steps}, step) => Math.max(0, Math.min(steps.length - 1, step));

/**
 * Parts that must not be seen yet.
 * @param {Step} step
 * @param {Answer | undefined} answer
 */
export const coversOf = ({question}, answer) => (question && answer === undefined ? question.covers : []);

/**
 * @param {Question} question
 * @param {number} answer
 */
export function isRight({right, number, within: reach}, answer) {
  return number === null ? answer === right : Math.abs(answer - number) <= reach;
}

/**
 * What follows an answer, before the reason.
 * @param {Question} question
 * @param {Answer} answer
 * @returns {string} HTML
 */
export function verdictOf(question, answer) {
  const {answers, right, number, unit} = question;
  const solution = number === null ? answers[right ?? 0] : withUnit(number, unit);
  if (answer === null) return `It is: ${solution}.`;
  if (isRight(question, answer)) return number === null ? "Right." : `Right: it is ${solution}.`;
  return `Not quite. It is: ${solution}.`;
}

/**
 * @param {number} value
 * @param {string} unit
 */
export const withUnit = (value, unit) => `${Number(value.toPrecision(4))}${unit && ` ${unit}`}`;

/**
 * How finely a number is given: whole numbers, or a hundredth of the range.
 * @param {Question} question
 */
export const fineness = ({low, high}) => (high - low >= 20 ? 1 : (high - low) / 100);

/**
 * The lessons, by level, in the order in which they come.
 * @param {Lesson[]} lessons
 * @returns {[string, Lesson[]][]}
 */
export function byLevel(lessons) {
  const levels = [...new Set(lessons.map(({head}) => head.level))];
  return levels.map((level) => [level, lessons.filter(({head}) => head.level === level)]);
}
