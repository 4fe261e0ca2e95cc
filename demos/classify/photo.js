// @ts-check
// A photo of the visitor's: read by the server, and read again whenever a stage is switched or the cut-out is mended.
import {examplePhoto} from "../web/components/pictures/example_photos.js";
import {upload} from "../web/components/upload.js";
import {fromBase64, toBase64} from "../web/lib/base64.js";
import {finder, setPending} from "../web/lib/dom.js";
import {messageOf} from "../web/lib/notice.js";
import {pump} from "../web/lib/server/rpc.js";
import {boxOf, strokesOf} from "./edits.js";
import {photoEditor} from "./parts/photo_editor.js";
import {preprocessingSteps} from "./parts/preprocessing_steps.js";

/** @typedef {import("./state.js").Photo} Photo */
const UNREAD = {edits: [], lesson: null, isPending: false, stages: {}, negated: false, found: true, note: ""};

/**
 * What the server is asked of a photo. Its upright stage, which is small, takes the place of the file where it is the
 * same to the server.
 * @param {Photo} photo
 * @param {number} marks cells a side of the grid of strokes
 * @returns {import("./types").StagesRequest}
 */
export function stagesRequest({file, upright, steps, edits}, marks) {
  const strokes = strokesOf(edits, marks);
  return {
    file: steps.upright === false ? file : upright,
    steps,
    box: boxOf(edits),
    strokes: strokes && toBase64(strokes),
  };
}

/** @typedef {Pick<ReturnType<typeof photoReader>, "show" | "setSteps" | "open" | "cancel">} PictureReader */

/**
 * What reads a visitor's picture: clothes through stages that can be switched, others as they are.
 * @param {HTMLElement} element the widget
 * @param {{isFashion: boolean}} set
 * @param {object} options
 * @param {import("./types").Props} options.props
 * @param {import("./types").Server} options.server
 * @param {() => Photo | null} options.current
 * @param {(photo: Photo) => void} options.onChange
 * @param {(pixels: Uint8Array, photo: Photo | null) => void} options.onPixels
 * @param {(problem: string) => void} options.onError
 * @returns {PictureReader}
 */
export function pictureReader(element, {isFashion}, {props, server, onPixels, ...options}) {
  if (isFashion) return photoReader(element, {server, marks: props.marks, onPixels, ...options});
  const checkpoint = props.networks[0].name; // whose dataset a picture is made alike to
  const call = /** @type {import("../web/components/upload.js").ReadFile} */ (
    (request) => server.read_upload({...request, checkpoint})
  );
  return plainReader(element, {call, onPixels: (pixels) => onPixels(pixels, null), onError: options.onError});
}

/**
 * @param {HTMLElement} element the widget
 * @param {object} options
 * @param {import("./types").Server} options.server
 * @param {number} options.marks
 * @param {() => Photo | null} options.current
 * @param {(photo: Photo) => void} options.onChange
 * @param {(pixels: Uint8Array, photo: Photo) => void} options.onPixels
 * @param {(problem: string) => void} options.onError
 */
function photoReader(element, {server, marks, current, onChange, onPixels, onError}) {
  const find = finder(element);
  /** @type {Photo | null} */
  let wanted = null; // what goes to the pad once it is read
  let opened = ""; // the name of an example while it is fetched
  const change = (/** @type {Partial<Photo>} */ changes) => {
    const photo = current();
    if (!photo) return;
    wanted = {...photo, ...changes, isPending: true};
    onChange(wanted);
    readAgain({photo: wanted, request: stagesRequest(wanted, marks)});
  };
  const setSteps = (/** @type {Record<string, boolean>} */ steps) => change({steps: {...current()?.steps, ...steps}});
  const steps = preprocessingSteps(find(".stages"), (key, isOn) => setSteps({[key]: isOn}));
  const editor = photoEditor(find(".photo-editor"), (edits) => change({edits}));

  const readAgain = pump(
    (/** @type {{photo: Photo, request: any}} */ {request}) => server.read_stages(request),
    ({pixels, ...answer}, {photo}) => {
      if (current() !== photo) return; // changed meanwhile, or another one
      const next = read(photo, answer);
      if (photo === wanted) onPixels(fromBase64(pixels), next);
      else onChange(next);
    },
    (problem) => {
      const photo = current();
      if (photo) onChange({...photo, isPending: false});
      onError(problem);
    },
  );
  const uploading = upload(element, {
    call: server.read_stages,
    onError,
    showsNote: false,
    onPixels(pixels, answer, file, more) {
      const unread = {...UNREAD, file, upright: file, steps: more?.steps ?? {}};
      onPixels(pixels, read(unread, answer));
    },
  });
  return {
    /** @param {Photo | null} photo */
    show(photo) {
      find(".classify-photo").hidden = !photo;
      setPending(find(".stages"), photo?.isPending ?? false);
      if (!photo) return;
      const {stages, steps: switched, negated, edits, note, lesson} = photo;
      steps.show(stages, switched, negated);
      editor.show(stages.upright, edits);
      find(".photo-note").textContent = note;
      find(".photo-note").hidden = !note;
      find(".photo-lesson").hidden = !lesson;
      if (lesson) find(".photo-lesson span").textContent = lesson.words[switched.cut_out === false ? 0 : 1];
      find(".photo-lesson button").hidden = switched.cut_out !== false;
    },
    setSteps,
    /**
     * A photo that ships.
     * @param {string} name
     * @param {Pick<Photo, "steps" | "lesson">} start how it is read at first
     */
    async open(name, {steps: first, lesson}) {
      opened = name;
      try {
        const file = await examplePhoto(name);
        if (opened !== name) return;
        await uploading.read(file, {steps: first});
        const photo = current();
        if (photo?.steps === first) onChange({...photo, lesson}); // else another one came
      } catch (error) {
        onError(messageOf(error));
      }
    },
    /** Another picture was chosen: what is under way does not replace it. */
    cancel() {
      wanted = null;
      opened = "";
      uploading.cancel();
    },
  };
}

/**
 * The same for pictures of another dataset: a photo is cut to its middle square, and there are no stages to show.
 * @param {HTMLElement} element the widget
 * @param {object} options
 * @param {import("../web/components/upload.js").ReadFile} options.call
 * @param {(pixels: Uint8Array) => void} options.onPixels
 * @param {(problem: string) => void} options.onError
 * @returns {PictureReader}
 */
function plainReader(element, {call, onPixels, onError}) {
  const uploading = upload(element, {call, onError, onPixels: (pixels) => onPixels(pixels)});
  finder(element)("[data-way=examples]").hidden = true; // they show clothes
  const nothing = () => {};
  return {show: nothing, setSteps: nothing, open: async () => {}, cancel: uploading.cancel};
}

/**
 * @param {Photo} photo
 * @param {Omit<import("./types").StagesAnswer, "pixels">} answer
 * @returns {Photo}
 */
function read(photo, {stages, negated, found, note}) {
  const upright = photo.steps.upright === false ? photo.upright : stages.upright.split(",")[1];
  return {...photo, stages, negated, found, note, upright, isPending: false};
}
