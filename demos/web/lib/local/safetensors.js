// @ts-check
// A tensor of a .safetensors file: the length of a header, the header in JSON, and numbers.

/**
 * @param {ArrayBuffer} content
 * @param {string} name
 * @returns {{data: Float32Array, dims: number[]} | null} null if there is none of that name, or nothing in it
 */
export function readTensor(content, name) {
  const length = Number(new DataView(content).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(content, 8, length)));
  if (!header[name]?.shape.every(Boolean)) return null;
  const {dtype, shape, data_offsets} = header[name];
  const [start, end] = data_offsets.map((/** @type {number} */ offset) => 8 + length + offset);
  const bytes = content.slice(start, end); // aligned
  if (dtype === "F32") return {data: new Float32Array(bytes), dims: shape};
  if (dtype === "F16") return {data: Float32Array.from(new Uint16Array(bytes), fromHalf), dims: shape};
  throw new Error(`a tensor of ${dtype} is not read here`);
}

/** @param {number} bits of a float16 */
export function fromHalf(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}
