// What demos/latent_map/handlers.py gives to the page.
import type {Mount, SampleAnswer, ServerFunction} from "../web/types";

export interface Axis {
  name: string;
  low: number;
  high: number;
}

export interface MapAnswer {
  map: string;
  checkpoint: string;
  dimensions: number;
  x: number[];
  y: number[];
  bounds: [number, number, number, number];
  columns: number;
  rows: number;
  grid: string;
  axes: Axis[];
}

/** A code's decoded picture; `mse`, `pca` and `pca_mse` come with a test image alone. */
export interface PictureAnswer {
  pixels: string;
  code: number[];
  place: [number, number] | null;
  probs: number[];
  mse?: number;
  pca?: string;
  pca_mse?: number;
}

export interface SweepAnswer {
  sprite: string;
  columns: number;
  values: number[];
}

interface Space {
  checkpoint: string;
  map: string;
}

export interface PictureRequest extends Space {
  call: "place" | "image" | "code" | "draw" | "move";
  x?: number;
  y?: number;
  i?: number;
  code?: number[];
  axis?: number;
  value?: number;
}

type PictureFunction = ServerFunction<Omit<PictureRequest, "call">, PictureAnswer>;

export interface Server {
  load_sample: ServerFunction<object, SampleAnswer>;
  load_map: ServerFunction<Space, MapAnswer>;
  decode: PictureFunction;
  reconstruct: PictureFunction;
  decode_code: PictureFunction;
  draw: PictureFunction;
  move: PictureFunction;
  sweep: ServerFunction<Space & {code: number[]}, SweepAnswer>;
}

export interface Props {
  classes: string[];
  colors: string[];
  maps: string[];
  spaces: Record<string, number>;
  checkpoint: string;
  steps: number;
}

export type LatentMapMount = Mount<Props, Server>;
