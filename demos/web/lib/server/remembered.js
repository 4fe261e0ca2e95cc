// @ts-check
// A server function whose answers are kept: what is likely to be shown next can be asked for before.
import {recent} from "../state/recent.js";
import {withCalls} from "./with_calls.js";

/**
 * The same call; equal requests get the answer that is there, or on its way. Failures are not kept.
 * @template Request
 * @template {object} Answer
 * @param {(request: Request) => Promise<Answer>} call
 * @param {number} most answers that are kept
 * @returns {(request: Request) => Promise<Answer>}
 */
export function remembered(call, most) {
  /** @type {ReturnType<typeof recent<Promise<Answer>>>} */
  const answers = recent(() => most);
  return (request) => {
    const key = JSON.stringify(request);
    const answer = answers.get(key, () => call(request));
    answer.then(
      (given) => {
        if (!given || "error" in given) answers.forget(key);
      },
      () => answers.forget(key),
    );
    return answer;
  };
}

/**
 * A widget's server, some of whose functions remember.
 * @template {Record<string, any>} Server
 * @param {Server} server
 * @param {Partial<Record<keyof Server, number>>} most answers that are kept, by function
 * @returns {Server}
 */
export function remembering(server, most) {
  const calls = Object.entries(most).map(([name, count]) => [
    name,
    remembered(server[name], /** @type {number} */ (count)),
  ]);
  return withCalls(server, Object.fromEntries(calls));
}
