// @ts-check
// What Classify shows: views, examples, what a link holds, and the verdict's words.
import {toBase64} from "../web/lib/base64.js";
import {isSamePicture, pictureField} from "../web/lib/picture_link.js";
import {FASHION} from "../web/lib/server/sample.js";
import {integer, numbers, oneOf, urlState} from "../web/lib/url_state.js";

/**
 * @typedef {object} State
 * @property {object} picture another object for each picture; a stroke changes the pixels, not the picture
 * @property {Uint8Array} pixels on the pad
 * @property {string} key the pixels in base64; "" while the pad is empty
 * @property {boolean} isDrawing the pen is down
 * @property {number | null} image the test image on the pad, while it is unchanged
 * @property {import("./types").Network[]} networks
 * @property {number} lead the network that maps, matrix and curves are of
 * @property {string} view
 * @property {string} method of attribution
 * @property {number | null} about class in question; null is the likeliest
 * @property {[number, number]} cell of the confusion matrix
 * @property {string} scope images on the plane: "two" classes or "all"
 * @property {number[][] | null} probs one list a network
 * @property {string[]} unlike what each network says of a picture unlike its training data; else ""
 * @property {import("./types").LayersAnswer | null} layers
 * @property {Opened | null} opened the feature map shown step by step
 * @property {import("./parts/map_steps.js").MapSteps | null} steps of that map
 * @property {Explanation | null} explanation
 * @property {Photo | null} photo
 * @property {boolean} isPhoto the picture is of that photo, with whatever was drawn on it
 * @property {Record<Part, string>} answered what each part is the answer to
 * @property {string} problem
 * @property {string} linkProblems shown until the visitor does something
 */

/** @typedef {"probs" | "layers" | "steps" | "explanation"} Part */
/** @typedef {{layer: string, map: number, row: number, column: number}} Opened a map, and a place of it */
/** @typedef {{pixels: Uint8Array, probs: number[][], maps: import("./types").PackedMaps[]}} Explanation */
/** @typedef {{words: [string, string]}} Lesson what is said of a photo before it is cut out, and after */

/**
 * @typedef {object} Photo
 * @property {string} file in base64
 * @property {string} upright the picture of that stage in base64, as long as it can stand for the file
 * @property {Record<string, boolean>} steps that the visitor has switched
 * @property {readonly import("./edits.js").Edit[]} edits of the cut-out
 * @property {Lesson | null} lesson
 * @property {boolean} isPending
 * @property {Record<string, string>} stages addresses of pictures
 * @property {boolean} negated
 * @property {boolean} found whether cutting out succeeded
 * @property {string} note
 */

/** @type {Record<string, string>} */
export const VIEWS = {
  images: "Test images",
  evidence: "What moved it",
  confusion: "Confusion",
  training: "Training",
};

/** @type {Lesson} */
const BAG = {
  words: [
    `This T-shirt lies on a floor, and the floor fills the square. No training image has a floor: all lie on black.
      ResNet and FashionNet both call it a Bag. PhotoNet, which learned from photos too, does not know it.`,
    `The floor is gone: same shirt, same networks, and all call it a T-shirt. A network is right about pictures like
      those it was trained on. Switch other stages, or take a photo of your own.`,
  ],
};

/** @type {Record<string, {image?: number, view?: string, isGrey?: boolean, lesson?: Lesson}>} */
export const PRESETS = {
  "Why is my T-shirt a bag?": {lesson: BAG},
  "They disagree": {image: 320},
  "T-shirt or shirt?": {image: 81},
  "Sure, and wrong": {image: 612, view: "evidence"},
  "The handle?": {image: 803, view: "evidence"},
  "Plain grey": {isGrey: true},
  "Shirts taken for coats": {view: "confusion"},
};

export const GREY = 128; // of 255, the example without a picture
export const FIRST = {
  image: 600,
  lead: 0,
  view: "images",
  about: null,
  opened: null,
  cell: /** @type {[number, number]} */ ([6, 4]),
  scope: "two",
};

/** @type {import("../web/lib/url_state.js").Field<Opened | null>} */
const openedMap = {
  fallback: null,
  parse(text) {
    const found = text.match(/^([a-z0-9]{1,12}),(\d{1,4}),(\d{1,4}),(\d{1,4})$/);
    if (!found) return undefined;
    const [map, row, column] = found.slice(2).map(Number);
    return {layer: found[1], map, row, column};
  },
  format: (opened) => (opened ? [opened.layer, opened.map, opened.row, opened.column].join(",") : ""),
  wants: () => "a layer, a map, a row and a column with commas between them, such as conv1,5,12,16",
};

/**
 * The name of the example that is shown, whichever network leads.
 * @param {Pick<State, "image" | "view" | "photo" | "isPhoto" | "pixels" | "cell">} state
 */
export function presetShown({image, view, photo, isPhoto, pixels, cell}) {
  return Object.keys(PRESETS).find((name) => {
    const {isGrey = false, lesson, ...example} = PRESETS[name];
    if (lesson) return isPhoto && photo?.lesson === lesson;
    if (isGrey) return image === null && pixels.every((value) => value === GREY);
    const isSame = image === (example.image ?? FIRST.image) && view === (example.view ?? FIRST.view);
    return isSame && (view !== "confusion" || String(cell) === String(FIRST.cell));
  });
}

/**
 * What a dataset's tab starts with.
 * @param {{isFashion: boolean}} set
 */
export const firstOf = ({isFashion}) =>
  isFashion ? FIRST : {...FIRST, image: 0, cell: /** @type {[number, number]} */ ([0, 0])};

/**
 * @param {Pick<import("./types").Props, "networks" | "methods" | "dataset">} props
 * @param {number} images how many there are
 */
export function classifyLink({networks, methods, dataset}, images) {
  const most = dataset.classes.length - 1;
  const first = firstOf({isFashion: dataset.name === FASHION});
  const pair = numbers({count: 2, min: 0, max: most});
  return urlState({
    tab: "classify",
    fields: {
      image: integer({min: 0, max: images - 1, fallback: first.image}),
      pixels: pictureField(() => dataset),
      network: oneOf(networks.map(({name}) => name)),
      view: oneOf(Object.keys(VIEWS)),
      method: oneOf(methods),
      class: integer({min: 0, max: most, fallback: null}),
      cell: {
        ...pair,
        parse(/** @type {string} */ text) {
          const cell = pair.parse(text);
          return cell?.every(Number.isInteger) ? cell : undefined;
        },
        wants: () => `two whole numbers from 0 to ${most} with a comma between them`,
      },
      map: openedMap,
      scope: oneOf([FIRST.scope, "all"]),
    },
  });
}

/**
 * What a link to this view holds.
 * @param {State} state
 */
export function linked({image, pixels, networks, lead, view, method, about, cell, scope, opened}) {
  const {name, isSessionModel} = networks[lead];
  return {
    image: image ?? undefined,
    pixels: image === null ? pixels : null,
    network: (lead || haveOthers(networks)) && !isSessionModel ? name : undefined,
    view: view === FIRST.view ? undefined : view,
    ...(view === "evidence" ? {method, class: about} : {}),
    ...(view === "confusion" ? {cell, scope: scope === FIRST.scope ? undefined : scope} : {map: opened}),
  };
}

/**
 * What a link asks for, without its picture where that is shown already.
 * @param {ReturnType<ReturnType<typeof classifyLink>["read"]>["state"]} link
 * @param {State} state
 * @param {{networks: import("./types").Network[], cell: State["cell"]}} shipped cell: where the link names none
 */
export function linkedView({network, class: about, cell, image, pixels, map: opened, ...settings}, state, shipped) {
  const lead = shipped.networks.findIndex(({name}) => name === network);
  const isShown = isSamePicture({image, pixels}, state);
  const picture = isShown ? {} : pixels ? {pixels} : {image};
  return {...settings, photo: null, lead, opened, about, cell: /** @type {any} */ (cell) ?? shipped.cell, ...picture};
}

/**
 * What is shown, for Python's lines; null while there is no picture.
 * @param {State} state
 */
export function linesRequest({key, image, pixels, networks, lead, view, method, cell, scope}) {
  if (!key && view !== "confusion" && view !== "training") return null;
  const names = networks.map(({name}) => name);
  const isWide = scope === "all";
  return {
    ...{view, method, networks: names, checkpoint: names[lead], image: image ?? undefined},
    pixels: image === null && key ? toBase64(pixels) : null,
    classes: view === "confusion" && !isWide ? [...new Set(cell)] : null,
  };
}

/** @param {import("./types").Network[]} networks whether some are from folders, which a link must name */
const haveOthers = (networks) => networks.some(({isOther}) => isOther);

/**
 * What each part's answer must be of; the parts of a picture are asked for again where it is not.
 * @param {State} state
 * @returns {Record<Part, string>} "" where nothing is wanted
 */
export function wanted({key, isDrawing, networks, lead, view, method, opened}) {
  const names = networks.map(({name}) => name).join(" ");
  return {
    probs: key && `${key} ${names}`,
    layers: key && `${key} ${networks[lead].name}`,
    steps: key && opened && view !== "confusion" ? `${key} ${networks[lead].name} ${opened.layer} ${opened.map}` : "",
    explanation: key && view === "evidence" && !isDrawing ? `${key} ${names} ${method}` : "",
  };
}

/** @param {number[]} probs */
export const likeliest = (probs) => probs.indexOf(Math.max(...probs));

/**
 * Whether the networks that know the picture agree, and whether they are right.
 * @param {number[][]} probs of those networks
 * @param {string[]} classes
 * @param {number | null} label what the picture is, if that is known
 */
export function verdict(probs, classes, label) {
  if (!probs.length) return label === null ? "" : `it is: ${classes[label]}`;
  const predicted = probs.map(likeliest);
  const doAgree = predicted.every((k) => k === predicted[0]);
  const all = ["", "both: ", "all: "][Math.min(probs.length, 3) - 1];
  const words = doAgree ? all + classes[predicted[0]] : "they disagree";
  if (label === null) return words;
  return words + (predicted.every((k) => k === label) ? " — right" : ` — it is: ${classes[label]}`);
}

/**
 * What to say of a picture unlike all that some networks were taught; empty if there is none.
 * @param {{title: string}[]} networks
 * @param {string[]} unlike one sentence a network, or ""
 */
export function unlikeWords(networks, unlike) {
  return networks.flatMap(({title}, n) => (unlike[n] ? [`${title} does not know it. ${unlike[n]}`] : [])).join(" ");
}
