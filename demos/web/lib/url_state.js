// @ts-check
// One schema a tab, which both reads the state out of a link and writes it into one.
import {fromBase64, fromUrlSafe, toBase64, toUrlSafe} from "./base64.js";

/**
 * How one parameter stands in a link.
 * @template Value
 * @typedef {object} Field
 * @property {Value} fallback the value without the parameter, or with a broken one
 * @property {(text: string) => Value | undefined} parse undefined where the text is broken
 * @property {(value: Value) => string} format
 * @property {() => string} wants what the parameter must be, to end a sentence
 * @property {(quoted: string) => string} [explain] a sentence of the tab's own for a broken text
 */

/** @typedef {Record<string, Field<any>>} Fields */
/** @template {Fields} F @typedef {{[K in keyof F]: F[K]["fallback"]}} StateOf */

/**
 * @template {Fields} F
 * @param {{tab: string, fields: F}} schema
 */
export function urlState({tab, fields}) {
  return {
    tab,
    /**
     * @param {URLSearchParams} [query] the page's own, without one
     * @returns {{state: StateOf<F>, problems: string[], given: string[]}} a link of another tab gives the fallbacks;
     *   problems: a sentence for each broken value; given: the parameters that were there and right
     */
    read(query = new URLSearchParams(window.location.search)) {
      const mine = query.get("tab") === tab ? query : new URLSearchParams();
      /** @type {Record<string, any>} */
      const state = {};
      const problems = [];
      const given = [];
      for (const [name, field] of Object.entries(fields)) {
        const text = mine.get(name);
        const value = text === null ? undefined : field.parse(text);
        state[name] = value === undefined ? field.fallback : value;
        if (value !== undefined) given.push(name);
        else if (text !== null) problems.push(field.explain?.(quoted(text)) ?? problemOf(name, field, text));
      }
      return {state: /** @type {StateOf<F>} */ (state), problems, given};
    },
    /**
     * @param {Partial<StateOf<F>>} state what is null or left out is not written
     * @returns {URLSearchParams}
     */
    write(state) {
      const query = new URLSearchParams({tab});
      for (const [name, field] of Object.entries(fields)) {
        const value = state[name];
        if (value !== null && value !== undefined) query.set(name, field.format(value));
      }
      return query;
    },
  };
}

/**
 * @param {string} name
 * @param {Field<any>} field
 * @param {string} text
 */
function problemOf(name, {wants, fallback, format}, text) {
  const shown = fallback === null ? "" : `; ${format(fallback)} is shown`;
  return `The link's ${name} must be ${wants()}, not ${quoted(text)}${shown}.`;
}

/** @param {string} text */
const quoted = (text) => `"${text.length > 24 ? `${text.slice(0, 24)}…` : text}"`;

/** @param {string} text a finite number, or undefined */
function parseNumber(text) {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? value : undefined;
}

/**
 * A number; with `clamp`, one out of range becomes the nearest that is allowed.
 * @template {number | null} [Fallback=number]
 * @param {{min?: number, max?: number | (() => number), fallback: Fallback, clamp?: boolean, digits?: number}} options
 *   digits: after the point, where links need no more
 * @returns {Field<number | Fallback>}
 */
export function number({min = -Infinity, max = Infinity, fallback, clamp = false, digits}) {
  const most = () => (typeof max === "function" ? max() : max);
  return {
    fallback,
    parse(text) {
      const value = parseNumber(text);
      if (value === undefined) return undefined;
      const nearest = Math.max(min, Math.min(most(), value));
      return nearest === value || clamp ? nearest : undefined;
    },
    format: (value) => String(digits === undefined || value === null ? value : Number(value.toFixed(digits))),
    wants: () => `a number${range(min, most())}`,
  };
}

/**
 * A whole number.
 * @template {number | null} [Fallback=number]
 * @param {{min?: number, max?: number | (() => number), fallback: Fallback}} options
 * @returns {Field<number | Fallback>}
 */
export function integer({min = -Infinity, max = Infinity, fallback}) {
  const real = number({min, max, fallback});
  return {
    ...real,
    parse(text) {
      const value = real.parse(text);
      return Number.isInteger(value) ? value : undefined;
    },
    wants: () => real.wants().replace("a number", "a whole number"),
  };
}

/**
 * @param {number} min
 * @param {number} max
 */
function range(min, max) {
  if (Number.isFinite(min) && Number.isFinite(max)) return ` from ${min} to ${max}`;
  if (Number.isFinite(min)) return ` of at least ${min}`;
  return Number.isFinite(max) ? ` of at most ${max}` : "";
}

/**
 * One of a few words.
 * @template {string | number | null} Value
 * @param {readonly Value[] | (() => readonly Value[])} options a function where they grow while the tab is open
 * @param {Value} [fallback] the first one, without it
 * @returns {Field<Value>}
 */
export function oneOf(options, fallback) {
  const all = () => (typeof options === "function" ? options() : options);
  return {
    fallback: fallback === undefined ? all()[0] : fallback,
    parse: (text) => all().find((option) => String(option) === text),
    format: String,
    wants: () => `one of ${all().join(", ")}`,
  };
}

/**
 * A switch, which links hold as 1 or leave out.
 * @param {boolean} [fallback]
 * @returns {Field<boolean | null>}
 */
export function flag(fallback = false) {
  return {
    fallback,
    parse: (text) => ({0: false, 1: true})[text],
    format: (value) => (value ? "1" : "0"),
    wants: () => "0 or 1",
  };
}

/**
 * Numbers with commas between them.
 * @param {{count?: number | (() => number), min?: number, max?: number}} [options] count: how many there must be
 * @returns {Field<number[] | null>}
 */
export function numbers({count, min = -Infinity, max = Infinity} = {}) {
  const wanted = () => (typeof count === "function" ? count() : count);
  return {
    fallback: null,
    parse(text) {
      const values = text.split(",").map(parseNumber);
      const fits = values.every((v) => v !== undefined && v >= min && v <= max);
      return fits && (wanted() ?? values.length) === values.length ? /** @type {number[]} */ (values) : undefined;
    },
    format: (values) => (values ?? []).join(","),
    wants: () => `${wanted() ?? "a list of"} numbers${range(min, max)} with commas between them`,
  };
}

/**
 * Bytes, such as a drawing's pixels, in base64 for addresses.
 * @param {number | (() => number)} length a function where it depends on what is shown
 * @returns {Field<Uint8Array | null>}
 */
export function bytes(length) {
  const wanted = () => (typeof length === "function" ? length() : length);
  return {
    fallback: null,
    parse(text) {
      try {
        const value = fromBase64(fromUrlSafe(text));
        return value.length === wanted() ? value : undefined;
      } catch (error) {
        if (error instanceof DOMException) return undefined; // not base64
        throw error;
      }
    },
    format: (value) => toUrlSafe(toBase64(value ?? new Uint8Array())),
    wants: () => `${wanted()} bytes in base64`,
  };
}

/**
 * Any text that a check accepts, such as a code that only the server can read.
 * @param {{matches?: RegExp, wants?: string}} [options]
 * @returns {Field<string | null>}
 */
export function text({matches = /./s, wants = "a text"} = {}) {
  return {
    fallback: null,
    parse: (value) => (matches.test(value) ? value : undefined),
    format: (value) => value ?? "",
    wants: () => wants,
  };
}
