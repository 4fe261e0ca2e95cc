// @ts-check
// A visitor's own set of pictures: every change gives a new set, and sentences say how it stands.

/** @typedef {{id: number, label: number, png: Uint8Array<ArrayBuffer>}} Picture a square, at most 64 pixels a side */
/** @typedef {{title: string, classes: string[], pictures: Picture[]}} PictureSet */
/**
 * @typedef {object} Limits
 * @property {number} pictures
 * @property {number} classes
 * @property {number} bytes of a ZIP
 * @property {number} fewest pictures to train on
 * @property {number} side pixels of a picture
 * @property {number} cut_side the same of one that is yet to be cut out
 */
/** @typedef {{title: string | null, classes: string[], labels: number[], pictures: string[]}} Found */

const TITLE = "my pictures";
const LONGEST = 40; // letters of a class's name

/** @returns {PictureSet} */
export const emptySet = () => ({title: TITLE, classes: ["class 1", "class 2"], pictures: []});

/** @param {PictureSet} set */
export const isEmpty = ({pictures}) => pictures.length === 0;

/**
 * How many pictures each class has.
 * @param {PictureSet} set
 */
export const counts = ({classes, pictures}) => classes.map((_, k) => pictures.filter(({label}) => label === k).length);

/**
 * The set with more pictures of one class, as many as it may hold.
 * @param {PictureSet} set
 * @param {Uint8Array<ArrayBuffer>[]} pngs
 * @param {number} label
 * @param {Limits} limits
 */
export function withPictures(set, pngs, label, limits) {
  return withLabelled(
    set,
    pngs.map((png) => ({png, label})),
    limits,
  );
}

/**
 * @param {PictureSet} set
 * @param {{png: Uint8Array<ArrayBuffer>, label: number}[]} more
 * @param {Limits} limits
 * @returns {{set: PictureSet, problem: string}}
 */
function withLabelled(set, more, limits) {
  const room = limits.pictures - set.pictures.length;
  const first = 1 + Math.max(0, ...set.pictures.map(({id}) => id));
  const added = more.slice(0, room).map((picture, k) => ({...picture, id: first + k}));
  const lost = more.length - added.length;
  const problem = lost
    ? `A set holds at most ${limits.pictures} pictures: ${lost} more ${lost === 1 ? "was" : "were"} left out.`
    : "";
  return {set: {...set, pictures: [...set.pictures, ...added]}, problem};
}

/**
 * The set with what was found in a file: folders join the classes of the same name, and pictures in no folder the one
 * that is open.
 * @param {PictureSet} set
 * @param {Found & {bytes: Uint8Array<ArrayBuffer>[]}} found with the pictures as bytes
 * @param {number} active
 * @param {Limits} limits
 */
export function withFound(set, found, active, limits) {
  const isFresh = isEmpty(set) && found.classes.length > 0;
  const before = isFresh ? [] : set.classes;
  const classes = [...before, ...found.classes.filter((name) => !before.includes(name))];
  if (classes.length > limits.classes) {
    const problem =
      `Together these are ${classes.length} classes, and at most ${limits.classes} can be told apart in a chart. ` +
      "Join some of them.";
    return {set, problem};
  }
  const more = found.bytes.map((png, i) => {
    const name = found.classes[found.labels[i]];
    return {png, label: name === undefined ? Math.min(active, classes.length - 1) : classes.indexOf(name)};
  });
  const title = isFresh ? (found.title ?? set.title) : set.title;
  return withLabelled({...set, title, classes}, more, limits);
}

/**
 * @param {PictureSet} set
 * @param {Set<number>} ids
 */
export const without = (set, ids) => ({...set, pictures: set.pictures.filter(({id}) => !ids.has(id))});

/**
 * @param {PictureSet} set
 * @param {Set<number>} ids
 * @param {number} label
 */
export const relabelled = (set, ids, label) => ({
  ...set,
  pictures: set.pictures.map((picture) => (ids.has(picture.id) ? {...picture, label} : picture)),
});

/**
 * The set with one more class, named by its number.
 * @param {PictureSet} set
 * @param {Limits} limits
 */
export function withClass(set, limits) {
  if (set.classes.length >= limits.classes) {
    return {set, problem: `At most ${limits.classes} classes can be told apart in a chart.`};
  }
  let number = set.classes.length + 1;
  while (set.classes.includes(`class ${number}`)) number++;
  return {set: {...set, classes: [...set.classes, `class ${number}`]}, problem: ""};
}

/**
 * @param {PictureSet} set
 * @param {number} label
 * @param {string} typed
 */
export function renamed(set, label, typed) {
  const name = typed
    .normalize("NFC")
    .replace(/[\s\p{Cc}\p{Cs}]+/gu, " ")
    .trim()
    .slice(0, LONGEST);
  if (!name) return {set, problem: "A class needs a name."};
  if (set.classes.some((other, k) => k !== label && other === name)) {
    return {set, problem: `There is a class "${name}" already. Choose another name.`};
  }
  return {set: {...set, classes: set.classes.map((other, k) => (k === label ? name : other))}, problem: ""};
}

/**
 * The set without a class and its pictures; one class is always left.
 * @param {PictureSet} set
 * @param {number} label
 */
export function withoutClass(set, label) {
  if (set.classes.length === 1) return {...set, classes: emptySet().classes.slice(0, 1), pictures: []};
  const pictures = set.pictures
    .filter((picture) => picture.label !== label)
    .map((picture) => ({...picture, label: picture.label - Number(picture.label > label)}));
  return {...set, classes: set.classes.filter((_, k) => k !== label), pictures};
}

/**
 * How the set stands, in a sentence or two.
 * @param {PictureSet} set
 * @param {Limits} limits
 */
export function setWords(set, {fewest}) {
  const n = set.pictures.length;
  const filled = counts(set).filter((count) => count > 0).length;
  const have = `${n === 1 ? "1 picture" : `${n} pictures`} in ${filled === 1 ? "1 class" : `${filled} classes`}`;
  if (n === 0) return `No pictures yet: ${fewest} are enough to begin with.`;
  if (n < fewest) return `${have}. ${fewest - n} more ${fewest - n === 1 ? "is" : "are"} needed to train.`;
  return filled === 1 ? `${have}. A classifier needs a second class; the other models can be trained.` : `${have}.`;
}
