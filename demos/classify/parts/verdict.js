// @ts-check
// What the networks say in a word, and which of them do not know such a picture.
import {setPending} from "../../web/lib/dom.js";
import {isPending} from "../answers.js";
import {unlikeWords, verdict} from "../state.js";

/**
 * @param {(selector: string) => any} find
 * @param {string[]} classes
 */
export function verdictView(find, classes) {
  const write = (/** @type {string} */ selector, /** @type {string} */ words) => {
    if (find(selector).textContent !== words) find(selector).textContent = words; // or it is read aloud again
  };
  return {
    /**
     * @param {import("../state.js").State} state
     * @param {number | null} label what the picture is, if that is known
     */
    show(state, label) {
      const {probs, unlike, networks, answered} = state;
      const isStale = probs !== null && isPending(state, "probs");
      const known = answered.probs && probs?.filter((_, n) => !unlike[n]);
      write(".verdict", known ? verdict(known, classes, label) : "");
      write(".classify-unlike", unlikeWords(networks, unlike));
      find(".classify-unlike").hidden = !find(".classify-unlike").textContent;
      for (const [n, button] of [...find(".classify-networks").children].entries())
        button.toggleAttribute("data-unlike", Boolean(unlike[n]));
      for (const part of [".verdict", ".bars", ".classify-unlike"]) setPending(find(part), isStale);
    },
  };
}
