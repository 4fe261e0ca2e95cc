// @ts-check
// Calls of server functions: an answer always comes, and a drag never piles up requests.
import {outageCount} from "./connection.js";

let open = 0; // requests without an answer so far

export const isAsking = () => open > 0;

const NO_ANSWER = "The server could not answer; it may be busy. Try again in a moment, or reload the page.";
const NO_SERVER = "The server cannot be reached or is too busy. Try again in a moment.";

/**
 * A server function's answer; a failure of any kind comes back as {error}. What the network loses was asked again
 * before: connection.js sees to it.
 * @template Request, Answer
 * @param {(request: Request) => Promise<Answer>} call
 * @param {Request} [request]
 * @returns {Promise<Answer & {error?: string, isUnreachable?: boolean}>} isUnreachable: no answer came
 */
export async function ask(call, request) {
  open++;
  try {
    const answer = await call(request ?? /** @type {Request} */ ({}));
    return answer ?? /** @type {any} */ ({error: NO_ANSWER, isUnreachable: true});
  } catch {
    return /** @type {any} */ ({error: NO_SERVER, isUnreachable: true});
  } finally {
    open--;
  }
}

/**
 * One request at a time, and always the latest one last. An error, and an answer that an outage has delayed, is
 * dropped if there is a newer request.
 * @template Request, Answer
 * @param {(request: Request) => Promise<Answer>} call
 * @param {(answer: Answer, request: Request) => void} onAnswer
 * @param {(sentence: string) => void} onError
 * @returns {(request: Request) => Promise<void>}
 */
export function pump(call, onAnswer, onError) {
  /** @type {Request | null} */
  let wanted = null;
  let busy = false;
  return async (request) => {
    wanted = request;
    if (busy) return;
    busy = true;
    try {
      while (wanted !== null) {
        const current = /** @type {Request} */ (wanted);
        wanted = null;
        const outages = outageCount();
        const answer = await ask(call, current);
        const isOld = wanted !== null;
        if (isOld && (answer.error || outages !== outageCount())) continue;
        if (answer.error) onError(answer.error);
        else onAnswer(answer, current);
      }
    } finally {
      busy = false;
    }
  };
}
