// @ts-check
// The functions of the server that this device answers as well.
import {answeredLocally} from "../../web/lib/local/answers.js";

/**
 * @param {import("../types").Server} server
 * @param {import("../types").Props} props
 * @param {Parameters<typeof import("./local_answers.js").localAnswers>[1]} tab
 * @returns {import("../types").Server}
 */
export const answeredHere = (server, props, tab) =>
  answeredLocally(server, ["path", "sweep"], async () => (await import("./local_answers.js")).localAnswers(props, tab));
