// @ts-check
// The room's bar and dialogs as HTML. What the server calls HTML is safe; all else is escaped.
import {escapeHtml} from "../lib/dom.js";
import {isHeld, tallyOf, total} from "./views.js";

/**
 * @typedef {import("./types").State} State
 * @typedef {import("./types").Question} Question
 * @typedef {import("./types").Props} Props
 */

export const FRAME = `<section class="room-bar" aria-label="Room" hidden>
  <div class="room-line"><b class="room-name"></b> <span class="room-says" role="status"></span>
    <span class="room-tools"></span></div>
  <p class="loom-notice room-problem" hidden></p>
  <div class="room-question" aria-live="polite"></div>
</section>
<dialog class="room-dialog"></dialog>`;

/**
 * @param {string} action
 * @param {string} label
 * @param {string} [more] attributes
 */
const button = (action, label, more = "") => `<button type="button" data-room="${action}" ${more}>${label}</button>`;

/**
 * @param {Pick<State, "seen" | "isFollowing" | "offered">} state
 */
export function toolsHtml({seen, isFollowing, offered}) {
  const leave = button("leave", "Leave", 'title="Leave the room; this page stays as it is"');
  if (!seen) return leave;
  if (seen.role === "watching") return button("lead", "Teach from here") + leave;
  if (seen.role === "pupil") {
    const isFree = !isFollowing && !isHeld(seen) && seen.has_teacher;
    return (isFree ? button("follow", "Follow again", 'class="room-main"') : "") + leave;
  }
  return [
    button("code", "Show the code"),
    offered && !seen.question ? button("offered", "Ask the lesson's question", 'class="room-main"') : "",
    button("write", "Ask a question"),
    button("lock", seen.is_locked ? "Give controls back" : "Take controls", `aria-pressed="${seen.is_locked}"`),
    button("end", "Close the room"),
  ].join("");
}

/**
 * @param {Question} question
 * @param {{isTeacher: boolean, vote: number | undefined, pupils: number}} page
 */
export function questionHtml(question, {isTeacher, vote, pupils}) {
  const isVoting = !isTeacher && question.phase === "open";
  const body = question.counts ? tallyHtml(question, vote) : isVoting ? choicesHtml(question, vote) : "";
  return `<p class="room-asked">${question.text}</p>${body}
    ${isTeacher ? teacherHtml(question, pupils) : `<p class="room-note">${noteOf(question, vote)}</p>`}`;
}

/**
 * @param {Question} question
 * @param {number | undefined} vote
 */
function noteOf({phase, solution}, vote) {
  if (phase === "revealed") return solution?.why ?? "";
  if (phase === "closed") return "The vote is closed. The result comes next.";
  return vote === undefined ? "Nobody sees who answers what." : "Your answer is in. You can change it.";
}

/**
 * @param {Question} question
 * @param {number | undefined} vote
 */
function choicesHtml({answers, low, high, unit}, vote) {
  if (answers.length) {
    const choices = answers.map((text, k) => {
      const pressed = `data-vote="${k}" aria-pressed="${vote === k}"`;
      return `<button type="button" ${pressed}>${text}</button>`;
    });
    return `<div class="room-answers">${choices.join("")}</div>`;
  }
  const value = vote ?? (low + high) / 2;
  const step = high - low >= 20 ? 1 : (high - low) / 100;
  return `<div class="room-answers"><label class="loom-slider"><input type="range" data-guess min="${low}" max="${high}"
      step="${step}" value="${value}" aria-label="Your answer"> <output>${numberWords(value, unit)}</output></label>
    ${button("guess", "Answer", 'class="room-main"')}</div>`;
}

/**
 * @param {number} value
 * @param {string} unit
 */
export const numberWords = (value, unit) => escapeHtml(`${Number(value.toPrecision(4))}${unit && ` ${unit}`}`);

/**
 * @param {Question} question
 * @param {number | undefined} vote
 */
function tallyHtml(question, vote) {
  const rows = tallyOf(question).map(({label, count, share, isRight}, k) => {
    const own = question.answers.length && vote === k ? " <small>your answer</small>" : "";
    const mark = isRight ? ' <small class="room-right">right</small>' : "";
    return `<li ${isRight ? "data-right" : ""}><span class="room-label">${label}${mark}${own}</span>
      <span class="room-track"><i style="width: ${(100 * share).toFixed(1)}%"></i></span><b>${count}</b></li>`;
  });
  return `<ol class="room-tally">${rows.join("")}</ol>`;
}

/**
 * @param {Question} question
 * @param {number} pupils
 */
function teacherHtml({phase, counts = [], solution}, pupils) {
  const buttons = {
    open: button("shut", "Close the vote") + button("reveal", "Show the result", 'class="room-main"'),
    closed: button("reopen", "Open the vote again") + button("reveal", "Show the result", 'class="room-main"'),
    revealed: button("drop", "Done", 'class="room-main"'),
  };
  const why = phase === "revealed" && solution?.why ? `<p class="room-note">${solution.why}</p>` : "";
  return `${why}<div class="room-tools"><span class="room-note">${total(counts)} of ${pupils} answered.</span>
    ${buttons[phase]}</div>`;
}

/** @param {string} title */
const head = (title) => `<div class="room-head"><h2>${title}</h2>
  <button type="button" data-room="dismiss" aria-label="Close" title="Close">✕</button></div>`;

/**
 * To open a room or to enter one.
 * @param {string} problem
 * @param {string} code that was typed
 */
export const doorHtml = (problem, code) => `${head("Room")}
  ${problem && `<p class="loom-notice" role="alert">${escapeHtml(problem)}</p>`}
  <form data-room-form="enter"><label>Enter your class's room by its code
      <input name="code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="12"
        value="${escapeHtml(code)}" required></label>
    <button class="room-main">Enter</button></form>
  <p>Or open a room: other pages then follow yours, answer your questions, and need no account or name.</p>
  <div class="room-tools">${button("open", "Open a room")}</div>`;

/**
 * The code for a class to read from the wall.
 * @param {import("./types").Ticket} ticket
 * @param {number} pupils
 */
export const codeHtml = ({code, address, picture, is_reached}, pupils) => `${head("Enter the room")}
  <div class="room-wall"><img src="${escapeHtml(picture)}" alt="QR picture of the room's address">
    <div><p class="room-letters">${escapeHtml(code)}</p>
      <p class="room-address">${escapeHtml(address)}</p>
      <p>Or press <b>Room</b> at the top of the page and type the code.</p>
      <p><b class="room-count">${pupils}</b> here</p></div></div>
  ${
    is_reached
      ? ""
      : `<p class="loom-notice">Only this computer can open this address. Start the app with
    <code>python app.py --room</code>, so that others can.</p>`
  }`;

/** @param {Props} props */
export function askHtml({longest_text: longest, answers: [fewest, most]}) {
  const rows = Array.from({length: most}, (_, k) => {
    const isNeeded = k < fewest ? "required" : "";
    return `<li><input type="radio" name="right" value="${k}" aria-label="Answer ${k + 1} is right">
      <input name="answer" maxlength="${longest}" ${isNeeded} aria-label="Answer ${k + 1}"></li>`;
  });
  return `${head("Ask a question")}
    <form data-room-form="ask"><label>Question <input name="text" maxlength="${longest}" required></label>
      <fieldset><legend>${fewest} to ${most} answers; mark the right one, if there is one</legend>
        <ol>${rows.join("")}</ol></fieldset>
      <button class="room-main">Ask</button></form>`;
}
