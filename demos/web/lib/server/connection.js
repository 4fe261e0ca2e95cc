// @ts-check
// One connection for all tabs: what the network loses is asked again, and the page's header says so.
// Gradio's own calls swallow such failures, so what it fetches with is wrapped, for server functions alone.

/** @typedef {"online" | "offline" | "busy"} ConnectionState */
/** @typedef {(input: any, init?: RequestInit) => Promise<Response>} Fetch */
/** @typedef {{address: string, body: Record<string, unknown>}} Call */

const ROUTE = /\/component_server\/?$/;
const FIRST_WAIT = 200; // milliseconds before the second attempt; each later wait doubles
const LONGEST_WAIT = 1600; // milliseconds
const PATIENCE = 30_000; // milliseconds for which a failing question is repeated
const AWAY = [502, 503, 504]; // statuses of a server that starts, or has too much to do
const SENTENCES = {online: "", offline: "Offline: trying again…", busy: "The server is busy: trying again…"};

/** @param {number} attempt 0 for the first one */
export const waitAfter = (attempt) => Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);

/**
 * A fetch that repeats lost questions to server functions, and the same for whatever else is loaded.
 *
 * A function that has not answered yet is what a tab starts with: it is asked until it does. Others are given up
 * after 30 seconds, for their answers would come too late.
 * @param {Fetch} fetch
 * @param {object} around
 * @param {(state: ConnectionState) => void} around.onChange
 * @param {(milliseconds: number) => Promise<void>} around.wait
 * @param {() => number} [around.now] milliseconds
 */
export function reconnectingFetch(fetch, {onChange, wait, now = () => performance.now()}) {
  /** @type {Map<string, Call>} */
  const calls = new Map(); // the last one of each function
  /** @type {Set<string>} */
  const answered = new Set(); // functions that have been
  /** @type {ConnectionState} */
  let state = "online";

  const change = (/** @type {ConnectionState} */ next) => {
    if (next === state) return;
    state = next;
    onChange(state);
  };

  /** @type {Fetch} */
  const ask = async (input, init) => {
    const call = serverCall(input, init);
    if (!call) return fetch(input, init);
    const name = `${call.body.component_id} ${call.body.fn_name}`;
    calls.set(String(call.body.fn_name), call);
    const start = now();
    for (let attempt = 0; ; attempt++) {
      const isLast = answered.has(name) && now() - start > PATIENCE;
      try {
        const response = await whole(await fetch(input, init));
        if (!AWAY.includes(response.status)) {
          answered.add(name);
          change("online");
          return response;
        }
        change("busy");
        if (isLast) return response;
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        change("offline");
        if (isLast) throw error;
      }
      await wait(waitAfter(attempt));
    }
  };

  /**
   * What a loader gives, which is called again until no TypeError comes of it, as of a network that is lost.
   * @template Loaded
   * @param {() => Promise<Loaded>} load
   * @returns {Promise<Loaded>}
   */
  const untilLoaded = async (load) => {
    for (let attempt = 0; ; attempt++) {
      try {
        const loaded = await load();
        change("online");
        return loaded;
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        change("offline");
        await wait(waitAfter(attempt));
      }
    }
  };
  return {fetch: ask, calls, untilLoaded};
}

/**
 * A response whose body has arrived: networks break within answers too.
 * @param {Response} response
 */
const whole = async (response) => new Response(await response.blob(), response);

/**
 * The server function that a request calls; null where it calls none.
 * @param {any} input
 * @param {RequestInit} [init]
 * @returns {Call | null}
 */
export function serverCall(input, init) {
  const address = String(input?.url ?? input);
  if (init?.method !== "POST" || typeof init.body !== "string" || !ROUTE.test(address)) return null;
  return {address, body: JSON.parse(init.body)};
}

/** @type {Map<string, Call>} */
let lastCalls = new Map();
/** @type {ConnectionState} */
let current = "online";
let outages = 0;
/** @type {Set<() => void>} */
const wakers = new Set();

/** How often the connection has been lost so far. */
export const outageCount = () => outages;

/**
 * Call a server function without waiting, as the page goes: browsers still send such a message.
 * @param {string} name of the function
 * @param {string} sibling a function of the same widget that was called before
 */
export function sayGoodbye(name, sibling) {
  const call = lastCalls.get(sibling);
  if (!call) return;
  const body = JSON.stringify({...call.body, data: {}, fn_name: name});
  navigator.sendBeacon(call.address, new Blob([body], {type: "application/json"}));
}

/** @param {ConnectionState} state */
function show(state) {
  if (current === "online") outages++;
  current = state;
  const line = document.querySelector(".loom-connection") ?? addLine();
  line.textContent = SENTENCES[state];
  document.body.toggleAttribute("data-offline", state !== "online");
  if (state === "online") wakeAll();
}

function wakeAll() {
  for (const wake of [...wakers]) wake();
}

/** @param {number} milliseconds at most: the browser may know earlier that the network is back */
function sleep(milliseconds) {
  return new Promise((resolve) => {
    const wake = () => {
      wakers.delete(wake);
      clearTimeout(timer);
      resolve(undefined);
    };
    const timer = setTimeout(wake, milliseconds);
    wakers.add(wake);
  });
}

function watch() {
  lastCalls = reconnecting.calls;
  window.fetch = reconnecting.fetch;
  window.addEventListener("online", wakeAll);
  addLine();
}

/** Where the page says that it is offline, in its header once that is there. */
function addLine() {
  const line = Object.assign(document.createElement("p"), {className: "loom-connection"});
  line.setAttribute("role", "status");
  document.querySelector(".loom-header h1")?.after(line);
  return line;
}

const reconnecting = reconnectingFetch(globalThis.fetch?.bind(globalThis), {onChange: show, wait: sleep});
/** A script or another file of the app, asked for until it comes: {@link reconnectingFetch}. */
export const untilLoaded = reconnecting.untilLoaded;

if (typeof window !== "undefined") watch();
