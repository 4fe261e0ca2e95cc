// @ts-check
// What a run has shown so far, thinned out as it grows, and how it stands in words.

/** @typedef {import("./types").Snapshot} Snapshot */

const MOST = 600; // snapshots kept; beyond, every other one goes

/**
 * The snapshots with more of them, and where the one shown is now.
 * @param {Snapshot[]} snapshots
 * @param {Snapshot[]} more
 * @param {number} at
 */
export function withMore(snapshots, more, at, most = MOST) {
  const all = [...snapshots, ...more];
  if (all.length <= most) return {snapshots: all, at};
  /** @type {Snapshot[]} */
  const thinned = [];
  let metrics = null; // of one that goes, which are the next one's
  for (const [k, snapshot] of all.entries()) {
    const stays = k % 2 === 0 || k === all.length - 1;
    if (stays) thinned.push({...snapshot, metrics: snapshot.metrics ?? metrics});
    metrics = stays ? null : snapshot.metrics;
  }
  return {snapshots: thinned, at: Math.floor(at / 2)};
}

/**
 * @param {Snapshot} snapshot
 * @param {number} epochs wanted; fewer than done where they were lowered meanwhile
 */
export function progressWords({epoch, step, seconds}, epochs) {
  const passes =
    epoch > epochs ? `${epoch.toFixed(2)} passes` : `pass ${epoch.toFixed(epoch < 10 ? 2 : 1)} of ${epochs}`;
  return `${passes} · batch ${step.toLocaleString("en")} · ${seconds.toFixed(0)} s`;
}

/**
 * @param {{state: string, place: number, line: number}} run
 * @param {string} progress empty before there is any
 */
export function statusWords({state, place, line}, progress) {
  const after = progress && ` · ${progress}`;
  /** @type {Record<string, string>} */
  const words = {
    none: "not started",
    new: "not started",
    starting: "starting…",
    training: progress || "starting…",
    waiting: `waiting for a free place: ${place} of ${line} in line${after}`,
    paused: `paused${after}`,
    finished: `rests${after}`,
    diverged: `diverged${after}`,
    ended: `ended${after}`,
  };
  return words[state];
}

/**
 * What to look at, which stays when the run rests or ends; then what the network did to it, and why it rests.
 * @param {{advice: string, news: string, words: string}} said
 * @param {boolean} isOver why it ended is said elsewhere
 */
export const adviceWords = ({advice, news, words}, isOver) =>
  [advice, news, isOver ? "" : words].filter(Boolean).join(" ");

/**
 * What to say once the network is back.
 * @param {number} milliseconds it was away
 * @param {number} arrived snapshots that came after it
 * @param {number} lost snapshots that the server did not keep
 */
export function outageWords(milliseconds, arrived, lost) {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  const counted = (/** @type {number} */ n) => (n === 1 ? "1 moment" : `${n} moments`);
  const missed = lost ? `; ${counted(lost)} between them were missed` : "; none was missed";
  return `The connection was away for ${seconds} s and the run went on. ${counted(arrived)} arrived after it${missed}.`;
}

/**
 * What a run on the visitor's own pictures learns from.
 * @param {import("./types").LearnedSet} set
 */
export function learnedWords({training, held_out, notes}) {
  const held = held_out === 1 ? "1 is held out and never learned" : `${held_out} are held out and never learned`;
  const first = `It learns from ${training} of your pictures, shifted a little each time; ${held}.`;
  return [first, ...notes].join(" ");
}
