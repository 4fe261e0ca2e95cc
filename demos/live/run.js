// @ts-check
// The visitor's run on the server: started, commanded, followed, and found again after an outage.
import {outageCount} from "../web/lib/server/connection.js";
import {ask, pump} from "../web/lib/server/rpc.js";
import {outageWords} from "./snapshots.js";

/** @typedef {import("./types").Command} Command */
/** @typedef {import("./types").Values} Values */

const AGAIN = 1000; // milliseconds until a server that cannot be reached is asked again

/** @typedef {{do: "change", values: Values}} Steering */
/** @typedef {Record<string, Pick<import("./types").Hyperparameter, "live_editable">>} Hyperparameters */

/**
 * The command that gives a run every value that may change while it learns: of commands that wait only the last is
 * sent, so that each says all.
 * @param {Values} values
 * @param {Hyperparameters} hyperparameters
 * @returns {Steering}
 */
export function steering(values, hyperparameters) {
  const live = Object.entries(values).filter(([name]) => hyperparameters[name].live_editable);
  return {do: "change", values: Object.fromEntries(live)};
}

/**
 * What was chosen while a run was being started with earlier values.
 * @param {Values} chosen
 * @param {Values} sent
 * @param {Values} taken what the server made of those
 * @param {Hyperparameters} hyperparameters
 * @returns {{values: Values, waiting: string[], isToSteer: boolean}} values that stand on the page; those waiting for a
 *   reset; whether the run is to be given others
 */
export function chosenSince(chosen, sent, taken, hyperparameters) {
  const changed = Object.keys(chosen).filter((name) => chosen[name] !== sent[name]);
  const waiting = changed.filter((name) => !hyperparameters[name].live_editable);
  const since = Object.fromEntries(changed.map((name) => [name, chosen[name]]));
  return {values: {...taken, ...since}, waiting, isToSteer: changed.length > waiting.length};
}

/**
 * @param {import("./types").Server} server
 * @param {object} page
 * @param {(answer: import("./types").FollowAnswer) => void} page.onNews
 * @param {(sentence: string) => void} page.onEnd
 * @param {(sentence: string) => void} page.onReturn after an outage
 * @param {(answer: import("./types").RunAnswer) => void} page.onAnswer to a command
 * @param {(sentence: string) => void} page.onError of a command
 */
export function liveRun(server, {onNews, onEnd, onReturn, onAnswer, onError}) {
  let turn = 0; // another one, another run: what comes of an earlier one is dropped

  let commands = 0; // sent so far: one that is repeated, as its answer was lost, is obeyed once
  let steered = 0; // the turn of the command that is under way
  const steer = pump(
    (/** @type {{mine: number, request: Steering}} */ {mine, request}) => {
      steered = mine;
      return server.command({...request, number: ++commands});
    },
    (answer) => steered === turn && onAnswer(answer),
    (error) => steered === turn && onError(error),
  );

  async function follow(/** @type {number} */ mine, /** @type {string} */ state) {
    let since = 0;
    while (mine === turn) {
      const outages = outageCount();
      const asked = performance.now();
      const answer = await ask(server.follow, {since, state});
      if (mine !== turn) return;
      if (answer.isUnreachable) {
        await new Promise((resolve) => setTimeout(resolve, AGAIN));
        continue;
      }
      if (answer.error) {
        onEnd(answer.error);
        return;
      }
      const {frames} = answer;
      if (outages !== outageCount() && frames.length) {
        onReturn(outageWords(performance.now() - asked, frames.length, frames[0].k - since));
      }
      state = answer.state;
      since = (frames.at(-1)?.k ?? since - 1) + 1;
      onNews(answer);
      if (state === "ended") return;
    }
  }

  return {
    /**
     * A new run; null where another one was wanted meanwhile.
     * @param {string} model
     * @param {Values} values
     * @param {Command} command what it does at once
     * @param {() => Promise<string | null>} pictures a ZIP of the visitor's own, in base64
     */
    async start(model, values, command, pictures) {
      const mine = ++turn;
      const own = await pictures();
      if (mine !== turn) return null;
      const answer = await ask(server.start, {model, values, do: command, pictures: own, run: mine});
      if (mine !== turn) return null;
      if (!answer.error) follow(mine, answer.state);
      return answer;
    },
    /** @param {Command} what */
    async command(what) {
      const mine = turn;
      const answer = await ask(server.command, {do: what, number: ++commands});
      if (mine !== turn) return;
      if (answer.error) onError(answer.error);
      else onAnswer(answer);
    },
    /** @param {Steering} request the latest one last */
    steer: (request) => steer({mine: turn, request}),
    /** @param {boolean} isOnServer whether there is one to end */
    async end(isOnServer) {
      turn++;
      if (isOnServer) await ask(server.end, {run: turn});
    },
  };
}
