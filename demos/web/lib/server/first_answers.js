// @ts-check
// What a tab asks first was fetched while Gradio still started, by web/page.js: it is taken from there, once.
import {withCalls} from "./with_calls.js";

/** @typedef {(request: any) => Promise<any>} Call */

/**
 * The server of a widget, whose first questions are answered by files.
 * @template {Record<string, Call>} Server
 * @param {string} folder of the tab's first answers
 * @param {Record<string, object> | undefined} first by function, the request that is answered
 * @param {Server} server
 * @param {typeof window.fetch} [fetch]
 * @returns {Server}
 */
export function firstAnswers(folder, first, server, fetch = globalThis.fetch) {
  if (!first || Object.keys(first).length === 0) return server;
  const answering = Object.entries(first).map(([name, request]) => {
    const known = JSON.stringify(request);
    let isTaken = false; // whoever asks again wants a new answer
    const call = async (/** @type {any} */ asked) => {
      if (isTaken || JSON.stringify(asked) !== known) return server[name](asked);
      isTaken = true;
      return (await answerIn(fetch, folder + name)) ?? server[name](asked);
    };
    return [name, call];
  });
  return withCalls(server, Object.fromEntries(answering));
}

/**
 * The answer at an address; null where there is none now.
 * @param {typeof window.fetch} fetch
 * @param {string} address
 */
async function answerIn(fetch, address) {
  try {
    const response = await fetch(address);
    return response.ok ? await response.json() : null;
  } catch {
    return null; // offline: the question itself is repeated until the network is back
  }
}
