// @ts-check
// Pictures that take a while to come, of which a newer choice wins: files, a portrait, faces drawn at random.
import {sendFile} from "../web/components/upload.js";
import {remembered} from "../web/lib/server/remembered.js";
import {ask} from "../web/lib/server/rpc.js";
import {loadSprite} from "../web/lib/sprite.js";
import {END_NAMES, photoOf} from "./views.js";

/**
 * @typedef {import("./types").End} End
 * @typedef {import("./types").EndName} EndName
 * @typedef {import("./types").FacePhoto} FacePhoto
 * @typedef {End & {error?: string, note?: string, photo?: FacePhoto | null}} Incoming a photo says its note itself
 * @typedef {import("./render.js").State} State
 */

/**
 * @param {object} options
 * @param {State} options.state
 * @param {(changes: Partial<State>) => void} options.update
 * @param {(end: End, target: EndName, photo?: FacePhoto | null) => void} options.choose
 * @param {Record<string, import("./types").Decoder>} options.known
 * @param {ReturnType<typeof import("../web/lib/server/joined_models.js").joinedModels>} options.joined
 * @param {import("./types").Server} options.server
 */
export function incomingPictures({state, update, choose, known, joined, server}) {
  const loadFaces = remembered(server.load_faces, 1); // kept once it has come; before that asked for by every path
  /**
   * @param {string} words
   * @param {() => Promise<Incoming>} load
   * @param {EndName} [target]
   */
  const receive = async (words, load, target = state.target) => {
    const incoming = {words};
    update({incoming, problem: ""});
    const {pixels, code, photo, note, error} = await load();
    if (state.incoming !== incoming) return;
    if (error) update({incoming: null, problem: error});
    else {
      choose(pixels ? {pixels} : {code}, target, photo);
      if (note) update({problem: note});
    }
  };
  /**
   * A face of a photo as the present model gets it.
   * @param {Pick<FacePhoto, "file" | "face" | "box">} wanted
   * @returns {Promise<Incoming>}
   */
  const readFace = async ({file, face, box}) => {
    const {model} = state;
    const request = {checkpoint: model, face, box};
    const answer = await (file === null
      ? ask(server.load_portrait, request)
      : ask(server.read_face, {...request, file}));
    const {error, pixels} = answer;
    return error ? {error} : {pixels, photo: {...answer, file, face, box, model}};
  };
  const FIRST = {face: 0, box: null};
  const request = () => ({checkpoint: state.model});
  return {
    portrait: () => receive("Fetching the portrait…", () => readFace({file: null, ...FIRST})),
    random: () => receive("Drawing a face…", () => ask(server.draw_face, request())),
    cancel: () => update({incoming: null}),
    /** @param {File | undefined} file */
    readFile(file) {
      if (!file || !state.sample) return;
      if (known[state.model].kind === "clothes")
        return receive(`Reading ${file.name}…`, () =>
          sendFile(server.read_upload, file, joined.about({}, state.model)),
        );
      receive(`Looking for faces in ${file.name}…`, () =>
        sendFile(async ({file: content}) => readFace({file: content, ...FIRST}), file),
      );
    },
    /** @param {{face?: number, box?: FacePhoto["box"]}} choice another face of the photo of the present end */
    chooseFace({face = 0, box = null}) {
      const photo = photoOf(state, state.target);
      if (photo) receive("Cutting out the face…", () => readFace({file: photo.file, face, box}));
    },
    /** Each model gets photos cut as its training images were. */
    async cutAgain() {
      for (const target of END_NAMES) {
        const photo = photoOf(state, target);
        if (!photo || photo.model === state.model || known[state.model].kind !== "faces") continue;
        await receive(`Cutting out the face for ${state.model}…`, () => readFace(photo), target);
      }
    },
    /** @param {string} model whose faces are shown to take one from */
    async loadFaces(model) {
      if (state.faces[model]) return;
      const {error, sprite, columns, count} = await ask(loadFaces, {checkpoint: model});
      if (error && state.model === model) update({problem: error});
      if (error || state.faces[model]) return;
      const faces = {count, sprite: await loadSprite(sprite, columns, known[model].side)};
      update({faces: {...state.faces, [model]: faces}});
    },
  };
}
