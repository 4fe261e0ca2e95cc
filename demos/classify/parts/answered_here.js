// @ts-check
// The functions of the server that this device answers as well.
import {answeredLocally} from "../../web/lib/local/answers.js";

/**
 * @param {import("../types").Server} server
 * @param {import("../types").Props} props
 * @returns {import("../types").Server}
 */
export const answeredHere = (server, {warning}) =>
  answeredLocally(server, ["classify", "feature_maps"], async () =>
    (await import("./local_answers.js")).localAnswers(warning),
  );
