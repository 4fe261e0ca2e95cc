// @ts-check
// A room: one page teaches, the others follow it and vote. One state, which events change and render() draws.

import {isMakingHandout} from "../lessons/handout.js";
import {shownView} from "../lib/address.js";
import {onQuestion, revealQuestion} from "../lib/class_question.js";
import {finder} from "../lib/dom.js";
import {notice} from "../lib/notice.js";
import {untilLoaded} from "../lib/server/connection.js";
import {dialog} from "./dialog.js";
import {follower} from "./follow.js";
import {FRAME, numberWords, questionHtml, toolsHtml} from "./html.js";
import {home, keepTicket, listen, loadTicket, newName, post} from "./link.js";
import {asCode, codeOf, follows, isHeld, sentenceOf, viewForRoom} from "./views.js";

/**
 * @typedef {import("./types").State} State
 * @typedef {import("./types").Ticket} Ticket
 */

const NEW = "new"; // ?room=new opens one
const PACE = 80; // milliseconds between two looks at what the teacher shows
const TRIES = 3; // codes to try: another room may have the same

/** @param {import("./types").RoomMount} mounted */
export function mount({element, props}) {
  element.innerHTML = FRAME;
  const find = finder(element);
  const alert = notice(find(".room-problem"));
  const bar = find(".room-bar");
  /** @type {State} */
  const state = {
    ticket: null,
    seen: null,
    isConnected: false,
    isFollowing: true,
    votes: {},
    dialog: null,
    offered: null,
    problem: "",
    farewell: "",
    typed: "",
  };
  /** @type {Record<string, string>} */
  const drawn = {};
  let leave = () => {};
  let sent = ""; // the view that the room has
  let isSending = false;

  function update(/** @type {Partial<State>} */ changes) {
    Object.assign(state, changes);
    render();
  }

  // ---- from the state to the page
  const draw = (/** @type {string} */ selector, /** @type {string} */ html) => {
    if (drawn[selector] === html) return;
    drawn[selector] = html;
    find(selector).innerHTML = html;
  };

  function render() {
    const {ticket, seen, votes, problem, farewell} = state;
    const question = seen?.question;
    bar.hidden = !ticket && !farewell;
    bar.dataset.role = seen?.role ?? "";
    document.body.toggleAttribute("data-room-votes", seen !== null && follows(state));
    find(".room-name").textContent = ticket ? `Room ${ticket.code}` : "";
    const says = ticket ? sentenceOf(state) : farewell;
    if (find(".room-says").textContent !== says) find(".room-says").textContent = says;
    draw(".room-tools", ticket ? toolsHtml(state) : '<button type="button" data-room="goodbye">Close</button>');
    const page = {isTeacher: seen?.role !== "pupil", vote: votes[question?.number ?? 0], pupils: seen?.pupils ?? 0};
    draw(".room-question", question ? questionHtml(question, page) : "");
    if (problem && !state.dialog) alert.say(problem);
    else alert.clear();
    windows.show(state);
    following.hold(isHeld(seen));
    if (seen && follows(state) && !isMakingHandout()) following.show(seen.view);
  }

  // ---- in and out
  function go(/** @type {Ticket} */ ticket) {
    leave();
    keepTicket(ticket);
    sent = "";
    const typed = ticket.code;
    update({ticket, typed, seen: null, isFollowing: true, votes: {}, dialog: null, problem: "", farewell: ""});
    leave = listen(ticket, {
      silence: props.silence,
      seen: take,
      connection: (isConnected) => update({isConnected}),
      end(sentence, isRefused) {
        keepTicket(null);
        const why = isRefused ? {dialog: /** @type {const} */ ("door"), problem: sentence} : {farewell: sentence};
        update({ticket: null, seen: null, isConnected: false, ...why});
      },
    });
  }

  function take(/** @type {import("./types").Seen} */ seen) {
    const before = state.seen;
    if (before?.role !== seen.role) sent = "";
    const isNews = seen.question?.phase === "revealed" && before?.question?.phase !== "revealed";
    update({seen, isConnected: true});
    if (isNews && seen.question?.place) revealQuestion(seen.question.place, state.votes[seen.question.number] ?? null);
  }

  function quit() {
    leave();
    keepTicket(null);
    update({ticket: null, seen: null, isConnected: false, problem: "", farewell: ""});
  }

  async function open() {
    const page = newName();
    for (let k = 0; k < TRIES; k++) {
      const code = codeOf(
        props.alphabet,
        props.code_length,
        crypto.getRandomValues(new Uint32Array(props.code_length)),
      );
      const {error, status, ...opened} = await post(code, "open", {page, address: home()});
      if (status === 409) continue;
      if (error) return update({dialog: "door", problem: error});
      const {qrPicture} = await untilLoaded(() => import("../components/pictures/qr_picture.js"));
      go({code, page, ...opened, picture: qrPicture(opened.address)});
      return update({dialog: "code"});
    }
    return update({dialog: "door", problem: "No code was free. Try again."});
  }

  function enter(/** @type {string} */ typed) {
    const code = asCode(typed);
    const ticket = loadTicket();
    if (ticket && ticket.code === code) go(renewed(ticket));
    else go({code, page: newName(), key: "", address: "", picture: "", is_reached: true});
  }

  /** A teacher's ticket may have been copied with its window: each page of the teacher's has its own name. */
  const renewed = (/** @type {Ticket} */ ticket) => (ticket.key ? {...ticket, page: newName()} : ticket);

  // ---- what this page does in the room
  async function act(/** @type {string} */ action, body = {}) {
    const {ticket} = state;
    if (!ticket) return false;
    const {error = ""} = await post(ticket.code, action, {page: ticket.page, ...body});
    update({problem: error});
    return !error;
  }

  async function vote(/** @type {number} */ value) {
    const number = state.seen?.question?.number;
    if (number === undefined) return;
    if (await act("vote", {number, value})) update({votes: {...state.votes, [number]: value}});
  }

  /** What the teacher's page shows, as soon as it is something else; one request at a time, the latest view last. */
  async function sendView() {
    if (isSending || state.seen?.role !== "teacher" || !state.isConnected || isMakingHandout()) return;
    const shown = shownView();
    const view = shown && viewForRoom(shown, window.location.search);
    if (!view || view === sent) return;
    isSending = true;
    if (await act("show", {view})) sent = view;
    else if (state.isConnected && state.problem) sent = view; // refused: it is not sent again
    isSending = false;
  }

  const following = follower(
    () => follows(state),
    () => {
      if (state.isFollowing && state.seen && state.seen.role !== "teacher") update({isFollowing: false});
    },
  );
  /** @type {Record<string, () => unknown>} */
  const actions = {
    open,
    leave: quit,
    goodbye: () => update({farewell: ""}),
    dismiss: () => update({dialog: null, problem: ""}),
    code: () => update({dialog: "code"}),
    write: () => update({dialog: "ask", problem: ""}),
    lead: () => act("lead"),
    lock: () => act("lock", {is_locked: !state.seen?.is_locked}),
    end: () => act("close"),
    offered: () => act("ask_lesson", state.offered ?? {}),
    shut: () => act("phase", {phase: "closed"}),
    reopen: () => act("phase", {phase: "open"}),
    reveal: () => act("phase", {phase: "revealed"}),
    drop: () => act("phase", {phase: null}),
    guess: () => vote(Number(find("[data-guess]").value)),
    follow() {
      following.again();
      update({isFollowing: true});
    },
  };
  const windows = dialog(find(".room-dialog"), props, {
    onDismiss: actions.dismiss,
    onEnter: enter,
    onAsk: async (question) => {
      if (await act("ask", question)) update({dialog: null});
    },
  });

  element.addEventListener("click", ({target}) => {
    const pressed = /** @type {Element} */ (target).closest("button");
    const {room: action, vote: choice} = pressed?.dataset ?? {};
    if (action) actions[action]();
    else if (choice) vote(Number(choice));
  });
  element.addEventListener("input", ({target}) => {
    const guess = /** @type {HTMLInputElement} */ (target);
    const {question} = state.seen ?? {};
    if (question && guess.matches("[data-guess]") && guess.nextElementSibling)
      guess.nextElementSibling.innerHTML = numberWords(Number(guess.value), question.unit);
  });
  document.addEventListener("click", ({target}) => {
    if (!(/** @type {Element} */ (target).closest?.("[data-page=room]"))) return;
    update({dialog: state.seen?.role === "teacher" ? "code" : "door", problem: ""});
  });
  onQuestion((offered) => update({offered}));
  window.setInterval(sendView, PACE);

  function start() {
    const query = new URLSearchParams(window.location.search);
    const asked = query.get("room");
    query.delete("room"); // the window remembers the room, and a link to a view is not one to a room
    if (asked !== null) window.history.replaceState(null, "", `?${query}`);
    const ticket = loadTicket();
    if (asked === NEW) open();
    else if (asked !== null) enter(asked);
    else if (ticket) go(renewed(ticket));
  }

  render();
  start();
}
