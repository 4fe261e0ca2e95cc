// What is used of it.
export interface Bitmap2D {
  readonly size: number;
  get(x: number, y: number): boolean;
}

export declare const correction: {readonly L: number; readonly M: number; readonly Q: number; readonly H: number};
export declare function generate(data: string, options?: {minCorrectionLevel?: number}): Bitmap2D;
