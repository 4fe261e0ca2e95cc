// @ts-check
// Where a set is kept between visits: in this browser alone.

/** @typedef {import("./set.js").PictureSet} PictureSet */

const NAME = "latent-loom";
const STORE = "sets";
const KEY = "mine";

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @template Result
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<Result>} ask
 * @returns {Promise<Result>}
 */
async function run(mode, ask) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/**
 * The set of an earlier visit.
 * @returns {Promise<PictureSet | undefined>} rejected where the browser keeps nothing
 */
export const loadSet = () => run("readonly", (store) => store.get(KEY));

/**
 * @param {PictureSet} set
 * @returns {Promise<unknown>} rejected where the browser keeps nothing, or has no room
 */
export const saveSet = (set) => run("readwrite", (store) => store.put(set, KEY));
