// @ts-check
// What each layer sees, and the map that a visitor has opened.
import {setPending} from "../web/lib/dom.js";
import {redrawer} from "../web/lib/redraw.js";
import {machineFold} from "../web/machine/machine_fold.js";
import {isPending} from "./answers.js";
import {featureMaps} from "./parts/feature_maps.js";
import {openedMap} from "./parts/opened_map.js";

/** @typedef {import("./state.js").State} State */

/**
 * @param {(selector: string) => any} find
 * @param {State} state
 * @param {(changes: Partial<State>) => void} update
 * @param {import("./types").Server["load_summary"]} load
 */
export function layersView(find, state, update, load) {
  const redraw = redrawer();
  const maps = featureMaps(find(".layers"), {
    onOpen(opened) {
      const isShown = opened.layer === state.opened?.layer && opened.map === state.opened.map;
      if (!isShown) map?.expect();
      update({opened: isShown ? null : opened});
    },
  });
  const machine = machineFold(find(".classify-machine"), {
    load,
    activations: (layer) => state.layers?.layers.find(({name}) => name === layer) ?? null,
  });
  /** @type {ReturnType<typeof openedMap> | null} */
  let map = null;
  const move = (/** @type {import("./parts/map_steps.js").Place} */ [row, column]) =>
    state.opened && update({opened: {...state.opened, row, column}});

  return {
    render() {
      const {layers, opened, steps, key, answered, isDrawing, networks, lead, view} = state;
      machine.show(networks[lead]);
      redraw("maps", [layers], () => maps.show(layers));
      redraw("mark", [layers, opened], () => maps.mark(opened));
      const seen = key && view !== "confusion" ? opened : null;
      redraw("map", [map, seen, steps, answered, isDrawing, key], () =>
        map?.show(seen, steps, isPending(state, "steps")),
      );
      const isStale = layers !== null && isPending(state, "layers");
      setPending(find(".layers"), isStale);
      redraw("activations", [layers, isStale], () => machine.refresh(isStale));
    },
    /**
     * @param {ReturnType<typeof import("./facts.js").networkFacts>} facts
     * @param {ReturnType<typeof import("../web/components/gallery.js").gallery>} gallery
     */
    start(facts, gallery) {
      map = openedMap(find(".opened-map"), {
        pad: find(".classify-pad .pad"),
        onPlace: move,
        onClose() {
          if (state.opened) maps.focus(state.opened);
          update({opened: null});
        },
        images: {
          load: facts.exciting,
          tile: gallery.tile,
          onPick(image, place) {
            move(place);
            gallery.select(image);
          },
        },
      });
    },
  };
}
