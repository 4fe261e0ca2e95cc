// @ts-check
// The functions of the server that this device answers as well.
import {answeredLocally} from "../../web/lib/local/answers.js";

/**
 * @param {import("../types").Server} server
 * @param {import("../types").Props} props
 * @returns {import("../types").Server}
 */
export const answeredHere = (server, props) =>
  answeredLocally(server, ["load_strip", "load_one_noise"], async () =>
    (await import("./local_answers.js")).localAnswers(props),
  );
