// @ts-check
// SHA-256 (FIPS 180-4) of bytes. Browsers have it, but not on a page that came over plain HTTP from another machine of
// the classroom, so it is written out here for those.

/** @type {number[]} */
const ROUNDS = []; // fractions of the cube roots of the first 64 primes, 32 bits each
/** @type {number[]} */
const START = []; // of the square roots of the first 8
for (let n = 2; ROUNDS.length < 64; n++) {
  if ([...divisors(n)].some((p) => n % p === 0)) continue;
  if (START.length < 8) START.push(fraction(n ** (1 / 2)));
  ROUNDS.push(fraction(n ** (1 / 3)));
}

/** @param {number} n */
function* divisors(n) {
  for (let p = 2; p * p <= n; p++) yield p;
}

/** @param {number} x the first 32 bits behind its point */
function fraction(x) {
  return ((x - Math.floor(x)) * 2 ** 32) | 0;
}

const rotated = (/** @type {number} */ x, /** @type {number} */ bits) => (x >>> bits) | (x << (32 - bits));

/**
 * @param {ArrayBuffer} content
 * @returns {string} in hexadecimal digits
 */
export function sha256(content) {
  const state = Int32Array.from(START);
  const words = new Int32Array(64);
  const whole = content.byteLength - (content.byteLength % 64);
  const view = new DataView(content);
  for (let at = 0; at < whole; at += 64) addBlock(state, words, view, at);
  const tail = new DataView(paddedTail(content, whole));
  for (let at = 0; at < tail.byteLength; at += 64) addBlock(state, words, tail, at);
  return [...state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/**
 * What is left behind the last whole block, a one, noughts, and the length in bits.
 * @param {ArrayBuffer} content
 * @param {number} from
 */
function paddedTail(content, from) {
  const left = content.byteLength - from;
  const tail = new Uint8Array(left < 56 ? 64 : 128);
  tail.set(new Uint8Array(content, from));
  tail[left] = 0x80;
  new DataView(tail.buffer).setBigUint64(tail.length - 8, BigInt(content.byteLength) * 8n);
  return tail.buffer;
}

/**
 * @param {Int32Array} state
 * @param {Int32Array} words
 * @param {DataView} view
 * @param {number} at
 */
function addBlock(state, words, view, at) {
  for (let k = 0; k < 16; k++) words[k] = view.getInt32(at + 4 * k);
  for (let k = 16; k < 64; k++) {
    const early = words[k - 15];
    const late = words[k - 2];
    const mixed = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
    words[k] = words[k - 16] + mixed + words[k - 7] + (rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10));
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let k = 0; k < 64; k++) {
    const choice = (e & f) ^ (~e & g);
    const one = (h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + choice + ROUNDS[k] + words[k]) | 0;
    const two = ((rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((value, k) => {
    state[k] += value;
  });
}
