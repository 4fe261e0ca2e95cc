// What demos/latent_map/handlers.py gives to the page.
import type {Tiles} from "../web/lib/sprite.js";
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

/** parts/geometry.py: tables of float32, with which a page computes what the server would. */
export interface GeometryAnswer {
  tables: Record<string, {shape: number[]; data: string}>;
  reach: [number, number, number, number]; // left, right, bottom, top: places beyond it are none of the map
  low: number[]; // of each slider
  high: number[];
  steps: number; // pictures of a slider
  decimals: number; // of the numbers of a code
  kl_weight: number;
  classifier: string | null;
}

export interface SweepAnswer {
  sprite: string | Tiles;
  columns: number;
  values: number[];
}

export interface Space {
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
  load_geometry: ServerFunction<Space, GeometryAnswer>;
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
