// @ts-check
// Whether the page came as files alone, without a server that could be asked.

/** True on a page that `python -m demos.site` wrote. */
export const isAlone = () => globalThis.document?.documentElement.hasAttribute("data-loom-alone") ?? false;
