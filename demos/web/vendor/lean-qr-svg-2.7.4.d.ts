// What is used of it.
import type {Bitmap2D} from "./lean-qr-2.7.4.js";

export declare function toSvgDataURL(code: Bitmap2D, options?: {on?: string; off?: string; pad?: number}): string;
