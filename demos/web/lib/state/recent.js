// @ts-check
// The newest few of what was made, by key.

/**
 * @template Value
 * @param {() => number} most how many are kept
 */
export function recent(most) {
  /** @type {Map<string, Value>} */
  const store = new Map();
  return {
    /**
     * What is kept under a key, or else made now.
     * @param {string} key
     * @param {() => Value} make
     */
    get(key, make) {
      const value = store.get(key) ?? make();
      store.delete(key);
      store.set(key, value);
      while (store.size > most()) store.delete(/** @type {string} */ (store.keys().next().value));
      return value;
    },
    /** @param {string} key */
    forget: (key) => store.delete(key),
  };
}
