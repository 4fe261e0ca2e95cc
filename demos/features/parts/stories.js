// @ts-check
// Maps that mislead at first sight, and what undoes it.
import {escapeHtml} from "../../web/lib/dom.js";
import {IMAGES, maps} from "../views.js";

/**
 * @typedef {import("../types").View} View
 * @typedef {{view: Partial<View>, words: string}} Sight
 * @typedef {{first: Sight, undone: Sight}} Story
 */

/** @type {Record<string, Story>} */
export const STORIES = {
  Clumps: {
    first: {
      view: {data: "noise", maps: maps({perplexity: 2})},
      words: "Strings and clumps everywhere: there seem to be dozens of small groups.",
    },
    undone: {
      view: {data: "noise", maps: maps({perplexity: 2}, {perplexity: 30})},
      words: "30 neighbours instead of 2: the clumps are gone. The colours agree no better than chance on either map.",
    },
  },
  Widths: {
    first: {
      view: {data: "two", maps: maps({})},
      words: "Two clusters. One seems to be about twice as wide as the other.",
    },
    undone: {
      view: {data: "two", maps: maps({}, {method: "PCA"})},
      words: "PCA keeps distances: one is ten times as wide. t-SNE gives every point the same room.",
    },
  },
  "A line": {
    first: {
      view: {data: "line", maps: maps({perplexity: 5})},
      words: "Two pieces that bend: some curved path with a gap.",
    },
    undone: {
      view: {data: "line", maps: maps({perplexity: 5, start: "PCA"}, {perplexity: 100, start: "PCA"}, {method: "PCA"})},
      words: "A start from PCA mends the gap, 100 neighbours straighten it, and PCA shows it as it is.",
    },
  },
  "A knot": {
    first: {
      view: {data: "trefoil", maps: maps({})},
      words: "Separate arcs, as if the points were several curves.",
    },
    undone: {
      view: {data: "trefoil", maps: maps({perplexity: 100}, {method: "PCA"})},
      words: "With 100 neighbours it is one loop, without its knot. PCA shows that it crosses itself: turn it in 3-D.",
    },
  },
  Groups: {
    first: {
      view: {data: "nested", maps: maps({perplexity: 10})},
      words: "Nine islands: which of them belong together?",
    },
    undone: {
      view: {data: "nested", maps: maps({perplexity: 50}, {method: "PCA"})},
      words:
        "With 50 neighbours, more than a cluster has, clusters gather in threes. PCA shows the three groups at once.",
    },
  },
  Luck: {
    first: {
      view: {data: "nested", maps: maps({perplexity: 10}, {perplexity: 10, seed: 1})},
      words: "The same points from two random starts: most islands have other neighbours.",
    },
    undone: {
      view: {data: "nested", maps: maps({perplexity: 50}, {perplexity: 50, seed: 1})},
      words: "With 50 neighbours, the same three stay together from both starts. Read only what two starts share.",
    },
  },
  Labels: {
    first: {
      view: {data: IMAGES, shuffled: true, maps: maps({})},
      words: "The same islands, but each holds every colour. Did t-SNE go wrong?",
    },
    undone: {
      view: {data: IMAGES, maps: maps({})},
      words:
        "The labels had been dealt out at random. t-SNE never sees a label: with the true ones, islands are classes.",
    },
  },
};

/**
 * Which story a view tells, and whether it is undone.
 * @param {View} view
 * @param {View} start
 * @returns {{name: string, isUndone: boolean} | null}
 */
export function storyShown(view, start) {
  const key = JSON.stringify(view);
  const isShown = (/** @type {Partial<View>} */ part) =>
    JSON.stringify({...start, ...part, checkpoint: view.checkpoint}) === key;
  for (const [name, {first, undone}] of Object.entries(STORIES)) {
    if (isShown(first.view)) return {name, isUndone: false};
    if (isShown(undone.view)) return {name, isUndone: true};
  }
  return null;
}

/**
 * What is said under the examples.
 * @param {{name: string, isUndone: boolean} | null} shown
 * @param {string} truth of the data, or nothing
 */
export function storyHtml(shown, truth) {
  const known = truth ? ` <b>What is true:</b> ${escapeHtml(truth)}` : "";
  if (!shown) return known;
  const {first, undone} = STORIES[shown.name];
  if (shown.isUndone) return `<b>What undoes it:</b> ${escapeHtml(undone.words)}${known}`;
  return `<b>At first sight:</b> ${escapeHtml(first.words)}
    <button type="button" data-do="undo">What undoes it?</button>`;
}
