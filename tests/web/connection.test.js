// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {reconnectingFetch, serverCall, waitAfter} from "../../demos/web/lib/server/connection.js";

const ADDRESS = "http://here/gradio_api/component_server/";
const post = (name = "decode") => ({method: "POST", body: JSON.stringify({component_id: 7, fn_name: name})});

/**
 * A network that fails for some attempts, a clock that only waiting moves, and the states that were shown.
 * @param {(attempt: number) => Response | Error} reply
 */
function network(reply) {
  let clock = 0;
  let attempts = 0;
  /** @type {string[]} */
  const states = [];
  const {fetch, untilLoaded} = reconnectingFetch(
    async () => {
      const answer = reply(attempts++);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    {
      onChange: (state) => states.push(state),
      wait: async (milliseconds) => {
        clock += milliseconds;
      },
      now: () => clock,
    },
  );
  return {fetch, untilLoaded, states, attempts: () => attempts, clock: () => clock};
}

test("waits double up to a limit", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 9].map(waitAfter), [200, 400, 800, 1600, 1600, 1600]);
});

test("only calls of server functions are known", () => {
  assert.equal(serverCall(ADDRESS, post())?.body.fn_name, "decode");
  assert.equal(serverCall("http://here/gradio_api/upload", {method: "POST", body: "{}"}), null);
  assert.equal(serverCall(ADDRESS), null);
});

test("a lost question is asked again, and the page says so until it is answered", async () => {
  const net = network((k) => (k < 3 ? new TypeError("Failed to fetch") : new Response("{}")));
  const response = await net.fetch(ADDRESS, post());
  assert.equal(await response.text(), "{}");
  assert.deepEqual(net.states, ["offline", "online"]);
  assert.equal(net.clock(), 200 + 400 + 800);
});

test("a busy server is asked again, and no other failure is", async () => {
  const busy = network((k) => new Response("", {status: k ? 200 : 503}));
  assert.equal((await busy.fetch(ADDRESS, post())).status, 200);
  assert.deepEqual(busy.states, ["busy", "online"]);
  const wrong = network(() => new Response("", {status: 500}));
  assert.equal((await wrong.fetch(ADDRESS, post())).status, 500);
  const stopped = network(() => new DOMException("stopped", "AbortError"));
  await assert.rejects(stopped.fetch(ADDRESS, post()), {name: "AbortError"});
  assert.deepEqual([wrong.attempts(), stopped.attempts()], [1, 1]);
});

test("after 30 seconds a question is given up, unless its tab starts with it", async () => {
  const gone = () => new TypeError("Failed to fetch");
  const known = network((k) => (k === 0 ? new Response("{}") : gone()));
  await known.fetch(ADDRESS, post());
  await assert.rejects(known.fetch(ADDRESS, post()), TypeError);
  assert.ok(known.clock() > 30_000 && known.clock() < 34_000, String(known.clock()));
  const first = network((k) => (k < 100 ? gone() : new Response("{}")));
  assert.equal((await first.fetch(ADDRESS, post("load_sample"))).status, 200);
  assert.ok(first.clock() > 100_000);
});

test("what breaks within an answer is asked again", async () => {
  const broken = () => new Response(new ReadableStream({start: (c) => c.error(new TypeError("network error"))}));
  const net = network((k) => (k ? new Response("{}") : broken()));
  assert.equal(await (await net.fetch(ADDRESS, post())).text(), "{}");
  assert.deepEqual(net.states, ["offline", "online"]);
});

test("a file of the app is asked for until it comes, and the page says so", async () => {
  const net = network(() => new Response("{}"));
  let attempts = 0;
  const load = async () => {
    if (attempts++ < 3) throw new TypeError("Failed to fetch dynamically imported module");
    return "plotly";
  };
  assert.equal(await net.untilLoaded(load), "plotly");
  assert.deepEqual(net.states, ["offline", "online"]);
  assert.equal(net.clock(), 200 + 400 + 800);
  const broken = async () => Promise.reject(new SyntaxError("Unexpected token"));
  await assert.rejects(net.untilLoaded(broken), SyntaxError);
});
