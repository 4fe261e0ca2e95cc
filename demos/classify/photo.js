// @ts-check
// A photo of the visitor's: read by the server, and read again whenever one of its steps is switched.
import {upload} from "../web/components/upload.js";
import {fromBase64} from "../web/lib/base64.js";
import {pump} from "../web/lib/server/rpc.js";
import {preprocessingSteps} from "./parts/preprocessing_steps.js";

/** @typedef {import("./state.js").Photo} Photo */

/**
 * @param {HTMLElement} element the widget
 * @param {HTMLElement} root of the steps
 * @param {object} options
 * @param {import("./types").Server} options.server
 * @param {() => Photo | null} options.current
 * @param {(photo: Photo) => void} options.onChange
 * @param {(pixels: Uint8Array, photo: Photo) => void} options.onPixels
 * @param {(problem: string) => void} options.onError
 */
export function photoReader(element, root, {server, current, onChange, onPixels, onError}) {
  /** @type {Record<string, boolean> | null} */
  let wanted = null; // the switches whose picture goes to the pad
  const steps = preprocessingSteps(root, (key, isOn) => {
    const photo = current();
    if (!photo) return;
    wanted = {...photo.steps, [key]: isOn};
    onChange({...photo, steps: wanted, isPending: true});
    readAgain({file: photo.file, steps: wanted});
  });
  const readAgain = pump(
    server.read_stages,
    ({pixels, ...answer}, {file, steps: switched}) => {
      const photo = current();
      if (photo?.file !== file || photo.steps !== switched) return;
      const next = {...photo, ...answer, isPending: false};
      if (switched === wanted) onPixels(fromBase64(pixels), next);
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
    onPixels: (pixels, {stages, inverted}, file) =>
      onPixels(pixels, {file, steps: {}, stages, inverted, isPending: false}),
  });
  return {
    /** @param {Photo} photo */
    show: ({stages, steps: switched, inverted}) => steps.show(stages, switched, inverted),
    /** Another picture was chosen: what is under way does not replace it. */
    cancel() {
      wanted = null;
      uploading.cancel();
    },
  };
}
