// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {askHtml, codeHtml, doorHtml, questionHtml, toolsHtml} from "../../demos/web/room/html.js";
import {
  addressFor,
  asCode,
  codeOf,
  follows,
  isHeld,
  sentenceOf,
  tallyOf,
  viewForRoom,
} from "../../demos/web/room/views.js";

/** @type {import("../../demos/web/room/types").Seen} */
const seen = {role: "pupil", view: "tab=gan", is_locked: false, is_closed: false, has_teacher: true, question: null};
/** @type {import("../../demos/web/room/types").Question} */
const choice = {
  number: 1,
  phase: "open",
  place: "",
  text: "Which?",
  answers: ["this", "that"],
  low: 0,
  high: 0,
  unit: "",
};
const number = {...choice, answers: [], high: 100, unit: "%"};
const solved = {right: 1, number: null, why: "Because."};
const page = {isTeacher: false, vote: undefined, pupils: 0};

test("a room gets the view and the lesson, but no training run", () => {
  const view = (/** @type {string} */ text) => new URLSearchParams(text);
  assert.equal(viewForRoom(view("tab=gan&seed=7"), "?lesson=codes.2&tab=gan"), "tab=gan&seed=7&lesson=codes.2");
  assert.equal(viewForRoom(view("tab=live&model=vae&play=1"), ""), "tab=live&model=vae");
  assert.equal(viewForRoom(view("tab=gan&play=1"), ""), "tab=gan&play=1");
});

test("a page that follows keeps its own settings and drops its own lesson", () => {
  const search = "?lesson=mine.1&tab=classify&present=1&__theme=dark";
  assert.equal(addressFor("tab=gan&seed=7", search), "?tab=gan&seed=7&present=1&__theme=dark");
  assert.equal(addressFor("tab=gan&lesson=codes.2", ""), "?tab=gan&lesson=codes.2");
});

test("a page follows until it is touched, and always while its teacher has the controls", () => {
  const isFollowing = true;
  assert.ok(follows({seen, isFollowing}));
  assert.ok(!follows({seen, isFollowing: false}));
  assert.ok(follows({seen: {...seen, is_locked: true}, isFollowing: false}));
  assert.ok(!follows({seen: {...seen, role: "teacher"}, isFollowing}));
  assert.ok(follows({seen: {...seen, role: "watching"}, isFollowing}));
  assert.ok(!follows({seen: {...seen, is_closed: true}, isFollowing}));
  assert.ok(!isHeld({...seen, role: "teacher", is_locked: true}));
  assert.ok(!isHeld(null));
});

test("a typed code is read as it is meant", () => {
  assert.equal(asCode(" cf-hj k "), "CFHJK");
  assert.equal(codeOf("CFH", 4, Uint32Array.from([0, 4, 2, 7])), "CFHF");
});

test("the bar says in a sentence how things are", () => {
  const state = {seen, isFollowing: true, isConnected: true};
  assert.equal(sentenceOf(state), "You follow your teacher.");
  assert.equal(sentenceOf({...state, isFollowing: false}), "You explore on your own.");
  assert.match(sentenceOf({...state, isConnected: false}), /connection is lost/);
  assert.match(sentenceOf({...state, seen: {...seen, has_teacher: false}}), /away/);
  assert.match(sentenceOf({...state, seen: {...seen, is_locked: true}}), /has the controls/);
  assert.match(sentenceOf({...state, seen: null}), /Entering/);
  const teacher = (/** @type {number} */ pupils) => sentenceOf({...state, seen: {...seen, role: "teacher", pupils}});
  assert.deepEqual([0, 1, 23].map(teacher), ["No pages follow you.", "1 page follows you.", "23 pages follow you."]);
});

test("each page gets the buttons that do something", () => {
  const actions = (/** @type {Parameters<typeof toolsHtml>[0]} */ state) =>
    [...toolsHtml(state).matchAll(/data-room="(\w+)"/g)].map(([, action]) => action);
  const offered = {lesson: "codes", step: 1};
  /** @type {import("../../demos/web/room/types").Seen} */
  const teacher = {...seen, role: "teacher"};
  assert.deepEqual(actions({seen, isFollowing: true, offered}), ["leave"]);
  assert.deepEqual(actions({seen, isFollowing: false, offered}), ["follow", "leave"]);
  assert.deepEqual(actions({seen: {...seen, is_locked: true}, isFollowing: false, offered}), ["leave"]);
  assert.deepEqual(actions({seen: {...seen, role: "watching"}, isFollowing: true, offered}), ["lead", "leave"]);
  assert.deepEqual(actions({seen: teacher, isFollowing: true, offered}), ["code", "offered", "write", "lock", "end"]);
  assert.ok(!actions({seen: teacher, isFollowing: true, offered: null}).includes("offered"));
});

test("a tally has a bar for every answer, and marks the right one once it is known", () => {
  const bars = tallyOf({...choice, counts: [2, 4], solution: solved});
  assert.deepEqual(bars[0], {label: "this", count: 2, share: 0.5, isRight: false});
  assert.deepEqual(bars[1], {label: "that", count: 4, share: 1, isRight: true});
  const tenths = tallyOf({...number, counts: Array(10).fill(0), solution: {right: null, number: 100, why: ""}});
  assert.equal(tenths[3].label, "30 to 40 %");
  assert.deepEqual(
    tenths.map(({isRight}) => isRight),
    [...Array(9).fill(false), true],
  );
});

test("pupils get answers to choose, then the tally with their own and the right one", () => {
  assert.match(questionHtml(choice, page), /data-vote="1" aria-pressed="false">that/);
  assert.match(questionHtml(choice, {...page, vote: 1}), /data-vote="1" aria-pressed="true".*You can change it/s);
  assert.match(questionHtml(number, page), /type="range".*max="100"/s);
  assert.doesNotMatch(questionHtml({...choice, phase: "closed"}, page), /data-vote/);
  const revealed = {...choice, phase: /** @type {const} */ ("revealed"), counts: [1, 0], solution: solved};
  assert.match(
    questionHtml(revealed, {...page, vote: 0}),
    /this <small>your answer.*that <small class="room-right">right/s,
  );
  assert.match(questionHtml(revealed, page), /Because/);
});

test("the teacher sees the tally grow, and has the next step at hand", () => {
  const asked = {...choice, counts: [3, 9]};
  const teacher = {...page, isTeacher: true, pupils: 20};
  assert.match(questionHtml(asked, teacher), /12 of 20 answered.*data-room="shut".*data-room="reveal"/s);
  assert.match(questionHtml({...asked, phase: "closed"}, teacher), /data-room="reopen"/);
  assert.match(questionHtml({...asked, phase: "revealed", solution: solved}, teacher), /Because.*data-room="drop"/s);
});

test("what was typed or came in a link is text", () => {
  assert.match(doorHtml("There is no room <b>.", '"<i>'), /&lt;b&gt;.*value="&quot;&lt;i&gt;"/s);
  const ticket = {code: "<i>", page: "", key: "", address: "http://x/?<b>", picture: 'data:"', is_reached: false};
  assert.match(codeHtml(ticket, 2), /src="data:&quot;".*&lt;i&gt;.*&lt;b&gt;.*app\.py --room/s);
  assert.doesNotMatch(codeHtml({...ticket, is_reached: true}, 2), /app\.py/);
  const form = askHtml({alphabet: "", code_length: 5, longest_text: 300, silence: 15, answers: [2, 5]});
  assert.equal(form.match(/name="answer"/g)?.length, 5);
  assert.equal(form.match(/name="answer" maxlength="300" required/g)?.length, 2);
});
