// @ts-check
// A page's connection to its room: requests, and a stream of what changes, taken up again after every break.

/**
 * @typedef {import("./types").Ticket} Ticket
 * @typedef {import("./types").Seen} Seen
 */

const STORED = "loom-room";
const AGAIN = 1500; // milliseconds until a page tries to enter again
const CLOSED = "The room is closed. Your page stays as it is.";
const NO_SERVER = "The server cannot be reached. Try again in a moment.";

/** Where the app is, with a slash at its end. */
export const home = () => new URL("../../", document.documentElement.dataset.loomFiles).href;

/** A name for this page that nobody can guess. */
export const newName = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * @template Answer
 * @param {string} code
 * @param {string} action
 * @param {object} body
 * @returns {Promise<import("./types").Reply<Answer>>}
 */
export async function post(code, action, body) {
  try {
    const response = await fetch(`${home()}room/${code}/${action}`, {
      method: "POST",
      headers: {"content-type": "application/json"},
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    return response.ok ? answer : {...answer, error: answer.error ?? NO_SERVER, status: response.status};
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error; // no network, or no JSON
    return /** @type {any} */ ({error: NO_SERVER, status: 0});
  }
}

/** @returns {Ticket | null} */
export function loadTicket() {
  const text = window.sessionStorage.getItem(STORED);
  return text ? JSON.parse(text) : null;
}

/** @param {Ticket | null} ticket */
export function keepTicket(ticket) {
  if (ticket) window.sessionStorage.setItem(STORED, JSON.stringify(ticket));
  else window.sessionStorage.removeItem(STORED);
}

/**
 * Enter a room and listen to it until it is over.
 * @param {Ticket} ticket
 * @param {object} on
 * @param {number} on.silence seconds without a word from the server until the connection counts as lost
 * @param {(seen: Seen) => void} on.seen
 * @param {(isConnected: boolean) => void} on.connection
 * @param {(sentence: string, isRefused: boolean) => void} on.end why the room is over for this page
 * @returns {() => void} leaves it
 */
export function listen({code, page, key}, {silence, seen, connection, end}) {
  /** @type {EventSource | null} */
  let stream = null;
  let [timer, watch] = [0, 0];
  let isOver = false;
  let hasEntered = false;

  async function enter() {
    window.clearTimeout(timer);
    const {error, status} = await post(code, "enter", {page, key});
    if (isOver) return;
    if (!error) {
      hasEntered = true;
      hear();
    } else if (hasEntered && status === 404) stop(() => end(CLOSED, false));
    else if (!hasEntered && status) stop(() => end(error, true));
    else lose();
  }

  function lose() {
    stream?.close();
    connection(false);
    window.clearTimeout(watch);
    window.clearTimeout(timer);
    timer = window.setTimeout(enter, AGAIN);
  }

  /** The server says something every few seconds: after a longer silence the network is gone, though nothing broke. */
  function heard() {
    window.clearTimeout(watch);
    watch = window.setTimeout(lose, 1000 * silence);
  }

  function hear() {
    stream?.close();
    const source = new EventSource(`${home()}room/${code}/events?page=${page}`);
    stream = source;
    source.onopen = () => {
      connection(true);
      heard();
    };
    source.onmessage = ({data}) => {
      heard();
      const news = JSON.parse(data);
      seen(news);
      if (news.is_closed) stop(() => end(CLOSED, false));
    };
    source.addEventListener("beat", () => {
      heard();
      post(code, "here", {page}); // a hidden page answers too, timers would not
    });
    source.onerror = lose;
  }

  function stop(/** @type {() => void} */ last) {
    isOver = true;
    window.removeEventListener("offline", lose);
    window.removeEventListener("online", enter);
    for (const pending of [timer, watch]) window.clearTimeout(pending);
    stream?.close();
    last();
  }

  window.addEventListener("offline", lose);
  window.addEventListener("online", enter);
  enter();
  return () => stop(() => {});
}
