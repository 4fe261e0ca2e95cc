// @ts-check
// What a room's pages show: the teacher's view as a query, and what a page makes of it. No page is needed here.

/**
 * @typedef {import("./types").Seen} Seen
 * @typedef {import("./types").State} State
 * @typedef {import("./types").Question} Question
 */

const OF_THE_PAGE = ["present", "__theme", "show", "hide"]; // settings of each page, which a room leaves alone

/**
 * A view for others to follow: with the lesson that is open, without a training run, which each page would start.
 * @param {URLSearchParams} view
 * @param {string} search of the page
 */
export function viewForRoom(view, search) {
  const query = new URLSearchParams(view);
  const lesson = new URLSearchParams(search).get("lesson");
  if (query.get("tab") === "live") query.delete("play");
  if (lesson) query.set("lesson", lesson);
  return query.toString();
}

/**
 * The address of a page that follows a view.
 * @param {string} view
 * @param {string} search of the page as it is
 */
export function addressFor(view, search) {
  const query = new URLSearchParams(view);
  const before = new URLSearchParams(search);
  for (const key of OF_THE_PAGE) if (before.has(key)) query.set(key, before.get(key) ?? "");
  return `?${query}`;
}

/** @param {string} search */
export const lessonOf = (search) => new URLSearchParams(search).get("lesson");

/**
 * Whether this page shows what the teacher shows.
 * @param {Pick<State, "seen" | "isFollowing">} state
 */
export const follows = ({seen, isFollowing}) =>
  seen !== null && !seen.is_closed && seen.role !== "teacher" && (isFollowing || isHeld(seen));

/**
 * Whether the teacher has taken this page's controls.
 * @param {Seen | null} seen
 */
export const isHeld = (seen) => seen?.role === "pupil" && seen.is_locked && !seen.is_closed;

/**
 * A code that somebody typed, as rooms have it.
 * @param {string} text
 */
export const asCode = (text) => text.toUpperCase().replace(/[^A-Z]/g, "");

/**
 * @param {string} alphabet
 * @param {number} length
 * @param {Uint32Array} random one number a letter
 */
export const codeOf = (alphabet, length, random) =>
  Array.from({length}, (_, k) => alphabet[random[k] % alphabet.length]).join("");

/**
 * What the room's bar says of this page.
 * @param {Pick<State, "seen" | "isFollowing" | "isConnected">} state
 */
export function sentenceOf({seen, isFollowing, isConnected}) {
  if (!seen) return "Entering the room…";
  if (!isConnected) return "The connection is lost: trying again…";
  if (seen.role === "teacher") return `${pages(seen.pupils ?? 0)} you.`;
  if (!seen.has_teacher) return "Your teacher's page is away. Yours stays as it is.";
  if (seen.role === "watching") return "Another page of yours teaches here; this one follows it.";
  if (isHeld(seen)) return "Your teacher has the controls for now.";
  return isFollowing ? "You follow your teacher." : "You explore on your own.";
}

/** @param {number} count */
const pages = (count) => (count === 1 ? "1 page follows" : `${count || "No"} pages follow`);

/**
 * The bars of a tally.
 * @param {Question} question
 * @returns {{label: string, count: number, share: number, isRight: boolean}[]} share: of the longest bar; label: HTML
 */
export function tallyOf({answers, low, high, unit, counts = [], solution}) {
  const most = Math.max(1, ...counts);
  const width = (high - low) / (counts.length || 1);
  const target = solution?.number ?? null;
  return counts.map((count, k) => {
    const [from, to] = [low + k * width, low + (k + 1) * width];
    const isLast = k === counts.length - 1;
    const isRight = answers.length
      ? solution?.right === k
      : target !== null && target >= from && (target < to || isLast);
    const range = `${short(from)} to ${short(to)}${unit && ` ${unit}`}`;
    return {label: answers[k] ?? range, count, share: count / most, isRight};
  });
}

/** @param {number} value */
const short = (value) => String(Number(value.toPrecision(3)));

/** @param {number[]} counts */
export const total = (counts) => counts.reduce((sum, count) => sum + count, 0);
