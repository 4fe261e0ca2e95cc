// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {mapWords} from "../../demos/live/parts/pictures.js";
import {grouped, readFiles} from "../../demos/live/set/files.js";
import {readingWords, withoutLabel} from "../../demos/live/set/queue.js";
import * as sets from "../../demos/live/set/set.js";
import {middleSquare, shotWords} from "../../demos/live/set/shots.js";
import {filesOf, folderNames, zipSet} from "../../demos/live/set/zip.js";
import {learnedWords} from "../../demos/live/snapshots.js";

const LIMITS = {pictures: 12, classes: 4, bytes: 100, fewest: 10, side: 64, cut_side: 192};
const png = (/** @type {number} */ value) => Uint8Array.from([value]);

/** So many pictures of each class. */
function setOf(/** @type {number[]} */ ...numbers) {
  let set = {...sets.emptySet(), classes: numbers.map((_, k) => `c${k}`)};
  numbers.forEach((count, label) => {
    const pngs = Array.from({length: count}, (_, i) => png(10 * label + i));
    set = sets.withPictures(set, pngs, label, {...LIMITS, pictures: 1000}).set;
  });
  return set;
}

test("pictures have numbers of their own, and no more are taken than a set may hold", () => {
  const {set, problem} = sets.withPictures(setOf(5, 5), [png(1), png(2), png(3)], 1, LIMITS);
  assert.equal(set.pictures.length, 12);
  assert.equal(new Set(set.pictures.map(({id}) => id)).size, 12);
  assert.equal(problem, "A set holds at most 12 pictures: 1 more was left out.");
  assert.deepEqual(sets.counts(set), [5, 7]);
});

test("a number is not given twice, even after a picture was deleted", () => {
  const fewer = sets.without(setOf(3), new Set([1]));
  const {set} = sets.withPictures(fewer, [png(9)], 0, LIMITS);
  assert.deepEqual(
    set.pictures.map(({id}) => id),
    [2, 3, 4],
  );
});

test("pictures are deleted and move to another class", () => {
  const set = setOf(2, 1);
  assert.deepEqual(sets.counts(sets.without(set, new Set([1, 3]))), [1, 0]);
  assert.deepEqual(sets.counts(sets.relabelled(set, new Set([1, 2]), 1)), [0, 3]);
});

test("classes are added, renamed and removed, and never share a name", () => {
  const {set} = sets.withClass(setOf(1, 1), LIMITS);
  assert.deepEqual(set.classes, ["c0", "c1", "class 3"]);
  assert.equal(sets.renamed(set, 2, "  cats \n and dogs ").set.classes[2], "cats and dogs");
  assert.match(sets.renamed(set, 2, "c0").problem, /There is a class "c0" already/);
  assert.equal(sets.renamed(set, 0, "c0").problem, "");
  assert.match(sets.renamed(set, 2, "   ").problem, /needs a name/);
  const fewer = sets.withoutClass(set, 0);
  assert.deepEqual(
    [fewer.classes, sets.counts(fewer)],
    [
      ["c1", "class 3"],
      [1, 0],
    ],
  );
  const full = sets.withClass(setOf(1, 1, 1, 1), LIMITS);
  assert.equal(full.set.classes.length, 4);
  assert.match(full.problem, /At most 4 classes/);
  assert.equal(sets.withoutClass(setOf(3), 0).pictures.length, 0);
});

const found = (/** @type {string[]} */ classes, /** @type {number[]} */ labels, title = /** @type {any} */ (null)) => ({
  title,
  classes,
  labels,
  pictures: [],
  bytes: labels.map(png),
});

test("the folders of a ZIP join the classes of their names, and are the only ones of a new set", () => {
  const fresh = sets.withFound(sets.emptySet(), found(["happy", "sad"], [0, 1, 1], "faces"), 0, LIMITS).set;
  assert.deepEqual([fresh.classes, sets.counts(fresh), fresh.title], [["happy", "sad"], [1, 2], "faces"]);
  const more = sets.withFound(fresh, found(["angry", "happy"], [0, 1], "other"), 1, LIMITS).set;
  assert.deepEqual([more.classes, sets.counts(more), more.title], [["happy", "sad", "angry"], [2, 2, 1], "faces"]);
});

test("pictures in no folder join the class that is open", () => {
  const set = sets.withFound(setOf(1, 1), found([], [-1, -1]), 1, LIMITS).set;
  assert.deepEqual(sets.counts(set), [1, 3]);
  const mixed = sets.withFound(sets.emptySet(), found(["a"], [0, -1]), 1, LIMITS).set;
  assert.deepEqual(sets.counts(mixed), [2]);
});

test("too many classes are refused in a sentence, and the set stays as it was", () => {
  const before = setOf(1, 1, 1);
  const {set, problem} = sets.withFound(before, found(["x", "y"], [0, 1]), 0, LIMITS);
  assert.equal(set, before);
  assert.match(problem, /Together these are 5 classes, and at most 4/);
});

test("a sentence says how the set stands", () => {
  assert.equal(sets.setWords(sets.emptySet(), LIMITS), "No pictures yet: 10 are enough to begin with.");
  assert.equal(sets.setWords(setOf(1), LIMITS), "1 picture in 1 class. 9 more are needed to train.");
  assert.equal(sets.setWords(setOf(5, 4), LIMITS), "9 pictures in 2 classes. 1 more is needed to train.");
  assert.match(sets.setWords(setOf(10), LIMITS), /A classifier needs a second class/);
  assert.equal(sets.setWords(setOf(6, 6), LIMITS), "12 pictures in 2 classes.");
});

test("folders have names that every system takes, each one once", () => {
  const names = ["happy", "Happy", "a/b", "a:b", "..", ".hidden", "__MACOSX", "笑顔", "x. ", "dataset.toml"];
  const folders = folderNames(names);
  assert.deepEqual(folders, [
    "happy",
    "Happy 2",
    "a_b",
    "a_b 2",
    "class",
    "_.hidden",
    "___MACOSX",
    "笑顔",
    "x",
    "_dataset.toml",
  ]);
});

test("a set's files name its title and, in their order, the classes that have pictures", () => {
  const set = {...setOf(1, 0, 2), classes: ['b"\\', "empty", "a/b"], title: "my\nset"};
  const [{name, input}, ...images] = filesOf(set);
  assert.equal(name, "dataset.toml");
  assert.equal(input, 'title = "my\\nset"\n\n[classes]\n"b__" = "b\\"\\\\"\n"a_b" = "a/b"\n');
  assert.deepEqual(
    images.map((file) => file.name),
    ["b__/0001.png", "a_b/0002.png", "a_b/0003.png"],
  );
});

test("a set's ZIP is one", async () => {
  const bytes = await zipSet(setOf(2));
  assert.equal(String.fromCharCode(...bytes.subarray(0, 4)), "PK\x03\x04");
  assert.ok(new TextDecoder("latin1").decode(bytes).includes("c0/0002.png"));
});

test("files go in groups, a ZIP alone, and too large ones not at all", () => {
  const file = (/** @type {string} */ name, /** @type {number} */ size) => ({name, size});
  const files = [file("a.png", 40), file("b.png", 40), file("c.png", 40), file("d.ZIP", 10), file("e.png", 10)];
  const {groups, large} = grouped([...files, file("huge.png", 101), file("f.png", 90)], 100, 100);
  assert.deepEqual(
    groups.map((group) => group.map(({name}) => name)),
    [["a.png", "b.png"], ["c.png"], ["d.ZIP"], ["e.png", "f.png"]],
  );
  assert.deepEqual(
    large.map(({name}) => name),
    ["huge.png"],
  );
  const many = Array.from({length: 450}, (_, k) => file(`${k}.png`, 1));
  assert.deepEqual(
    grouped(many, 100, 1e6).groups.map(({length}) => length),
    [200, 200, 50],
  );
});

test("a run on a visitor's pictures says what it learns from", () => {
  const set = {title: "", classes: [], colors: [], training: 16, held_out: 4, notes: ["sad has no picture."]};
  assert.equal(
    learnedWords(set),
    "It learns from 16 of your pictures, shifted a little each time; 4 are held out and never learned. " +
      "sad has no picture.",
  );
  assert.equal(mapWords("cae", 20, true), "codes of 20 of your pictures");
  assert.equal(mapWords("autodecoder", 300, false), "codes of 300 training images");
  assert.equal(mapWords("classifier", 300, false), "last hidden layer of 300 test images");
});

test("what waits to be read is counted, and follows its class when another one goes", () => {
  const lots = [2, 3, 1].map((length, label) => ({files: {length}, label}));
  assert.equal(readingWords([], 0), "");
  assert.equal(readingWords(lots.slice(0, 1), 1), "Reading the pictures: 1 of 2 files…");
  assert.equal(readingWords(lots, 0), "Reading the pictures: 0 of 2 files… 4 more wait.");
  assert.equal(readingWords([lots[0], lots[2]], 0), "Reading the pictures: 0 of 2 files… 1 more waits.");
  const labels = (/** @type {number} */ gone, /** @type {number} */ left) =>
    withoutLabel(lots, gone, left).map(({label}) => label);
  assert.deepEqual(labels(1, 2), [0, 1, 1]);
  assert.deepEqual(labels(2, 2), [0, 1, 1]);
  assert.deepEqual(labels(0, 2), [0, 0, 1]);
});

test("a file that went away is named, and those after it are read", async () => {
  const gone = {name: "gone.zip", size: 3, arrayBuffer: () => Promise.reject(new Error("gone"))};
  const here = {name: "here.zip", size: 3, arrayBuffer: async () => new ArrayBuffer(3)};
  const found = /** @type {any[]} */ ([]);
  const call = async () => ({title: null, classes: [], labels: [-1], pictures: ["AQ=="], skipped: []});
  const skipped = await readFiles(call, /** @type {any} */ ([gone, here]), {
    most: 100,
    onFound: (one) => found.push([...one.bytes[0]]),
    goOn: () => true,
  });
  assert.deepEqual(skipped, ["gone.zip: The file is not there any more, or cannot be opened. Choose it again."]);
  assert.deepEqual(found, [[1]]);
});

test("the camera says when it takes pictures, how many it took, and when the set is full", () => {
  const shot = {left: null, taken: 0, name: "cups", room: 20};
  assert.equal(shotWords(shot), "One picture a second, until you press Stop.");
  assert.equal(shotWords({...shot, left: 3}), "The first picture is taken in 3 s.");
  assert.equal(shotWords({...shot, left: 0, taken: 1}), "1 picture of cups so far.");
  assert.equal(shotWords({...shot, taken: 4}), "4 pictures of cups taken.");
  assert.equal(shotWords({...shot, taken: 20, room: 0}), "20 pictures taken: the set is full.");
  assert.deepEqual(middleSquare(640, 480), [80, 0, 480]);
  assert.deepEqual(middleSquare(300, 400), [0, 50, 300]);
});
