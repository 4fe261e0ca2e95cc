// @ts-check
// What a view asks the server: each request once, and an answer counts only while it is for what is shown.
import {pump} from "./server/rpc.js";

/**
 * @template {object} Request, Answer, Prepared
 * @param {object} options
 * @param {(request: Request) => Promise<Answer>} options.call
 * @param {() => Request | null} options.request for what is shown now; null where nothing is to be asked
 * @param {(answer: Answer) => Promise<Prepared>} options.prepare
 * @param {(answer: Prepared & {key: string}) => void} options.onAnswer key: of the request that it belongs to
 * @param {(problem: string) => void} options.onError
 */
export function question({call, request, prepare, onAnswer, onError}) {
  let asked = "";
  const key = () => {
    const wanted = request();
    return wanted === null ? "" : JSON.stringify(wanted);
  };
  const send = pump(
    call,
    async (answer, sent) => {
      const prepared = await prepare(answer);
      if (JSON.stringify(sent) === key()) onAnswer({...prepared, key: key()});
    },
    onError,
  );
  return {
    key,
    /** @param {boolean} isAnswered whether the answer is there already */
    load(isAnswered) {
      if (key() === asked) return;
      asked = key();
      const wanted = request();
      if (wanted !== null && !isAnswered) send(wanted);
    },
    /** Ask again, after a failure. */
    again() {
      asked = "";
    },
  };
}
