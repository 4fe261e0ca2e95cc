// @ts-check
// The functions of the server that this device answers as well.
import {answeredLocally} from "../../web/lib/local/answers.js";

/**
 * @param {import("../types").Server} server
 * @param {Parameters<typeof import("./local_answers.js").localAnswers>[1]} sampleOf
 * @returns {import("../types").Server}
 */
export const answeredHere = (server, sampleOf) =>
  answeredLocally(
    server,
    ["load_map", "decode", "reconstruct", "decode_code", "draw", "move", "place_picture", "sweep"],
    async () => (await import("./local_answers.js")).localAnswers(server, sampleOf),
  );
