// What we use of onnxruntime-web 1.30.0; the whole is in the npm package onnxruntime-common.
export declare class Tensor {
  constructor(type: "float32", data: Float32Array, dims: number[]);
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

export declare class InferenceSession {
  static create(graph: Uint8Array, options: object): Promise<InferenceSession>;
  run(inputs: Record<string, Tensor>): Promise<Record<string, Tensor>>;
}

export declare const env: {wasm: {numThreads?: number; wasmBinary?: ArrayBuffer}; logLevel?: any};
