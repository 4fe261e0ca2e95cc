// @ts-check
// The room's dialog: its door, its code for the wall, or a question to write.
import {askHtml, codeHtml, doorHtml} from "./html.js";

/** @typedef {{text: string, answers: string[], right: number | null}} Written */

/**
 * @param {HTMLDialogElement} root
 * @param {import("./types").Props} props
 * @param {{onDismiss: () => unknown, onEnter: (code: string) => void, onAsk: (question: Written) => void}} on
 */
export function dialog(root, props, {onDismiss, onEnter, onAsk}) {
  let drawn = "";

  root.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const data = new FormData(form);
    if (form.dataset.roomForm === "enter") onEnter(String(data.get("code")));
    else onAsk(written(data));
  });
  root.addEventListener("close", () => root.open || onDismiss()); // it may have been opened again by now

  return {
    /** @param {import("./types").State} state */
    show({dialog: name, ticket, seen, problem, typed}) {
      const isWall = name === "code" && ticket !== null;
      const html = isWall
        ? codeHtml(ticket, seen?.pupils ?? 0)
        : name === "door"
          ? doorHtml(problem, typed)
          : name === "ask"
            ? askHtml(props)
            : "";
      if (html !== drawn) {
        drawn = html;
        root.innerHTML = html;
      }
      root.dataset.shows = name ?? "";
      if (html && !root.open) root.showModal();
      else if (!html && root.open) root.close();
    },
  };
}

/**
 * A question as a teacher wrote it, without the answers left empty.
 * @param {FormData} data
 * @returns {Written}
 */
function written(data) {
  const texts = data.getAll("answer").map((text) => String(text).trim());
  const chosen = data.get("right");
  const filled = [...texts.keys()].filter((k) => texts[k]);
  const right = chosen === null ? -1 : filled.indexOf(Number(chosen));
  return {text: String(data.get("text")), answers: filled.map((k) => texts[k]), right: right < 0 ? null : right};
}
