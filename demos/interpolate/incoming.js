// @ts-check
// Pictures that take a while to come, of which a newer choice wins: files, a portrait, faces drawn at random.
import {sendFile} from "../web/components/upload.js";
import {ask} from "../web/lib/server/rpc.js";
import {loadSprite} from "../web/lib/sprite.js";

/**
 * @typedef {import("./types").End} End
 * @typedef {import("./render.js").State} State
 */

/**
 * @param {object} options
 * @param {State} options.state
 * @param {(changes: Partial<State>) => void} options.update
 * @param {(end: End, target: import("./types").EndName) => void} options.choose
 * @param {Record<string, import("./types").Decoder>} options.known
 * @param {import("./types").Server} options.server
 */
export function incomingPictures({state, update, choose, known, server}) {
  const receive = async (/** @type {string} */ words, /** @type {() => Promise<End & {error?: string}>} */ load) => {
    const incoming = {words};
    const {target} = state;
    update({incoming, problem: ""});
    const {pixels, code, error} = await load();
    if (state.incoming !== incoming) return;
    if (error) update({incoming: null, problem: error});
    else choose(pixels ? {pixels} : {code}, target);
  };
  const request = () => ({checkpoint: state.model});
  return {
    portrait: () => receive("Fetching the portrait…", () => ask(server.load_portrait, request())),
    random: () => receive("Drawing a face…", () => ask(server.draw_face, request())),
    cancel: () => update({incoming: null}),
    /** @param {File | undefined} file */
    readFile(file) {
      if (!file || !state.sample) return;
      const call = known[state.model].kind === "faces" ? server.read_face : server.read_upload;
      receive(`Reading ${file.name}…`, () => sendFile(call, file));
    },
    /** @param {string} model whose faces are shown to take one from */
    async loadFaces(model) {
      if (state.faces[model]) return;
      const {error, sprite, columns, count} = await ask(server.load_faces, {checkpoint: model});
      if (error && state.model === model) update({problem: error});
      if (error || state.faces[model]) return;
      const faces = {count, sprite: await loadSprite(sprite, columns, known[model].side)};
      update({faces: {...state.faces, [model]: faces}});
    },
  };
}
