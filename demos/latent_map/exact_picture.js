// @ts-check
// The exact picture of a place, an image or a code: asked for one at a time, and then what every slider would show
// around it.
import {ask, pump} from "../web/lib/server/rpc.js";
import {loadSprite} from "../web/lib/sprite.js";

/**
 * @typedef {import("./render.js").State} State
 * @typedef {import("./types").PictureRequest} PictureRequest
 */

/**
 * @param {object} tab
 * @param {State} tab.state
 * @param {import("./types").Server} tab.server
 * @param {{mark: (place: {x: number, y: number}) => void, drawn: Promise<any>}} tab.plot
 * @param {(changes: Partial<State>) => void} tab.update
 * @returns {(wanted: Omit<PictureRequest, "checkpoint" | "map">, changes?: Partial<State>) => void} asks for a
 *   picture of the model and the map that are shown
 */
export function exactPicture({state, server, plot, update}) {
  const calls = {
    place: server.decode,
    image: server.reconstruct,
    code: server.decode_code,
    draw: server.draw,
    move: server.move,
    own: server.place_picture,
  };
  const fail = (/** @type {string} */ problem) => update({problem});

  const decode = pump(
    async (/** @type {PictureRequest} */ {call, ...request}) => {
      const answer = await ask(calls[call], request);
      await plot.drawn; // no picture stands beside a map that cannot be pointed at yet
      return {answer};
    },
    ({answer}, request) => {
      if (request !== state.asked) return; // something else is shown by now
      if (answer.error) return update({problem: answer.error, shown: null, asked: null, ahead: null, dragged: null});
      const isPlace = request.call === "place" || request.call === "image";
      if (!isPlace) plot.mark({x: answer.place[0], y: answer.place[1]});
      const pinned = isPlace || request.call === "own" ? state.pinned : {code: answer.code};
      update({shown: {answer, request}, pinned, ahead: null, dragged: null});
      sweep({checkpoint: request.checkpoint, map: request.map, code: answer.code});
    },
    fail,
  );

  const sweep = pump(
    server.sweep,
    async (answer, {code, checkpoint, map}) => {
      const sprite = await loadSprite(answer.sprite, answer.columns, state.sample?.image_shape[1]);
      if (code !== state.shown?.answer.code || checkpoint !== state.model || map !== state.map) return;
      update({ahead: {...answer, sprite}});
    },
    fail,
  );

  return (wanted, changes = {}) => {
    const asked = {checkpoint: state.model, map: state.map, ...wanted};
    update({asked, problem: "", ...changes});
    decode(asked);
  };
}
