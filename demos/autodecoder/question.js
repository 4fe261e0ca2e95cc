// @ts-check
// What a view of this tab asks the server, and the parts of the page that show the answer.
import {question as ask} from "../web/lib/question.js";
import {loadSprite} from "../web/lib/sprite.js";

/**
 * @param {import("./types").Tab} tab
 * @param {object} options
 * @param {"sweep" | "draws" | "portraits" | "learned" | "path"} options.slot of the state, where the answer goes
 * @param {(request: any) => Promise<any>} options.call
 * @param {() => object} options.request for what is shown now
 * @param {() => HTMLElement[]} options.parts of the page that show the answer
 */
export function question({props, state, update}, {slot, call, request, parts}) {
  const asking = ask({
    call,
    request,
    prepare: async (answer) => ({
      ...answer,
      picture: await loadSprite(answer.sprite, answer.columns, props.dataset.image_shape[1]),
    }),
    onAnswer: (answer) => update({[slot]: answer}),
    onError: (problem) => update(isReady() ? {problem} : {problem, [slot]: null}),
  });
  const isReady = () => state[slot]?.key === asking.key();
  return {
    isReady,
    load: () => asking.load(isReady()),
    again() {
      if (!isReady()) asking.again();
    },
    /** What is not yet answered looks so; what failed is not there. */
    mark() {
      for (const part of parts()) {
        part.toggleAttribute("data-pending", !isReady());
        part.toggleAttribute("data-empty", !state[slot]);
      }
    },
  };
}
