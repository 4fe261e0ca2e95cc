// @ts-check
// The service worker of a page of files alone: it keeps all of them, so that one visit is enough to open the page
// without a network. No module: some browsers start only plain scripts this way.
(() => {
  const LIST = "files.json"; // the files, each with its SHA-256
  const PREFIX = "loom-site ";
  const FRESH = /\/models\/list$/; // addresses that stay the same when their content changes, as that of the page does
  const worker = /** @type {any} */ (self);
  const version = new URL(worker.location.href).searchParams.get("files") ?? "";
  const at = (/** @type {string} */ path) => new URL(path, worker.registration.scope).href;

  worker.addEventListener("install", (/** @type {any} */ event) => {
    worker.skipWaiting();
    event.waitUntil(keepAll());
  });
  worker.addEventListener("activate", (/** @type {any} */ event) => {
    event.waitUntil(forgetOld().then(() => worker.clients.claim()));
  });
  worker.addEventListener("fetch", (/** @type {any} */ event) => {
    const {request} = event;
    if (request.method === "GET" && request.url.startsWith(worker.registration.scope))
      event.respondWith(answer(request));
  });

  /** One file after the other, so that what the visitor asks for meanwhile comes first. */
  async function keepAll() {
    const store = await caches.open(PREFIX + version);
    const listed = /** @type {Record<string, string>} */ (await (await fetch(at(LIST), {cache: "no-store"})).json());
    for (const [path, sha256] of Object.entries(listed)) await keep(store, at(path), sha256);
  }

  /**
   * @param {Cache} store
   * @param {string} address
   * @param {string} sha256
   */
  async function keep(store, address, sha256) {
    const stored = await caches.match(address); // perhaps by an earlier version
    if (stored && (await hashOf(stored.clone())) === sha256) return store.put(address, stored);
    const response = await fetch(address);
    if (!response.ok || (await hashOf(response.clone())) !== sha256)
      throw new Error(`${address} is not what ${LIST} says`); // the next visit tries again
    return store.put(address, response);
  }

  /** @param {Response} response */
  async function hashOf(response) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await response.arrayBuffer()));
    return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function forgetOld() {
    const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== PREFIX + version);
    await Promise.all(names.map((name) => caches.delete(name)));
  }

  /** @param {Request} request */
  async function answer(request) {
    const store = await caches.open(PREFIX + version);
    const isPage = request.mode === "navigate";
    const known = () => store.match(isPage ? at("index.html") : request.url, {ignoreSearch: true});
    if (!isPage && !FRESH.test(request.url)) return (await known()) ?? fetch(request);
    try {
      return await fetch(request);
    } catch (error) {
      const stored = await known();
      if (stored) return stored;
      throw error;
    }
  }
})();
