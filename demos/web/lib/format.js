// @ts-check
// Numbers as people read them, and round numbers for axes.

const HUGE = 1e6; // from which on numbers are written with an exponent

/** @param {number} share from 0 to 1 */
export const percent = (share) => `${(100 * share).toFixed(share > 0.0995 ? 0 : 1)} %`;

/** @param {number} value a number with its sign, and a real minus */
export const signed = (value, digits = 1) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;

/** @param {number} value at most six digits, no zeros that say nothing, and an exponent where it is huge */
export const plain = (value) => significant(value, 6);

/** @param {number} value three digits that count */
export const compact = (value) => significant(value, 3);

/** @type {(value: number, digits: number) => string} */
function significant(value, digits) {
  const rounded = Number(value.toPrecision(digits));
  if (Math.abs(rounded) < HUGE) return String(rounded);
  return rounded.toExponential().replace("e+", "e");
}

/** @param {number} value a whole number in groups of three digits */
export const thousands = (value) =>
  Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, " ");

/**
 * Round numbers for an axis, about so many between two values.
 * @param {number} low
 * @param {number} high
 * @param {number} count
 */
export function ticks(low, high, count) {
  const raw = (high - low) / count || 1;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = unit * ([1, 2, 5, 10].find((m) => m * unit >= raw * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({length: last - first + 1}, (_, k) => Number(((first + k) * step).toPrecision(9)));
}

/**
 * Round numbers for a logarithmic axis: 1, 2, 5, 10, ..., or the powers of ten alone where those would be many, or
 * every few of them.
 * @param {number} low power of ten
 * @param {number} high power of ten
 */
export function decades(low, high, most = 6) {
  const first = Math.floor(low);
  const powers = Array.from({length: Math.ceil(high) - first + 1}, (_, k) => 10 ** (first + k));
  const isInside = (/** @type {number} */ v) => Math.log10(v) > low && Math.log10(v) < high;
  const fine = powers.flatMap((v) => [v, 2 * v, 5 * v]).filter(isInside);
  if (fine.length > most) {
    const inside = powers.filter(isInside);
    const every = Math.ceil(inside.length / most);
    return inside.filter((v) => Math.round(Math.log10(v)) % every === 0);
  }
  return fine.length > 1 ? fine : ticks(10 ** low, 10 ** high, 3);
}
