// What we use of onnxruntime-web 1.30.0; the whole is in the npm package onnxruntime-common.
export declare class Tensor {
  constructor(type: "float32" | "int64", data: Float32Array | BigInt64Array, dims: number[]);
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

export declare class InferenceSession {
  static create(graph: Uint8Array, options: object): Promise<InferenceSession>;
  readonly inputMetadata: readonly ({isTensor: false} | {isTensor: true; name: string; type: string; shape: (number | string)[]})[];
  readonly outputNames: readonly string[];
  run(inputs: Record<string, Tensor>, outputs?: string[]): Promise<Record<string, Tensor>>;
}

export declare const env: {wasm: {numThreads?: number; wasmBinary?: ArrayBuffer}; logLevel?: any};
