// @ts-check
// A visitor's set of pictures: drawn or from files, looked through, mended, kept in the browser, and taken away.

import {askSystemCamera, hasCamera} from "../../web/components/pictures/camera.js";
import {radioGroup} from "../../web/components/radio_group.js";
import {KINDS, receiveFiles} from "../../web/components/upload.js";
import {finder, saveFile} from "../../web/lib/dom.js";
import {readFiles} from "./files.js";
import {collectingPad} from "./pad.js";
import {PANEL_HTML, panelView} from "./panel_view.js";
import {withoutLabel} from "./queue.js";
import * as sets from "./set.js";
import {openShots} from "./shots.js";
import {loadSet, saveSet} from "./store.js";
import {pictureTiles} from "./tiles.js";
import {zipSet} from "./zip.js";

const REST = 300; // milliseconds from the last change until the set is stored
const NAMES = 10_000; // bytes that a ZIP may add to its files
const NOT_STORED = "This browser does not keep the set: download it before you close the page.";

/** @typedef {import("./set.js").PictureSet} PictureSet */
/**
 * @typedef {object} State
 * @property {PictureSet} set
 * @property {number} active the class that is open, and gets what is drawn
 * @property {Set<number>} marked pictures
 * @property {string} source "draw" or "files"
 * @property {import("../types").Fit} fit of files that are chosen next
 * @property {import("./queue.js").Lot[]} lots files to be read; the first lot is under way
 * @property {number} done files of the first lot that are read
 * @property {string[]} skipped sentences about files that could not be used
 * @property {string} problem
 */

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {import("../types").Server} options.server
 * @param {import("./set.js").Limits} options.limits
 * @param {string[]} options.colors of the classes
 * @param {() => void} options.onChange of the set
 */
export function setPanel(root, {server, limits, colors, onChange}) {
  root.innerHTML = PANEL_HTML;
  const find = finder(root);
  /** @type {State} */
  const state = {
    set: sets.emptySet(),
    active: 0,
    marked: new Set(),
    source: "",
    fit: "crop",
    lots: [],
    done: 0,
    skipped: [],
    problem: "",
  };
  let timer = 0;
  let generation = 0; // of what is read: emptying the set gives up what is on its way

  function update(/** @type {Partial<State>} */ changes) {
    const before = state.set;
    Object.assign(state, changes);
    view.render(state);
    if (state.set === before) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(store, REST);
    onChange();
  }

  const store = () => saveSet(state.set).catch(() => update({problem: NOT_STORED}));
  const change = (/** @type {PictureSet} */ set, problem = "") => update({set, problem});
  const open = (/** @type {number} */ active) => update({active, marked: new Set(), problem: ""});

  const tiles = pictureTiles(find(".set-tiles"), {
    onMark(id) {
      const marked = new Set(state.marked);
      if (!marked.delete(id)) marked.add(id);
      update({marked});
    },
    onDelete: () => actions.delete(),
  });
  const classes = radioGroup(find(".set-classes"), {}, (key) => open(Number(key)));
  const view = panelView(root, {tiles, classes, limits, colors});

  const addPicture = (/** @type {Uint8Array<ArrayBuffer>} */ png, /** @type {number} */ label) => {
    const {set, problem} = sets.withPictures(state.set, [png], Math.min(label, state.set.classes.length - 1), limits);
    change(set, problem);
  };

  collectingPad(root, {
    onNothing: () => update({problem: "Draw something first, then press Next."}),
    async onPicture(png) {
      const {active} = state;
      addPicture(await png, active);
    },
  });

  function read(/** @type {File[]} */ files, label = state.active) {
    if (!files.length || !state.source) return;
    const isBusy = state.lots.length > 0;
    update({lots: [...state.lots, {files, label, fit: state.fit}], problem: ""});
    if (!isBusy) readLots();
  }

  async function readLots() {
    const mine = ++generation;
    update({skipped: []});
    while (mine === generation && state.lots.length) {
      const skipped = await readFiles(server.read_pictures, state.lots[0].files, {
        most: limits.bytes - NAMES,
        fit: state.lots[0].fit,
        goOn(done) {
          if (mine === generation) update({done});
          return mine === generation;
        },
        onFound(found) {
          if (mine !== generation) return;
          const {set, problem} = sets.withFound(state.set, found, state.lots[0].label, limits);
          change(set, problem);
        },
      });
      if (mine === generation) update({lots: state.lots.slice(1), done: 0, skipped: [...state.skipped, ...skipped]});
    }
  }

  function openCamera() {
    if (!hasCamera()) return askSystemCamera((file) => file && read([file]));
    const {set, active, fit} = state;
    const isCut = fit === "cut_out"; // then the server makes squares of them
    return openShots(/** @type {HTMLElement} */ (root.closest(".loom-widget")), {
      name: set.classes[active],
      side: isCut ? limits.cut_side : limits.side,
      room: limits.pictures - set.pictures.length,
      onPicture: (png) => (isCut ? read([new File([png], "shot.png")], active) : addPicture(png, active)),
    });
  }

  /** @type {Record<string, () => void>} */
  const actions = {
    add() {
      const {set, problem} = sets.withClass(state.set, limits);
      const active = problem ? state.active : set.classes.length - 1;
      update({set, active, marked: new Set(), problem});
    },
    remove() {
      const set = sets.withoutClass(state.set, state.active);
      const lots = withoutLabel(state.lots, state.active, set.classes.length);
      update({set, lots, active: Math.min(state.active, set.classes.length - 1), marked: new Set(), problem: ""});
    },
    delete: () => update({set: sets.without(state.set, state.marked), marked: new Set(), problem: ""}),
    stop() {
      generation++;
      update({lots: [], done: 0});
    },
    empty() {
      generation++;
      update({set: sets.emptySet(), active: 0, marked: new Set(), lots: [], done: 0, skipped: [], problem: ""});
    },
    camera: openCamera,
    async download() {
      saveFile(`${state.set.title.replace(/[^\p{L}\p{N} _-]/gu, "_")}.zip`, await zipSet(state.set), "application/zip");
    },
  };
  root.addEventListener("click", ({target}) => {
    const {set: name} = /** @type {HTMLElement} */ (target).dataset;
    if (name) actions[name]?.();
  });
  find(".set-name").addEventListener("change", (/** @type {Event} */ {target}) => {
    const {set, problem} = sets.renamed(state.set, state.active, /** @type {HTMLInputElement} */ (target).value);
    change(set, problem);
  });
  find(".set-fit").addEventListener("change", (/** @type {Event} */ {target}) => {
    update({fit: /** @type {import("../types").Fit} */ (/** @type {HTMLSelectElement} */ (target).value)});
  });
  find(".set-move").addEventListener("change", (/** @type {Event} */ {target}) => {
    const label = Number(/** @type {HTMLSelectElement} */ (target).value);
    update({set: sets.relabelled(state.set, state.marked, label), marked: new Set()});
  });
  receiveFiles(find(".set-files"), (files) => read(files), {kinds: `${KINDS},.zip,application/zip`, sources: []});
  const loading = loadSet().then(
    (stored) => {
      if (stored?.pictures?.length && sets.isEmpty(state.set)) update({set: stored}); // unless one was begun meanwhile
    },
    () => update({problem: NOT_STORED}),
  );
  update({});

  return {
    /** @param {string} source "draw" or "files"; "" closes it */
    show(source) {
      update({source, problem: ""});
    },
    /** The whole set as a ZIP. */
    async zip() {
      await loading;
      return zipSet(state.set);
    },
  };
}
