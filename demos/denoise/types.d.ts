// What demos/denoise/handlers.py gives to the page.
import type {Tiles} from "../web/lib/sprite";
import type {Dataset, ModelsAnswer, Mount, SampleAnswer, ServerFunction} from "../web/types";

export interface NoiseParameter {
  name: string;
  unit: string;
  values: number[];
  start: number;
}

export interface Kind {
  title: string;
  trained: boolean;
  parameters: NoiseParameter[];
}

export interface StripRequest {
  denoisers?: string[]; // those that ship, unless given
  pixels: string;
  noise: string;
  levels: number[];
  seed: number;
}

/** A sprite with a row for each parameter and each picture in turn; a PSNR of null is infinite. */
export interface StripAnswer {
  sprite: string | Tiles;
  columns: number;
  psnr: (number | null)[][];
  ssim: number[][];
}

/** A row of noisy pictures and one of each network that met one noise; a column for each kind that they met. */
export type CrossingAnswer = StripAnswer;

/** Means over the shipped test images; `classical` is null where nothing was measured. */
export interface GridAnswer {
  images: number;
  columns: {kind: string; levels: number[]}[];
  psnr: Record<string, (number | null)[]>;
  ssim: Record<string, number[]>;
  classical: (number | null)[];
  one_noise: Record<string, Record<string, number>>; // dB of each of these networks, and of the noisy pictures, by kind
}

export interface Server {
  load_sample: ServerFunction<{checkpoint?: string}, SampleAnswer>;
  load_models: ServerFunction<object, ModelsAnswer>;
  python_lines: ServerFunction<object, {lines: string}>;
  load_strip: ServerFunction<StripRequest, StripAnswer>;
  load_one_noise: ServerFunction<{pixels: string; seed: number}, CrossingAnswer>;
  load_grid: ServerFunction<object, GridAnswer>;
  read_upload: ServerFunction<{file: string; checkpoint?: string}, {pixels: string}>;
}

export interface Props {
  dataset: Dataset;
  lists: boolean; // whether there are models in folders
  image: number; // of the sample, that it starts with
  kinds: Record<string, Kind>;
  noise: string;
  denoisers: string[];
  denoiser: string;
  filter: string; // of the denoisers, the one that is no network
  one_noise: Record<string, string>; // networks that met one kind of noise, and which
  one_level: Record<string, number[]>; // the levels of each of these kinds
  seeds: number;
}

export type DenoiseMount = Mount<Props, Server>;
