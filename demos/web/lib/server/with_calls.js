// @ts-check
// Functions of the server put in the place of others, such as one that remembers its answers.

/**
 * A server some of whose functions are others. Not a copy, which would lose what it inherits, and nothing is assigned:
 * Gradio's own object would take that itself.
 * @template {object} Server
 * @param {Server} server
 * @param {Record<string, (request: any) => Promise<any>>} calls by name
 * @returns {Server}
 */
export function withCalls(server, calls) {
  const own = Object.entries(calls).map(([name, value]) => [name, {value, enumerable: true}]);
  return Object.create(server, Object.fromEntries(own));
}
