// What demos/latent_map/handlers.py gives to the page.
import type {Dataset, ModelsAnswer, Mount, SampleAnswer, ServerFunction} from "../web/types";

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
  nats: number[] | null; // of a VAE: how far each number is from the prior, the mean over the sample
}

/** A code's decoded picture; `mse`, `pca` and `pca_mse` come with a test image or a visitor's picture alone, `nats` with
    a test image in a VAE. */
export interface PictureAnswer {
  pixels: string;
  code: number[];
  place: [number, number];
  probs: number[] | null; // null where no classifier knows such pictures
  mse?: number;
  pca?: string;
  pca_mse?: number;
  nats?: number[]; // of each number of its code, from the prior
  kl_weight?: number; // of a nat against the squared error of an image
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
  call: "place" | "image" | "code" | "draw" | "move" | "own";
  pixels?: string;
  x?: number;
  y?: number;
  i?: number;
  code?: number[];
  axis?: number;
  value?: number;
}

type PictureFunction = ServerFunction<Omit<PictureRequest, "call">, PictureAnswer>;

export interface Server {
  load_sample: ServerFunction<{checkpoint?: string}, SampleAnswer>;
  load_models: ServerFunction<object, ModelsAnswer>;
  load_map: ServerFunction<Space, MapAnswer>;
  decode: PictureFunction;
  reconstruct: PictureFunction;
  decode_code: PictureFunction;
  draw: PictureFunction;
  move: PictureFunction;
  place_picture: PictureFunction;
  make_page: ServerFunction<Space, {page: string}>;
  python_lines: ServerFunction<
    Space & {code: number[]; i: number; x: number; y: number; is_place: boolean},
    {lines: string}
  >;
  read_upload: ServerFunction<{file: string; checkpoint?: string}, {pixels: string; note: string}>;
  sweep: ServerFunction<Space & {code: number[]}, SweepAnswer>;
}

export interface Props {
  dataset: Dataset; // of the models that ship
  lists: boolean; // whether there are models in folders
  maps: string[];
  spaces: Record<string, number>;
  checkpoint: string;
  image: number; // of the sample, decoded when nothing else is asked for
  steps: number;
  collapsed: number; // nats, below which a number of a VAE's codes carries nothing
}

export type LatentMapMount = Mount<Props, Server>;
