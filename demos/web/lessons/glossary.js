// @ts-check
// Words of the explanations that carry a dotted line: a tap gives two sentences, and a link to a view that shows it.
import {addressOfView, openAddress} from "../lib/address.js";
import {escapeHtml} from "../lib/dom.js";

/** @typedef {import("./types").Term} Term */

const PLAIN = "code, a, button, .katex, math"; // words in these are left alone
const MARGIN = 8; // pixels between a word and its note

/**
 * A text cut at the terms in it, each of which counts once.
 * @param {string} text
 * @param {Term[]} terms
 * @param {Set<number>} seen places of terms that came before; grows
 * @returns {{text: string, term: number | null}[]}
 */
export function splitAtTerms(text, terms, seen) {
  const forms = new Map(terms.flatMap((term, k) => term.forms.map((form) => [form.toLowerCase(), k])));
  const longest = [...forms.keys()].sort((a, b) => b.length - a.length);
  const words = new RegExp(`(?<![\\w-])(${longest.map(escapeForm).join("|")})(?![\\w-])`, "gi");
  const pieces = [];
  let from = 0;
  for (const {0: word, index} of text.matchAll(words)) {
    const term = forms.get(word.toLowerCase()) ?? 0;
    if (seen.has(term)) continue;
    seen.add(term);
    if (index > from) pieces.push({text: text.slice(from, index), term: null});
    pieces.push({text: word, term});
    from = index + word.length;
  }
  if (from < text.length) pieces.push({text: text.slice(from), term: null});
  return pieces;
}

const escapeForm = (/** @type {string} */ form) => form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * Mark the terms of an explanation when it is first opened, and again when Gradio has drawn it anew.
 * @param {() => Promise<Term[]>} load
 */
export function explainTerms(load) {
  document.addEventListener("click", async ({target}) => {
    const explanation = /** @type {Element} */ (target).closest?.(".loom-explanation");
    if (!explanation || explanation.hasAttribute("data-terms")) return;
    explanation.setAttribute("data-terms", "");
    const terms = await load();
    if (!terms.length) return;
    const mark = () => {
      if (!explanation.querySelector(".loom-term")) markTerms(explanation, terms);
    };
    mark();
    new MutationObserver(mark).observe(explanation, {childList: true, subtree: true});
    explanation.addEventListener("click", (event) => {
      const button = /** @type {Element} */ (event.target).closest(".loom-term");
      if (button instanceof HTMLElement) showNote(button, terms[Number(button.dataset.term)]);
    });
  });
}

/**
 * @param {Element} root
 * @param {Term[]} terms
 */
function markTerms(root, terms) {
  /** @type {Set<number>} */
  const seen = new Set();
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(/** @type {Text} */ (walker.currentNode));
  for (const node of texts) {
    if (node.parentElement?.closest(PLAIN)) continue;
    const pieces = splitAtTerms(node.data, terms, seen);
    if (pieces.some(({term}) => term !== null)) node.replaceWith(...pieces.map(pieceOf));
  }
}

/** @param {{text: string, term: number | null}} piece */
function pieceOf({text, term}) {
  if (term === null) return text;
  const button = Object.assign(document.createElement("button"), {
    type: "button",
    className: "loom-term",
    textContent: text,
  });
  button.dataset.term = String(term);
  return button;
}

/**
 * @param {HTMLElement} button
 * @param {Term} term
 */
function showNote(button, {forms, text, link}) {
  const note = document.createElement("div");
  note.className = "loom-term-note";
  note.popover = "auto"; // closes at a click elsewhere and at Escape
  note.innerHTML = `<p><b>${escapeHtml(forms[0])}</b>: ${text}</p><a href="${escapeHtml(link)}">Show it</a>`;
  note.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "closed") note.remove();
  });
  note.querySelector("a")?.addEventListener("click", (event) => {
    event.preventDefault();
    note.hidePopover();
    window.history.pushState(null, "", addressOfView(new URLSearchParams(link)));
    openAddress();
    window.scrollTo({top: 0});
  });
  document.body.append(note);
  note.showPopover();
  const [word, box] = [button.getBoundingClientRect(), note.getBoundingClientRect()];
  const left = Math.max(MARGIN, Math.min(word.left, window.innerWidth - box.width - MARGIN));
  const below = word.bottom + MARGIN;
  const top = below + box.height > window.innerHeight ? word.top - box.height - MARGIN : below;
  Object.assign(note.style, {left: `${left}px`, top: `${Math.max(MARGIN, top)}px`});
  note.querySelector("a")?.focus();
}
