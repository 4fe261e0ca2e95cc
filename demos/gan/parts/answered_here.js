// @ts-check
// The functions of the server that this device answers as well.
import {answeredLocally} from "../../web/lib/local/answers.js";

const NAMES = /** @type {const} */ (["walk", "classify_walk", "load_scores", "describe_picture", "compare"]);

/**
 * @param {import("../types").Server} server
 * @param {import("../types").Props} props
 * @param {() => Promise<import("../../web/lib/server/sample.js").Sample>} loadSample
 * @returns {import("../types").Server}
 */
export const answeredHere = (server, props, loadSample) =>
  answeredLocally(server, [...NAMES], async () =>
    (await import("./local_answers.js")).localAnswers(props, server, loadSample),
  );
