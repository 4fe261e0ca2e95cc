// @ts-check
// How the discriminator's answers are shown.
import {percent} from "../web/lib/format.js";

export const REAL = "#2a9d8f";
export const FAKE = "#cc6677";
export const CHOSEN = "#ffb000";

const ALMOST = 0.001; // what is nearer to 0 or 1 is not told apart

/**
 * Probability of real, from 0 to 1.
 * @param {number} logit log odds
 */
export const probability = (logit) => 1 / (1 + Math.exp(-logit));

/** @param {number} share from 0 to 1 */
export function chance(share) {
  if (share > 1 - ALMOST) return "> 99.9 %";
  return share < ALMOST ? "< 0.1 %" : percent(share);
}
