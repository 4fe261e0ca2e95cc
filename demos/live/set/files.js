// @ts-check
// Files that a visitor chose, as pictures of the set: they are sent in ZIPs of a size that the server takes.
import {fromBase64, toBase64} from "../../web/lib/base64.js";
import {ask} from "../../web/lib/server/rpc.js";
import {zipFiles} from "./zip.js";

const AT_ONCE = 4e6; // bytes of pictures in a request, so that the first ones soon show
const TOGETHER = 200; // pictures in a request, at most

/** @typedef {{size: number, name: string}} Sized */

/** @param {Sized} file */
const isZip = ({name}) => /\.zip$/i.test(name);

/**
 * Files in groups that go together, and those that are too large to go at all; a ZIP goes alone.
 * @template {Sized} Item
 * @param {Item[]} files
 * @param {number} most bytes of one
 * @returns {{groups: Item[][], large: Item[]}}
 */
export function grouped(files, most, atOnce = AT_ONCE) {
  /** @type {Item[][]} */
  const groups = [];
  for (const file of files.filter(({size}) => size <= most)) {
    const last = groups.at(-1) ?? [];
    const bytes = last.reduce((sum, {size}) => sum + size, file.size);
    const isWithLast = last.length && last.length < TOGETHER && bytes <= atOnce && !isZip(file) && !isZip(last[0]);
    if (isWithLast) last.push(file);
    else groups.push([file]);
  }
  return {groups, large: files.filter(({size}) => size > most)};
}

/**
 * Have the server read files, group by group.
 * @param {import("../types").Server["read_pictures"]} call
 * @param {File[]} files
 * @param {object} options
 * @param {number} options.most bytes of one file
 * @param {import("../types").Fit} options.fit
 * @param {(found: import("../types").FoundAnswer & {bytes: Uint8Array<ArrayBuffer>[]}) => void} options.onFound
 * @param {(done: number) => boolean} options.goOn told how many files are read; false: no more of them
 * @returns {Promise<string[]>} sentences about what was left out
 */
export async function readFiles(call, files, {most, fit, onFound, goOn}) {
  const {groups, large} = grouped(files, most);
  const tooLarge = `at most ${megabytes(most)} MB can be read`;
  const skipped = large.map(({name, size}) => `${name} was left out: it is ${megabytes(size)} MB; ${tooLarge}.`);
  let done = 0;
  for (const group of groups) {
    const answer = await answerTo(call, group, fit);
    if (answer.error) skipped.push(isZip(group[0]) ? `${group[0].name}: ${answer.error}` : answer.error);
    else {
      onFound({...answer, bytes: answer.pictures.map(fromBase64)});
      skipped.push(...answer.skipped);
    }
    done += group.length;
    if (!goOn(done)) break;
  }
  return skipped;
}

/**
 * @param {import("../types").Server["read_pictures"]} call
 * @param {File[]} group
 * @param {import("../types").Fit} fit
 * @returns {ReturnType<typeof ask<object, import("../types").FoundAnswer>>}
 */
async function answerTo(call, group, fit) {
  /** @type {Uint8Array} */
  let content;
  try {
    content = isZip(group[0]) ? new Uint8Array(await group[0].arrayBuffer()) : await zipFiles(group.map(named));
  } catch {
    const names = isZip(group[0]) ? "The file" : `${group[0].name}, or a file that came with it,`;
    return /** @type {any} */ ({error: `${names} is not there any more, or cannot be opened. Choose it again.`});
  }
  return ask(call, {file: toBase64(content), fit});
}

/** @param {File} file */
const named = (file) => ({name: file.name.replace(/[\\/]/g, "_") || "picture", input: file});

/** @param {number} bytes */
const megabytes = (bytes) => (bytes / 1e6).toFixed(0);
