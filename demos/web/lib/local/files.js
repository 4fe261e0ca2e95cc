// @ts-check
// Files at the addresses of their hashes: kept by the browser where it can, and never taken if they were altered.
import {sha256} from "./sha256.js";

/** @typedef {{address: string, sha256: string, bytes: number}} FileEntry */
/** @typedef {Pick<Cache, "match" | "put" | "delete" | "keys">} Store */

const MOST_STORED = 64_000_000; // bytes, of which those kept longest go first
const SIZE = "content-length";
const PACKED = ".packed"; // how the address of a file ends that is stored with gzip

/** A file is not what its hash says. */
export class AlteredFile extends Error {}

/**
 * @param {object} around
 * @param {(address: string, init?: RequestInit) => Promise<Response>} around.fetch
 * @param {Store | null} around.store null where the browser has none
 * @param {(content: ArrayBuffer) => Promise<string>} [around.hash] in hexadecimal digits
 * @param {number} [around.most] bytes that are kept
 * @returns {(file: FileEntry) => Promise<ArrayBuffer>} throws an AlteredFile, or what fetch() throws
 */
export function fileReader({fetch, store, hash = hashOf, most = MOST_STORED}) {
  const isWhole = async (/** @type {FileEntry} */ file, /** @type {ArrayBuffer} */ content) =>
    content.byteLength === file.bytes && (await hash(content)) === file.sha256;

  return async (file) => {
    const stored = await store?.match(file.address);
    if (stored) {
      const content = await stored.arrayBuffer();
      if (await isWhole(file, content)) return content;
      await store?.delete(file.address);
    }
    const response = await fetch(file.address, store ? {cache: "no-store"} : {}); // once is enough
    if (!response.ok) throw new TypeError(`${file.address}: ${response.status}`);
    const content = await unpacked(file, await response.arrayBuffer());
    if (!content || !(await isWhole(file, content))) throw new AlteredFile(`${nameOf(file)} was cut short or altered`);
    if (store) await keep(store, file, content, most);
    return content;
  };
}

/** @param {ArrayBuffer} packed */
export const gunzip = (packed) =>
  new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();

/**
 * What a file holds; null if it is packed and not whole.
 * @param {FileEntry} file
 * @param {ArrayBuffer} content as it came
 */
const unpacked = async ({address}, content) => (address.endsWith(PACKED) ? gunzip(content).catch(() => null) : content);

/** @param {FileEntry} file */
const nameOf = ({address}) => address.slice(address.lastIndexOf("/") + 1);

/** @param {ArrayBuffer} content */
async function hashOf(content) {
  if (!globalThis.crypto?.subtle) return sha256(content);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Keep a file, and forget others where they are too many. A browser without room keeps none.
 * @param {Store} store
 * @param {FileEntry} file
 * @param {ArrayBuffer} content
 * @param {number} most
 */
async function keep(store, file, content, most) {
  try {
    await store.put(file.address, new Response(content, {headers: {[SIZE]: String(file.bytes)}}));
    const stored = [];
    for (const request of await store.keys())
      stored.push({request, bytes: Number((await store.match(request))?.headers.get(SIZE))});
    let all = stored.reduce((sum, {bytes}) => sum + bytes, 0);
    for (const {request, bytes} of stored) {
      if (all <= most) break;
      await store.delete(request);
      all -= bytes;
    }
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // the quota is full: the file is here all the same
  }
}
