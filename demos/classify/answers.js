// @ts-check
// What the networks say of the picture that is shown now. Asked for when it is missing; an answer is taken if it is of
// this picture, or of an earlier moment of the same drawing, which stays pending.
import {pump} from "../web/lib/server/rpc.js";
import {unpackSteps} from "./parts/map_steps.js";
import {wanted} from "./state.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Part} Part
 */

/**
 * @typedef {object} Sent
 * @property {object} picture
 * @property {import("./types").Network[]} networks
 * @property {number} lead
 * @property {string} token what it is the answer to
 * @property {any} request
 * @property {Uint8Array} pixels
 * @property {number[][] | null} probs
 */

export const NOTHING = {
  probs: null,
  unlike: [],
  layers: null,
  steps: null,
  explanation: null,
  answered: {probs: "", layers: "", steps: "", explanation: ""},
};

/** @type {Record<Part, Partial<State>>} */
const EMPTY = {
  probs: {probs: null, unlike: []},
  layers: {layers: null},
  steps: {steps: null},
  explanation: {explanation: null},
};

/**
 * Whether what is shown is still of something before.
 * @param {State} state
 * @param {Part} part
 */
export const isPending = (state, part) => state.answered[part] !== wanted(state)[part];

/**
 * @param {State} state
 * @param {import("./types").Server} server
 * @param {(changes: Partial<State>) => void} update
 */
export function answers(state, server, update) {
  /** @type {Partial<Record<Part, string>>} */
  let asked = {}; // of the present picture
  /** @type {Partial<Record<Part, string>>} */
  let problems = {};

  /**
   * @param {Part} part
   * @param {(request: any) => Promise<any>} call
   * @param {(answer: any, sent: Sent) => Partial<State> | undefined} read undefined where it is not shown any more
   */
  function asking(part, call, read) {
    const isOfNow = (/** @type {Sent} */ sent) => sent.picture === state.picture && sent.networks === state.networks;
    /** @type {Sent} */
    let current;
    const send = pump(
      (/** @type {Sent} */ sent) => {
        current = sent;
        return call(sent.request);
      },
      (answer, sent) => {
        const changes = isOfNow(sent) ? read(answer, sent) : undefined;
        if (changes) set(part, changes, sent.token, "");
      },
      (problem) => {
        if (isOfNow(current)) set(part, EMPTY[part], "", problem); // nothing of an old picture stays
      },
    );
    return (/** @type {Sent} */ sent) => {
      asked[part] = sent.token;
      send(sent);
    };
  }

  const set = (
    /** @type {Part} */ part,
    /** @type {Partial<State>} */ changes,
    /** @type {string} */ token,
    problem = "",
  ) => {
    problems[part] = problem;
    const first = Object.values(problems).find(Boolean) ?? ""; // an answer clears no other part's problem
    update({...changes, answered: {...state.answered, [part]: token}, problem: first});
  };

  const send = {
    probs: asking("probs", server.classify, ({probs, unlike}) => ({probs, unlike})),
    layers: asking("layers", server.feature_maps, (layers, {lead}) => (lead === state.lead ? {layers} : undefined)),
    steps: asking("steps", server.open_map, (answer, {lead, pixels}) => {
      const isOpen = answer.layer === state.opened?.layer && answer.map === state.opened?.map;
      return lead === state.lead && isOpen ? {steps: unpackSteps(answer, pixels)} : undefined;
    }),
    explanation: asking("explanation", server.explain, ({maps}, {pixels, probs}) => ({
      explanation: {maps, pixels, probs: probs ?? []},
    })),
  };

  return {
    /** Another picture: the same questions are asked anew. */
    reset() {
      asked = {};
      problems = {};
    },
    /** Layers and attribution wait for the end of a stroke; attribution for the probabilities, too. */
    askForMissing() {
      const {key, networks, lead, opened, method, isDrawing, probs, pixels, picture} = state;
      const tokens = wanted(state);
      const names = networks.map(({name}) => name);
      const ask = (/** @type {Part} */ part, /** @type {any} */ request) => {
        if (!tokens[part]) delete asked[part]; // where it is wanted again, it is asked for again
        if (!tokens[part] || !isPending(state, part) || asked[part] === tokens[part]) return;
        send[part]({picture, networks, lead, token: tokens[part], request: {pixels: key, ...request}, pixels, probs});
      };
      ask("probs", {networks: names});
      if (isDrawing) return;
      ask("layers", {checkpoint: names[lead]});
      ask("steps", {checkpoint: names[lead], layer: opened?.layer, map: opened?.map});
      if (probs && !isPending(state, "probs")) ask("explanation", {networks: names, method});
    },
  };
}
