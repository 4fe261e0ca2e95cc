// @ts-check
// The random numbers that torch draws on a CPU for a seed: uniform ones to the bit, normal ones to float32's rounding.
// Source: Mersenne Twister, 1998, doi:10.1145/272991.272995; Box and Muller, 1958, doi:10.1214/aoms/1177706645.

const LENGTH = 624; // words of the state
const NEXT = 397; // places from a word to the one that it is twisted with
const BLOCK = 16; // normal numbers that are made together
const BITS = 24; // of a uniform float32

/**
 * @param {number} seed from 0 to 2**32 - 1, as for torch.Generator().manual_seed()
 */
export function torchRandom(seed) {
  const state = new Uint32Array(LENGTH);
  state[0] = seed;
  for (let k = 1; k < LENGTH; k++) state[k] = Math.imul(1812433253, state[k - 1] ^ (state[k - 1] >>> 30)) + k;
  let at = LENGTH;
  /** @type {number | null} */
  let second = null; // of two normal numbers that were made one by one

  function word() {
    if (at === LENGTH) twist(state);
    at %= LENGTH;
    let y = state[at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  const float = () => (word() & (2 ** BITS - 1)) / 2 ** BITS;

  /** A double; of the first word torch takes the low bits as the high ones. */
  function double() {
    const high = word() % 2 ** 21;
    return (high * 2 ** 32 + word()) / 2 ** 53;
  }

  function oneNormal() {
    if (second !== null) {
      const given = second;
      second = null;
      return given;
    }
    const angle = 2 * Math.PI * double();
    const radius = Math.sqrt(-2 * Math.log1p(-double()));
    second = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  const uniform = (/** @type {number} */ count) => Float32Array.from({length: count}, float);

  return {
    /** torch.rand: from 0 up to 1, which is left out. */
    uniform,
    /**
     * torch.randn.
     * @param {number} count
     */
    normal(count) {
      if (count < BLOCK) return Float32Array.from({length: count}, oneNormal);
      const values = uniform(count);
      for (let start = 0; start + BLOCK <= count; start += BLOCK) makeNormal(values.subarray(start, start + BLOCK));
      if (count % BLOCK) {
        const last = values.subarray(count - BLOCK);
        last.set(uniform(BLOCK)); // drawn anew, though some of them were there
        makeNormal(last);
      }
      return values;
    },
  };
}

/** @param {Uint32Array} state */
function twist(state) {
  for (let k = 0; k < LENGTH; k++) {
    const y = (state[k] & 0x80000000) | (state[(k + 1) % LENGTH] & 0x7fffffff);
    state[k] = state[(k + NEXT) % LENGTH] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
  }
}

/**
 * Uniform numbers turned into normal ones: the first half gives the radii, the second the angles.
 * @param {Float32Array} block
 */
function makeNormal(block) {
  for (let k = 0; k < BLOCK / 2; k++) {
    const radius = Math.sqrt(-2 * Math.log(1 - block[k]));
    const angle = 2 * Math.PI * block[k + BLOCK / 2];
    block[k] = radius * Math.cos(angle);
    block[k + BLOCK / 2] = radius * Math.sin(angle);
  }
}
